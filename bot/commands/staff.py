"""`staff create`: a new account for a member of staff; and the first one, made at the first start."""

from __future__ import annotations

import re

from rich.console import Console

from bot.audit.log import AuditLog
from bot.clock import read_clock
from bot.console.accounts import create_account, ensure_first_administrator, tidy_email
from bot.domain.staff import Role
from bot.settings import Settings
from bot.storage.data_keys import open_cipher
from bot.storage.database import Database
from bot.storage.staff import EmailTaken

ACTOR = "command line"
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")


async def create_staff(settings: Settings, *, email: str, role: str) -> int:
    """Make an account and print its password, once. Return the exit code of the command."""
    said = Console(stderr=True)
    if not _EMAIL.fullmatch(email.strip()):
        said.print(f"“{email}” không phải địa chỉ thư điện tử. Ghi dạng ten@donvi.gov.vn.", highlight=False)
        return 2
    if role not in list(Role):
        said.print(f"Không có vai trò “{role}”. Chọn một trong: {', '.join(Role)}.", highlight=False)
        return 2
    database = Database(settings.database_url)
    try:
        async with database.begin() as tx:
            password = await create_account(
                tx, _open_audit(settings), email=email, role=Role(role), actor=ACTOR, now=read_clock()
            )
    except EmailTaken:
        said.print(f"Đã có tài khoản {tidy_email(email)}. Chọn địa chỉ khác.", highlight=False)
        return 1
    finally:
        await database.close()
    said.print(
        f"Đã tạo tài khoản {tidy_email(email)} ({Role(role).label}). Mật khẩu chỉ hiện một lần:", highlight=False
    )
    print(password)
    return 0


async def ensure_first_administrator_password(settings: Settings) -> str | None:
    """Make the first account where there is none, and return its password to print once."""
    database = Database(settings.database_url)
    try:
        async with database.begin() as tx:
            return await ensure_first_administrator(tx, _open_audit(settings), now=read_clock())
    finally:
        await database.close()


def _open_audit(settings: Settings) -> AuditLog:
    return AuditLog(open_cipher(settings))
