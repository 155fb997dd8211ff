"""Members of staff for tests: their accounts, and the app on their phone."""

from __future__ import annotations

import asyncio
import html
import re
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import pyotp
from fastapi import APIRouter
from pydantic import SecretStr

from bot.audit.log import AuditLog
from bot.broadcasts.wishes import load_choices
from bot.clock import Clock
from bot.console import accounts
from bot.console.routes import make_console_router
from bot.delivery.queue import DeliveryQueue
from bot.domain.lanes import STANDARD_PACES, Paces
from bot.domain.staff import Role
from bot.reminders.rules import load_rules
from bot.settings import DATA
from bot.storage.bells import Bells
from bot.storage.database import Database
from bot.storage.encryption import Cipher
from bot.storage.handovers import NOTIFY_CHANNEL
from bot.wiring import load_communes, load_duty, load_rules_of_data, make_data_requests
from bot.wiring.renderings import list_renderings
from bot.wiring.shipped import name_topics

_SECRET = re.compile(r'<code class="console-secret">([A-Z2-7 ]+)</code>')


async def create_account(database: Database, cipher: Cipher, *, email: str, role: Role) -> str:
    """Make an account and return its password."""
    async with database.begin() as tx:
        return await accounts.create_account(
            tx, AuditLog(cipher), email=email, role=role, actor="test", now=datetime(2026, 11, 1, tzinfo=UTC)
        )


def make_console(
    database: Database,
    cipher: Cipher,
    clock: Clock,
    *,
    base_url: str,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    bells: Bells | None = None,
    paces: Paces = STANDARD_PACES,
) -> APIRouter:
    """Return the console as the wiring makes it. `bells`: started ones, where pages are to be rung."""
    return make_console_router(
        database=database,
        cipher=cipher,
        communes=load_communes,
        filed_rules=load_rules_of_data,
        news=load_choices(DATA / "news.yml"),
        renderings=list_renderings(),
        rules=load_rules(DATA / "reminders"),
        topics=name_topics,
        queue=DeliveryQueue(SecretStr(database.engine.url.render_as_string(hide_password=False))),
        paces=paces,
        duty=load_duty(),
        requests=make_data_requests(cipher),
        bells=bells or Bells(database, NOTIFY_CHANNEL),
        hold_s=1 if bells is not None else 0.05,
        clock=clock,
        base_url=base_url,
        sleep=sleep,
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
