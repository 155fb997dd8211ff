"""Every command of `python -m bot`."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from bot.settings import PROJECT_ROOT, Settings

app = typer.Typer(
    help="Trợ lý 06: trợ lý dịch vụ công cho người dân.",
    no_args_is_help=True,
    pretty_exceptions_show_locals=False,  # locals hold personal data
    rich_markup_mode="rich",
)
audit_app = typer.Typer(help="Nhật ký việc cán bộ đã làm.", no_args_is_help=True)
staff_app = typer.Typer(help="Tài khoản cán bộ.", no_args_is_help=True)
content_app = typer.Typer(help="Kho câu trả lời.", no_args_is_help=True)
keys_app = typer.Typer(help="Khóa truy cập của hệ thống khác.", no_args_is_help=True)
applications_app = typer.Typer(help="Hồ sơ: nhập từ tệp, tạo hồ sơ giả để thử.", no_args_is_help=True)
app.add_typer(staff_app, name="staff")
app.add_typer(audit_app, name="audit")
app.add_typer(keys_app, name="keys")
app.add_typer(applications_app, name="applications")
reminders_app = typer.Typer(help="Lời nhắc: xem trước những gì sẽ gửi.", no_args_is_help=True)
beneficiaries_app = typer.Typer(help="Danh sách thụ hưởng: nhập từ tệp, tạo tệp giả.", no_args_is_help=True)
data_keys_app = typer.Typer(help="Khóa mã hóa dữ liệu cá nhân: phiên bản mới, đổi khóa.", no_args_is_help=True)
app.add_typer(data_keys_app, name="data-keys")
privacy_app = typer.Typer(help="Dữ liệu cá nhân: danh mục, hồ sơ đánh giá tác động.", no_args_is_help=True)
app.add_typer(privacy_app, name="privacy")
drill_app = typer.Typer(help="Tập dượt sự cố.", no_args_is_help=True)
app.add_typer(drill_app, name="drill")
supply_app = typer.Typer(help="Các gói được dùng: danh sách, giấy phép, lỗ hổng đã biết.", no_args_is_help=True)
app.add_typer(supply_app, name="supply")
zalo_app = typer.Typer(help="Nối với Zalo Official Account.", no_args_is_help=True)
app.add_typer(zalo_app, name="zalo")
app.add_typer(content_app, name="content")
app.add_typer(beneficiaries_app, name="beneficiaries")
app.add_typer(reminders_app, name="reminders")


def _console() -> Console:
    # Standard output belongs to answers; everything said about the work goes to standard error.
    return Console(stderr=True)


@app.command()
def run() -> None:
    """Chạy tất cả trên một máy: cơ sở dữ liệu, máy chủ hiểu ngôn ngữ, trò chuyện web, trang cán bộ, gửi tin."""
    from bot.commands.run import run_everything

    sys.exit(run_everything(Settings(), Console()))


@app.command()
def serve() -> None:
    """Chỉ chạy máy chủ web: trò chuyện, trang cán bộ, webhook (cần DATABASE_URL và máy chủ hiểu ngôn ngữ)."""
    from bot.commands.processes import serve as serve_web

    serve_web(Settings())


@app.command()
def receive() -> None:
    """Chỉ nhận tin từ webhook: ghi lại rồi báo đã nhận, để tiến trình khác trả lời (khi có rất nhiều tin)."""
    from bot.commands.processes import receive as receive_updates

    receive_updates(Settings())


@app.command()
def deliver() -> None:
    """Chỉ chạy bộ gửi tin."""
    from bot.commands.processes import deliver as run_delivery

    run_delivery(Settings())


@app.command()
def schedule() -> None:
    """Chỉ chạy thời gian biểu (nhiều bản cùng chạy thì một bản làm, các bản khác chờ)."""
    from bot.commands.processes import schedule as run_schedule

    run_schedule(Settings())


@app.command()
def standins(
    port: Annotated[int, typer.Option(help="Cổng của trang và của các máy giả lập Zalo.")] = 8006,
    webhook: Annotated[str, typer.Option(help="Nơi gửi tin của Zalo OA giả lập.")] = "",
    play: Annotated[
        list[str] | None, typer.Option(help="zalo, zalo_bot hoặc telegram; dùng nhiều lần được.")
    ] = None,
) -> None:
    """Chỉ chạy máy giả lập Zalo và trang đóng vai người dân; lệnh run tự chạy khi chưa đặt mã."""
    from bot.commands.standins import serve_standins

    serve_standins(Settings(), port=port, played=tuple(play or ()), webhook=webhook)


@app.command()
def chat() -> None:
    """Trò chuyện ngay trong cửa sổ dòng lệnh."""
    from bot.commands.offline import chat as chat_in_terminal
    from bot.commands.offline import open_offline

    with open_offline(Settings(), _console()) as settings:
        asyncio.run(chat_in_terminal(settings, Console()))


@app.command()
def ask(
    noise: Annotated[
        str | None, typer.Option(help="Làm nhiễu câu hỏi trước: strip-accents, typos, teencode hoặc telex.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Số mồi của nhiễu.")] = 6,
) -> None:
    """Đọc mỗi dòng một câu hỏi, trả mỗi dòng một đối tượng JSON."""
    from bot.commands.offline import ask as ask_lines
    from bot.commands.offline import open_offline

    with open_offline(Settings(), _console()) as settings:
        asyncio.run(ask_lines(settings, noise=noise, seed=seed))


@app.command()
def test(
    paths: Annotated[list[str] | None, typer.Argument(help="Chỉ chạy những phần này.")] = None,
    fast: Annotated[bool, typer.Option("--fast", help="Chỉ các thử nghiệm đơn vị, trong vài giây.")] = False,
) -> None:
    """Chạy các thử nghiệm trên phần mềm thật: PostgreSQL, Rasa, giả lập Telegram, trình duyệt."""
    from bot.commands.gate import run_tests

    sys.exit(run_tests(paths or [], fast=fast))


@app.command()
def check() -> None:
    """Chạy toàn bộ cửa kiểm: định dạng, kiểu, ranh giới, nội dung, khóa phiên bản, thử nghiệm."""
    from bot.commands.gate import run_gate

    sys.exit(run_gate(_console()))


@app.command()
def bench(
    quick: Annotated[bool, typer.Option("--quick", help="Chỉ xem mọi phần còn chạy: vài phút.")] = False,
    full: Annotated[bool, typer.Option("--full", help="Một triệu dòng cho mỗi phần: hơn hai mươi phút.")] = False,
) -> None:
    """Đo tốc độ, ghi var/bench.json và in bảng (khoảng mười phút trên máy rảnh)."""
    from bench.sizes import FULL, QUICK, USUAL
    from bot.commands.bench import run_bench

    sys.exit(run_bench(Settings(), Console(), sizes=QUICK if quick else FULL if full else USUAL))


@app.command()
def backup(file: Annotated[Path, typer.Argument(help="Ghi vào tệp này.")]) -> None:
    """Sao lưu toàn bộ cơ sở dữ liệu vào một tệp đã mã hóa bằng khóa dữ liệu."""
    from bot.commands.backup import back_up

    sys.exit(back_up(Settings(), Console(), file))


@app.command()
def restore(file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="Tệp sao lưu.")]) -> None:
    """Khôi phục một bản sao lưu vào cơ sở dữ liệu trống (DATABASE_URL hay DATA_DIR)."""
    from bot.commands.backup import restore as restore_file

    sys.exit(restore_file(Settings(), Console(), file))


@app.command()
def faults(
    names: Annotated[list[str] | None, typer.Argument(help="Chỉ những thử thách này.")] = None,
) -> None:
    """Cố ý làm hỏng (giết tiến trình, sập cơ sở dữ liệu, cắt mạng) rồi đối soát từng tin."""
    from bot.commands.faults import run_faults

    sys.exit(run_faults(Settings(), Console(), names=names or []))


@app.command()
def evaluate(
    pipeline: Annotated[
        list[str], typer.Option(help="Chuỗi xử lý trong nlu/pipelines để so sánh; dùng nhiều lần được.")
    ] = ["rasa_default"],  # noqa: B006 -- typer copies it
    baselines: Annotated[
        bool, typer.Option(help="So sánh với các chuỗi xử lý khác của Rasa; lần đầu có thể mất hơn nửa giờ.")
    ] = True,
) -> None:
    """Chấm điểm hiểu câu hỏi theo từng loại nhiễu, ghi var/evaluation.json."""
    from bot.commands.evaluate import run_evaluation
    from bot.commands.offline import open_offline

    with open_offline(Settings(), _console()) as settings:
        sys.exit(asyncio.run(run_evaluation(settings, Console(), pipelines=pipeline if baselines else [])))


@app.command("learn-ranking")
def learn_ranking() -> None:
    """Học lại trọng số của bước xếp hạng thứ hai từ nửa phát triển của bộ câu hỏi mẫu, ghi data/ranking.json."""
    from bot.commands.learn_ranking import run_learning
    from bot.commands.offline import open_offline

    with open_offline(Settings(), _console()) as settings:
        asyncio.run(run_learning(settings, Console()))


@app.command()
def lock() -> None:
    """Ghi lại các khóa phiên bản trong locks/ theo requirements.txt."""
    from bot.commands.gate import write_locks

    write_locks()


@staff_app.command("create")
def staff_create(
    email: Annotated[str, typer.Option(help="Thư điện tử của cán bộ.")],
    role: Annotated[
        str, typer.Option(help="editor, reviewer, broadcaster, approver, administrator hoặc auditor.")
    ],
) -> None:
    """Tạo tài khoản cán bộ, in mật khẩu dùng lần đầu."""
    from bot.commands.offline import open_database
    from bot.commands.staff import create_staff

    with open_database(Settings()) as settings:
        sys.exit(asyncio.run(create_staff(settings, email=email, role=role)))


@audit_app.command("verify")
def audit_verify(
    known_head: Annotated[
        str, typer.Option(help="Dòng cuối đã biết (số:dấu) của lần kiểm trước hay trong nhật ký máy chủ.")
    ] = "",
) -> None:
    """Kiểm nhật ký: dòng nào bị sửa, dòng nào bị mất."""
    from bot.commands.audit import verify_audit
    from bot.commands.offline import open_database

    with open_database(Settings()) as settings:
        sys.exit(asyncio.run(verify_audit(settings, known_head=known_head)))


@keys_app.command("create")
def keys_create(
    name: Annotated[str, typer.Option(help="Tên khóa, ví dụ mot-cua-phu-tho.")],
    scope: Annotated[
        list[str], typer.Option(help="Quyền: applications:write hoặc beneficiaries:write; dùng nhiều lần được.")
    ],
    source: Annotated[
        str | None,
        typer.Option(help="Ghi cho nguồn nào (một tệp trong data/applications/sources); mặc định là tên khóa."),
    ] = None,
) -> None:
    """Tạo khóa truy cập, in ra một lần."""
    from bot.commands.keys import create_key
    from bot.commands.offline import open_database

    with open_database(Settings()) as settings:
        sys.exit(asyncio.run(create_key(settings, name=name, scopes=scope, source=source)))


@keys_app.command("revoke")
def keys_revoke(name: Annotated[str, typer.Option(help="Tên khóa.")]) -> None:
    """Thu hồi khóa: từ lúc này không ai dùng được nữa."""
    from bot.commands.keys import end_key
    from bot.commands.offline import open_database

    with open_database(Settings()) as settings:
        sys.exit(asyncio.run(end_key(settings, name=name)))


@applications_app.command("import")
def applications_import(
    file: Annotated[Path, typer.Argument(help="Tệp .csv, .xlsx, .json hoặc .jsonl.")],
    source: Annotated[str, typer.Option(help="Nguồn của tệp, để đọc tên trạng thái.")] = "mot-cua",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Chỉ kiểm tra, không ghi.")] = False,
    report: Annotated[Path | None, typer.Option(help="Ghi kết quả từng dòng (JSON) vào tệp này.")] = None,
) -> None:
    """Nhập trạng thái hồ sơ từ tệp. Dòng sai bị bỏ lại, có lý do; dòng đúng được ghi cùng một lúc."""
    from bot.commands.applications import import_applications
    from bot.commands.offline import open_database

    with open_database(Settings()) as settings:
        sys.exit(import_applications(settings, file, source=source, dry_run=dry_run, report=report))


@applications_app.command("invent")
def applications_invent(
    count: Annotated[int, typer.Option(min=1, max=5_000_000, help="Bao nhiêu hồ sơ.")] = 50_000,
    seed: Annotated[int, typer.Option(help="Số mồi: cùng số thì cùng hồ sơ.")] = 6,
    out: Annotated[Path | None, typer.Option(help="Ghi ra tệp .csv hoặc .jsonl thay vì cơ sở dữ liệu.")] = None,
) -> None:
    """Tạo hồ sơ giả để thử; mỗi hồ sơ đều được ghi rõ là giả."""
    from bot.commands.applications import seed_invented, write_invented
    from bot.commands.offline import open_database

    if out is not None:
        sys.exit(write_invented(out, count=count, seed=seed))
    with open_database(Settings()) as settings:
        sys.exit(seed_invented(settings, count=count, seed=seed))


offices_app = typer.Typer(help="Nơi làm thủ tục: nhập địa chỉ, giờ làm việc từ tệp.", no_args_is_help=True)
app.add_typer(offices_app, name="offices")


@offices_app.command("import")
def offices_import(
    file: Annotated[Path, typer.Argument(help="Tệp .csv, .xlsx, .json hoặc .jsonl của một hay nhiều tỉnh.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Chỉ kiểm tra, không ghi.")] = False,
    replace: Annotated[
        bool, typer.Option("--replace", help="Nơi của các tỉnh này mà tệp không có thì bỏ khỏi danh sách.")
    ] = False,
    report: Annotated[Path | None, typer.Option(help="Ghi báo cáo từng dòng (JSON) vào tệp này.")] = None,
) -> None:
    """Nhập nơi làm thủ tục: địa chỉ, điện thoại, giờ làm việc, việc làm được. Dòng sai được báo từng dòng."""
    from bot.commands.offices import import_offices
    from bot.commands.offline import open_database

    with open_database(Settings()) as settings:
        sys.exit(import_offices(settings, file, dry_run=dry_run, replaces=replace, report=report))


@beneficiaries_app.command("import")
def beneficiaries_import(
    file: Annotated[Path, typer.Argument(help="Tệp .csv, .xlsx, .json hoặc .jsonl.")],
    source: Annotated[str, typer.Option(help="Nguồn của tệp, ví dụ ubnd-xa-a.")] = "tep",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Chỉ kiểm tra, không ghi.")] = False,
    report: Annotated[Path | None, typer.Option(help="Ghi báo cáo (JSON) vào tệp này.")] = None,
) -> None:
    """Nhập hộ nghèo, cận nghèo, bảo trợ, trẻ em đặc biệt. Dòng sai bị bỏ lại, dòng đáng ngờ chờ người xem."""
    from bot.commands.beneficiaries import import_beneficiaries
    from bot.commands.offline import open_database

    with open_database(Settings()) as settings:
        sys.exit(import_beneficiaries(settings, file, source=source, dry_run=dry_run, report=report))


@beneficiaries_app.command("invent")
def beneficiaries_invent(
    out: Annotated[Path, typer.Argument(help="Ghi ra tệp .csv hoặc .jsonl này.")],
    count: Annotated[int, typer.Option(min=1, max=5_000_000, help="Bao nhiêu dòng.")] = 10_000,
    seed: Annotated[int, typer.Option(help="Số mồi: cùng số thì cùng danh sách.")] = 6,
    wrong_share: Annotated[float, typer.Option(min=0, max=0.5, help="Phần dòng cố ý sai.")] = 0.03,
) -> None:
    """Tạo danh sách giả để thử (nguồn demo); số định danh trong đó không có thật."""
    from bot.commands.beneficiaries import write_invented_lists

    sys.exit(write_invented_lists(out, count=count, seed=seed, wrong_share=wrong_share))


@reminders_app.command("simulate")
def reminders_simulate(
    days: Annotated[int, typer.Option(min=1, max=366, help="Bao nhiêu ngày tới.")] = 90,
    csv: Annotated[Path | None, typer.Option(help="Ghi từng tin vào tệp CSV này.")] = None,
) -> None:
    """Tính trước: những ngày tới sẽ nhắc ai, lúc nào, qua kênh nào, ai bị lùi vì giới hạn. Không gửi gì."""
    from bot.commands.offline import open_database
    from bot.commands.reminders import simulate_reminders

    with open_database(Settings()) as settings:
        sys.exit(asyncio.run(simulate_reminders(settings, days=days, out=csv)))


@reminders_app.command("shadow")
def reminders_shadow(
    folder: Annotated[Path, typer.Argument(exists=True, file_okay=False, help="Thư mục các quy tắc đã sửa.")],
) -> None:
    """Chạy thử quy tắc đã sửa bên cạnh quy tắc đang dùng: thêm ai, bỏ ai, ai đổi ngày. Không ghi gì."""
    from bot.commands.offline import open_database
    from bot.commands.reminders import shadow_rules

    with open_database(Settings()) as settings:
        sys.exit(asyncio.run(shadow_rules(settings, folder)))


@content_app.command("check")
def content_check() -> None:
    """Kiểm kho câu trả lời: đủ căn cứ, đúng ngày, không trùng, còn hiệu lực."""
    from bot.commands.content import check_content

    sys.exit(check_content(PROJECT_ROOT / "data", _console()))


@content_app.command("stats")
def content_stats() -> None:
    """In số lượng câu trả lời, văn bản, mục sắp hết hiệu lực (JSON)."""
    from bot.commands.content import print_stats

    print_stats(PROJECT_ROOT / "data")


@content_app.command("export")
def content_export(
    file: Annotated[Path, typer.Argument(help="Ghi ra tệp .yml hoặc .xlsx này.")],
) -> None:
    """Ghi mọi câu trả lời đang đăng ra tệp, để sửa ở nơi khác rồi nhập lại."""
    from bot.commands.content import export_content
    from bot.commands.offline import open_database

    with open_database(Settings()) as settings:
        sys.exit(asyncio.run(export_content(settings, file)))


@content_app.command("import")
def content_import(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="Tệp mà lệnh export đã ghi.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Chỉ kiểm tra, không ghi.")] = False,
    publish: Annotated[
        bool, typer.Option("--publish", help="Đăng ngay, không qua duyệt: khi chuyển hay dựng lại hệ thống.")
    ] = False,
) -> None:
    """Nhập câu trả lời từ tệp. Câu sửa và câu mới chờ người khác duyệt; câu sai bị bỏ lại, có lý do."""
    from bot.commands.content import import_content
    from bot.commands.offline import open_database

    with open_database(Settings()) as settings:
        sys.exit(asyncio.run(import_content(settings, file, dry_run=dry_run, publish=publish)))


@app.command()
def fuzz(
    inputs: Annotated[int, typer.Option(help="Tổng số đầu vào tự sinh.", min=1_000)] = 1_000_000,
    guided: Annotated[int, typer.Option(help="Thêm bao nhiêu giây dò theo độ phủ mã (atheris).", min=0)] = 60,
) -> None:
    """Thử bằng đầu vào tự sinh: bộ đọc tiếng Việt, bộ đọc tin, bộ trình bày, dòng dữ liệu. Dùng cho chạy đêm."""
    from bot.commands.fuzz import run_fuzz

    sys.exit(run_fuzz(inputs, guided_s=guided))


@data_keys_app.command("versions")
def data_keys_versions() -> None:
    """Các phiên bản khóa, và mỗi phiên bản đang mã hóa bao nhiêu giá trị."""
    from bot.commands.data_keys import print_versions
    from bot.commands.offline import open_database

    with open_database(Settings()) as settings:
        sys.exit(asyncio.run(print_versions(settings)))


@data_keys_app.command("rotate")
def data_keys_rotate() -> None:
    """Tạo phiên bản khóa mới; dữ liệu cũ vẫn đọc được. Không phải dừng máy."""
    from bot.commands.data_keys import rotate
    from bot.commands.offline import open_database

    with open_database(Settings()) as settings:
        sys.exit(rotate(settings))


@data_keys_app.command("reencrypt")
def data_keys_reencrypt() -> None:
    """Mã hóa lại dữ liệu cũ bằng phiên bản khóa đang dùng. Dừng giữa chừng thì chạy lại."""
    from bot.commands.data_keys import reencrypt_all
    from bot.commands.offline import open_database

    with open_database(Settings()) as settings:
        sys.exit(asyncio.run(reencrypt_all(settings)))


@data_keys_app.command("exchange")
def data_keys_exchange(
    new_file: Annotated[Path, typer.Argument(help="Tệp có khóa mới; chưa có thì được tạo.")],
) -> None:
    """Đổi khóa ngoài (DATA_KEY): khóa cũ không mở được cơ sở dữ liệu nữa."""
    from bot.commands.data_keys import exchange
    from bot.commands.offline import open_database

    with open_database(Settings()) as settings:
        sys.exit(exchange(settings, new_file))


@privacy_app.command("breach")
def privacy_breach(email: Annotated[str, typer.Argument(help="Thư điện tử của tài khoản.")]) -> None:
    """Nghi có người xem trộm dữ liệu: khóa tài khoản, kết thúc phiên, ghi báo cáo vào var/breaches/."""
    from bot.commands.breach import run_answer
    from bot.commands.offline import open_database

    with open_database(Settings()) as settings:
        sys.exit(asyncio.run(run_answer(settings, email=email)))


@drill_app.command("breach")
def drill_breach() -> None:
    """Tập dượt vụ lộ dữ liệu với một cán bộ bịa, trong cơ sở dữ liệu riêng; báo cáo ở var/drills/."""
    from bot.commands.breach import run_drill

    sys.exit(asyncio.run(run_drill(Settings())))


@privacy_app.command("dossier")
def privacy_dossier() -> None:
    """Ghi lại docs/dpia/ từ danh mục dữ liệu cá nhân."""
    from bot.commands.privacy import write_dossier

    sys.exit(write_dossier())


@supply_app.command("sbom")
def supply_sbom(
    out: Annotated[Path, typer.Option("--out", help="Ghi vào thư mục này.")] = PROJECT_ROOT / "var" / "sbom",
) -> None:
    """Ghi danh sách vật liệu phần mềm (CycloneDX) của hai chương trình."""
    from bot.commands.supply import write_bills

    sys.exit(write_bills(out, _console()))


@supply_app.command("licences")
def supply_licences() -> None:
    """Ghi lại docs/licences.md: giấy phép của từng gói."""
    from bot.commands.supply import write_licences

    sys.exit(write_licences(_console()))


@supply_app.command("audit")
def supply_audit() -> None:
    """Tra lỗ hổng đã biết của mọi gói bị khóa; không tra được thì báo chưa đạt."""
    from bot.commands.supply import audit_locks

    sys.exit(audit_locks(_console()))


@zalo_app.command("link")
def zalo_link() -> None:
    """Tạo một cặp mã PKCE mới để dán vào trang Zalo Developers trước khi xin quyền."""
    from bot.commands.zalo import print_pkce

    print_pkce(Console())


@zalo_app.command("connect")
def zalo_connect(
    code: Annotated[str, typer.Option(prompt="Mã code trên địa chỉ Zalo chuyển về", hide_input=True)],
    verifier: Annotated[str, typer.Option(prompt="Mã verifier của lệnh zalo link", hide_input=True)],
) -> None:
    """Đổi mã đồng ý của quản trị viên OA lấy cặp token đầu tiên; token được mã hóa và giữ trong cơ sở dữ liệu."""
    from bot.commands.zalo import connect

    sys.exit(asyncio.run(connect(Settings(), Console(), code=code, verifier=verifier)))


@zalo_app.command("status")
def zalo_status() -> None:
    """Cho biết token Zalo còn tới bao giờ."""
    from bot.commands.zalo import show_status

    sys.exit(asyncio.run(show_status(Settings(), Console())))
