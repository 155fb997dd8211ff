"""Zalo for tests: the stand-in on a free port in this process, so that a test can look into it."""

from __future__ import annotations

import asyncio
import base64
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from hashlib import sha256
from typing import Any

import uvicorn
from pydantic import SecretStr

from bot.channels.zalo.channel import ZaloAccount
from bot.channels.zalo.client import ZaloHosts
from bot.standins.zalo.account import Account, Fault, Person, Template
from bot.standins.zalo.app import make_standin
from bot.standins.zalo.bot_api import BotChat, BotPlatform
from bot.standins.zalo.events import EventSender

APP_ID = "431234567890123456"
APP_SECRET = "app-secret-of-the-stand-in"
OA_SECRET = "OAsecretKEY"
BOT_TOKEN = "12345:token-of-the-stand-in"
VERIFIER = "v" * 43
CHALLENGE = base64.urlsafe_b64encode(sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()


class Zalo:
    """A running stand-in."""

    def __init__(self) -> None:
        self.account = Account(app_id=APP_ID, app_secret=APP_SECRET, oa_secret=OA_SECRET)
        self.events = EventSender(self.account, "", hurry=1000)
        self.bot = BotPlatform(BOT_TOKEN, https_only=False)
        self.url = ""

    def citizen(self, user_id: str = "246845883529197922", *, phone: str = "84912345678") -> ZaloCitizen:
        """Return a person who follows the Official Account."""
        person = Person(user_id=user_id, name="Nguyễn Văn An", phone=phone, follows=True)
        self.account.people[user_id] = person
        return ZaloCitizen(self, person)

    def bot_citizen(self, chat_id: str = "b6cab1dd83a26afc33b3") -> BotChat:
        """Return a person who has a chat with the bot."""
        return self.bot.chats.setdefault(chat_id, BotChat(chat_id, "Nguyễn Văn An"))

    def fails(self, path: str, code: int = 0, **more: Any) -> None:
        """Let the next call to a path fail."""
        self.account.faults.append(Fault(path, code, **more))

    def list_calls(self, path: str) -> list[Any]:
        """Return the bodies of the calls to a path."""
        return [call["body"] for call in self.account.calls if call["path"].endswith(path)]

    def template(self, template_id: str, *params: str, **more: Any) -> Template:
        """Have a template approved."""
        return self.account.templates.setdefault(template_id, Template(template_id, params, **more))

    def make_account(self, **more: Any) -> ZaloAccount:
        """Return the settings of the channel that talks to this stand-in."""
        return ZaloAccount(
            app_id=APP_ID,
            app_secret=SecretStr(APP_SECRET),
            oa_secret=SecretStr(OA_SECRET),
            hosts=ZaloHosts(oauth=self.url, api=self.url, business=self.url),
            **more,
        )


class ZaloCitizen:
    """A person with Zalo on the phone: writes, presses, reads."""

    def __init__(self, zalo: Zalo, person: Person) -> None:
        self._zalo = zalo
        self.person = person
        self._read = 0

    async def writes(self, text: str) -> dict[str, Any]:
        """Send a text, and return its event."""
        return self._zalo.events.write(self.person, text=text)

    async def sends(self, kind: str, **content: Any) -> dict[str, Any]:
        """Send something else than a text."""
        return self._zalo.events.write(self.person, kind, **content)

    def list_texts(self) -> list[str]:
        """Return everything on the phone, oldest first."""
        return [message["text"] for message in self.person.inbox]

    async def reads(self, *, within_s: float = 8.0) -> str:
        """Return the next message, oldest first; AssertionError where none comes."""
        until = time.monotonic() + within_s
        while len(self.person.inbox) <= self._read:
            assert time.monotonic() < until, f"nothing came; webhook: {self._zalo.events.log[-5:]}"
            await asyncio.sleep(0.01)
        self._read += 1
        return str(self.person.inbox[self._read - 1]["text"])

    async def hears_nothing(self, *, for_s: float = 0.3) -> None:
        """Make sure that nothing more comes for a while."""
        await asyncio.sleep(for_s)
        assert len(self.person.inbox) == self._read, self.list_texts()[self._read :]


@asynccontextmanager
async def running_zalo() -> AsyncIterator[Zalo]:
    """Serve the stand-in on a free port while the block runs."""
    zalo = Zalo()
    app = make_standin(zalo.account, zalo.events, zalo.bot)
    server = uvicorn.Server(
        uvicorn.Config(
            app, host="127.0.0.1", port=0, log_level="critical", lifespan="off", timeout_graceful_shutdown=1
        )
    )
    serving = asyncio.create_task(server.serve())
    while not server.started:
        assert not serving.done(), "the stand-in ended"
        await asyncio.sleep(0.01)
    zalo.url = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    try:
        yield zalo
    finally:
        await zalo.events.close()
        await zalo.bot.close()
        server.should_exit = True
        await serving


def as_body(event: dict[str, Any]) -> bytes:
    """Return an event as the bytes that are signed."""
    return json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode()
