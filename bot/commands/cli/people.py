"""Commands for accounts of staff and keys of other systems."""

from __future__ import annotations

import asyncio
import sys
from typing import Annotated

import typer

from bot.commands.cli.app import app
from bot.settings import Settings

audit_app = typer.Typer(help="Nhật ký việc cán bộ đã làm.", no_args_is_help=True)
staff_app = typer.Typer(help="Tài khoản cán bộ.", no_args_is_help=True)
keys_app = typer.Typer(help="Khóa truy cập của hệ thống khác.", no_args_is_help=True)
app.add_typer(staff_app, name="staff")
app.add_typer(audit_app, name="audit")
app.add_typer(keys_app, name="keys")


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
