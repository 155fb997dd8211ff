"""Commands of the messengers."""

from __future__ import annotations

import asyncio
import sys
from typing import Annotated

import typer
from rich.console import Console

from bot.commands.cli.app import app
from bot.settings import Settings

zalo_app = typer.Typer(help="Nối với Zalo Official Account.", no_args_is_help=True)
app.add_typer(zalo_app, name="zalo")


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
