"""A console with citizens who wait, and a worker that delivers what staff write."""

from __future__ import annotations

import re
from dataclasses import dataclass
from uuid import UUID

from fastapi import FastAPI

from bot.domain.handover import PURPOSE, Author
from bot.domain.messages import Channel, ChatAddress
from bot.domain.staff import Role
from bot.handover import lifecycle
from bot.storage.citizens import record_contact
from bot.storage.consents import ConsentAction, record_consent
from bot.storage.database import Database
from bot.storage.encryption import Cipher
from bot.storage.handovers import record_message
from bot.wiring import load_duty
from tests.conftest import MovedClock
from tests.integration.console.conftest import Browser, logged_in
from tests.support.deliveries import Post

DUTY = load_duty()


@dataclass
class Office:
    """A console, and citizens who wait."""

    app: FastAPI
    database: Database
    cipher: Cipher
    clock: MovedClock
    post: Post

    async def add_waiting(self, chat: str = "42", said: str = "tôi hỏi về hộ khẩu") -> UUID:
        """Let a citizen of Telegram wait, and return the handover."""
        now = self.clock()
        async with self.database.begin() as tx:
            contact = await record_contact(tx, ChatAddress(channel=Channel.TELEGRAM, chat=chat), now=now)
            await record_consent(
                tx,
                citizen_id=contact.citizen_id,
                purpose=PURPOSE,
                action=ConsentAction.GIVEN,
                wording_sha256="0" * 64,
                channel=Channel.TELEGRAM,
                now=now,
            )
            held = await lifecycle.request(tx, contact.id, Channel.TELEGRAM, DUTY, now=now)
            await record_message(tx, self.cipher, held, said, author=Author.CITIZEN, now=now)
        return held

    async def log_in(self, name: str, role: Role = Role.EDITOR) -> Browser:
        return await logged_in(self.app, self.database, role, name=name)


def message_of(page: str) -> str:
    """Return the id that a form of the chat page drew for its message."""
    found = re.search(r'name="message" value="([^"]+)"', page)
    assert found
    return found[1]
