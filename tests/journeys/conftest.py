"""What journeys share: a core on the shipped knowledge, the Telegram emulator, and the channel between."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.channels.telegram.channel import TelegramChannel
from bot.storage.database import Database
from bot.wiring import Core
from tests.conftest import MovedClock
from tests.journeys.desk import Desk, open_desk
from tests.support.core import running_core
from tests.support.telegram_emulator.emulator import Emulator, running_emulator


@pytest.fixture
async def core(knowing_database_url: SecretStr, tmp_path: Path, clock: MovedClock) -> AsyncIterator[Core]:
    """The assistant, without an understanding server."""
    async with running_core(knowing_database_url, tmp_path, clock) as core:
        yield core


@pytest.fixture
async def emulator() -> AsyncIterator[Emulator]:
    """Telegram, as the emulator plays it."""
    async with running_emulator() as emulator:
        yield emulator


@pytest.fixture
async def telegram(core: Core, emulator: Emulator) -> AsyncIterator[TelegramChannel]:
    """The assistant's Telegram channel, polling the emulator."""
    inbox = Database(core.settings.database_url)
    channel = TelegramChannel(
        token=SecretStr(emulator.token),
        api_base=emulator.url,
        webhook_secret=SecretStr(""),
        public_url="",
        inbox=inbox,
        assistant=core.assistant,
        clock=core.clock,
    )
    await channel.start()
    yield channel
    await channel.stop()
    await inbox.close()


@pytest.fixture
async def desk(database_url: SecretStr, tmp_path: Path, clock: MovedClock) -> AsyncIterator[Desk]:
    """The console in a browser."""
    async with open_desk(database_url, tmp_path, clock) as desk:
        yield desk
