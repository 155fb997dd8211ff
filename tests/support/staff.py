"""Members of staff for tests: their accounts, and the app on their phone."""

from __future__ import annotations

import html
import re
from datetime import UTC, datetime

import pyotp

from bot.audit.log import AuditLog
from bot.console import accounts
from bot.domain.staff import Role
from bot.storage.database import Database
from bot.storage.encryption import Cipher

_SECRET = re.compile(r'<code class="console-secret">([A-Z2-7 ]+)</code>')


async def create_account(database: Database, cipher: Cipher, *, email: str, role: Role) -> str:
    """Make an account and return its password."""
    async with database.begin() as tx:
        return await accounts.create_account(
            tx, AuditLog(cipher), email=email, role=role, actor="test", now=datetime(2026, 11, 1, tzinfo=UTC)
        )


class Authenticator:
    """The app on a phone, with the secret that the set-up page shows."""

    def __init__(self, page: str) -> None:
        found = _SECRET.search(html.unescape(page))
        assert found, "the page shows no secret"
        self.totp = pyotp.TOTP(found[1].replace(" ", ""))

    def read(self, now: datetime) -> str:
        """Return the code of this half minute."""
        return self.totp.at(now)
