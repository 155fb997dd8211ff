"""A core to test against: a real database, the shipped knowledge, and whatever understanding server is given."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from bot.applications.sources import INVENTED, SourceSystems
from bot.clock import Clock
from bot.content.seed import seed_content
from bot.demo import seed_demo_applications
from bot.domain.answers import Answer
from bot.domain.messages import Attachment, Channel, ChatAddress, CitizenMessage
from bot.gateways.applications.sync import ApplicationSync
from bot.settings import DATA, Settings
from bot.storage.data_keys import open_cipher
from bot.storage.database import Database
from bot.wiring import SOURCES, Core, open_core

NO_SERVER = "http://127.0.0.1:9"
"""An address where nobody listens."""


@asynccontextmanager
async def running_core(
    database_url: SecretStr, data_dir: Path, clock: Clock, *, nlu_url: str = NO_SERVER, public_url: str = ""
) -> AsyncIterator[Core]:
    """Give a core on a database, filled with the shipped knowledge and the invented applications."""
    settings = Settings(database_url=database_url, data_dir=data_dir, nlu_url=nlu_url, public_url=public_url)
    share_models(settings)
    database = Database(database_url)
    await seed_content(database, DATA)
    cipher = open_cipher(settings, create=True)
    sources = SourceSystems.load(SOURCES)
    sync = ApplicationSync(database_url, cipher, clock=clock)
    await seed_demo_applications(sync, sources.find(INVENTED), DATA / "demo" / "applications.yml")
    await database.close()
    async with open_core(settings, clock=clock) as core:
        yield core


def share_models(settings: Settings) -> None:
    """Use the models and the search index of this checkout, so that no test builds them again."""
    shared = Settings().models_dir
    shared.mkdir(parents=True, exist_ok=True)
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    if not settings.models_dir.exists():
        settings.models_dir.symlink_to(shared)


class TerminalCitizen:
    """A citizen at the terminal: writes, presses, and remembers the last answer."""

    def __init__(self, core: Core, chat: str = "citizen", channel: Channel = Channel.TERMINAL) -> None:
        self._core = core
        self._address = ChatAddress(channel=channel, chat=chat)
        self.answer: Answer | None = None

    async def writes(self, text: str, *, edited: bool = False, forwarded: bool = False) -> Answer:
        """Send a text."""
        return await self._send(text=text, edited=edited, is_forwarded=forwarded)

    async def commands(self, command: str, text: str = "") -> Answer:
        """Send a command, without its slash."""
        return await self._send(command=command, text=text)

    async def sends(self, attachment: Attachment, **content: Any) -> Answer:
        """Send something that is no text."""
        return await self._send(attachment=attachment, **content)

    async def presses(self, title: str) -> Answer:
        """Press a button of the last answer by its title."""
        assert self.answer is not None
        payload = next(button.payload for button in self.answer.buttons if button.title == title)
        return await self._send(button=payload)

    async def presses_payload(self, payload: str) -> Answer:
        """Press a button that may be old or forged."""
        return await self._send(button=payload)

    async def _send(self, **content: Any) -> Answer:
        message = CitizenMessage(address=self._address, received_at=self._core.clock(), **content)
        self.answer = await self._core.assistant.take_turn(message)
        return self.answer
