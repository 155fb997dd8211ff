"""Makes staff accounts: the first one by itself, the others by the command line."""

from __future__ import annotations

import structlog

from bot.console.passwords import Passwords, make_password
from bot.domain.staff import Role
from bot.storage.database import Database
from bot.storage.staff import claim_first_account, record_staff

FIRST_ADMINISTRATOR = "admin@troly06.local"

log = structlog.get_logger()


async def create_account(database: Database, *, email: str, role: Role) -> str:
    """Make an account and return its password, which is shown once and stored nowhere.

    Raises:
        EmailTaken: there is one with that e-mail.
    """
    password = make_password()
    password_hash = await Passwords().hash(password)
    async with database.begin() as tx:
        staff_id = await record_staff(tx, email=tidy_email(email), role=role, password_hash=password_hash)
    log.info("staff.created", staff_id=str(staff_id), role=role.value)
    return password


async def ensure_first_administrator(database: Database) -> str | None:
    """Make the first account where there is none, and return its password to print once; None otherwise."""
    async with database.begin() as tx:
        if not await claim_first_account(tx):
            return None
        password = make_password()
        await record_staff(
            tx,
            email=FIRST_ADMINISTRATOR,
            role=Role.ADMINISTRATOR,
            password_hash=await Passwords().hash(password),
        )
    return password


def tidy_email(email: str) -> str:
    """Return an e-mail as accounts are found by it."""
    return email.strip().casefold()
