"""Commands of what other systems hand over: applications, lists, offices; and reminders looked at ahead."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Annotated

import typer

from bot.commands.cli.app import app
from bot.settings import Settings

applications_app = typer.Typer(help="Hồ sơ: nhập từ tệp, tạo hồ sơ giả để thử.", no_args_is_help=True)
app.add_typer(applications_app, name="applications")
reminders_app = typer.Typer(help="Lời nhắc: xem trước những gì sẽ gửi.", no_args_is_help=True)
beneficiaries_app = typer.Typer(help="Danh sách thụ hưởng: nhập từ tệp, tạo tệp giả.", no_args_is_help=True)
app.add_typer(beneficiaries_app, name="beneficiaries")
app.add_typer(reminders_app, name="reminders")


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
