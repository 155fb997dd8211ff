"""Commands of what the assistant knows."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Annotated

import typer

from bot.commands.cli.app import app, make_console
from bot.settings import PROJECT_ROOT, Settings

content_app = typer.Typer(help="Kho câu trả lời.", no_args_is_help=True)
app.add_typer(content_app, name="content")


@content_app.command("check")
def content_check() -> None:
    """Kiểm kho câu trả lời: đủ căn cứ, đúng ngày, không trùng, còn hiệu lực."""
    from bot.commands.content import check_content

    sys.exit(check_content(PROJECT_ROOT / "data", make_console()))


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
