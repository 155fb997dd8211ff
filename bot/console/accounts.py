"""Makes staff accounts: the first one by itself, the others by an administrator or the command line."""

from __future__ import annotations

from datetime import datetime

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from bot.audit.log import AuditLog
from bot.console.passwords import Passwords, make_password
from bot.domain.staff import Role
from bot.storage.staff import claim_first_account, record_staff

FIRST_ADMINISTRATOR = "admin@troly06.local"

log = structlog.get_logger()


async def create_account(
    tx: AsyncSession, audit: AuditLog, *, email: str, role: Role, actor: str, now: datetime
) -> str:
    """Make an account and return its password, which is shown once and stored nowhere.

    Raises:
        EmailTaken: there is one with that e-mail.
    """
    password, email = make_password(), tidy_email(email)
    password_hash = await Passwords().hash(password)
    staff_id = await record_staff(tx, email=email, role=role, password_hash=password_hash)
    await audit.record(tx, actor=actor, action="staff.create", subject=f"staff:{email}", now=now, role=role.value)
    log.info("staff.created", staff_id=str(staff_id), role=role.value)
    return password


async def ensure_first_administrator(tx: AsyncSession, audit: AuditLog, *, now: datetime) -> str | None:
    """Make the first account where there is none, and return its password to print once; None otherwise."""
    if not await claim_first_account(tx):
        return None
    return await create_account(
        tx, audit, email=FIRST_ADMINISTRATOR, role=Role.ADMINISTRATOR, actor="first start", now=now
    )


def tidy_email(email: str) -> str:
    """Return an e-mail as accounts are found by it."""
    return email.strip().casefold()
