"""Commands for who guards data: keys, copies, what is held, what we are made of."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from bot.commands.cli.app import app, make_console
from bot.settings import PROJECT_ROOT, Settings

data_keys_app = typer.Typer(help="Khóa mã hóa dữ liệu cá nhân: phiên bản mới, đổi khóa.", no_args_is_help=True)
app.add_typer(data_keys_app, name="data-keys")
privacy_app = typer.Typer(help="Dữ liệu cá nhân: danh mục, hồ sơ đánh giá tác động.", no_args_is_help=True)
app.add_typer(privacy_app, name="privacy")
drill_app = typer.Typer(help="Tập dượt sự cố.", no_args_is_help=True)
app.add_typer(drill_app, name="drill")
supply_app = typer.Typer(help="Các gói được dùng: danh sách, giấy phép, lỗ hổng đã biết.", no_args_is_help=True)
app.add_typer(supply_app, name="supply")


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


@drill_app.command("restore")
def drill_restore(
    file: Annotated[
        Path | None, typer.Argument(exists=True, dir_okay=False, help="Tệp sao lưu; không có thì sao lưu ngay.")
    ] = None,
) -> None:
    """Tập khôi phục một bản sao lưu trong cơ sở dữ liệu riêng; báo cáo ở var/drills/."""
    from bot.commands.restore_drill import run_restore_drill

    sys.exit(run_restore_drill(Settings(), make_console(), file))


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

    sys.exit(write_bills(out, make_console()))


@supply_app.command("licences")
def supply_licences() -> None:
    """Ghi lại docs/licences.md: giấy phép của từng gói."""
    from bot.commands.supply import write_licences

    sys.exit(write_licences(make_console()))


@supply_app.command("audit")
def supply_audit() -> None:
    """Tra lỗ hổng đã biết của mọi gói bị khóa; không tra được thì báo chưa đạt."""
    from bot.commands.supply import audit_locks

    sys.exit(audit_locks(make_console()))
