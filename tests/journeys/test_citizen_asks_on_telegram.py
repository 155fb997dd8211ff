"""A citizen on Telegram asks a fee, looks an application up, and nobody else's update gets in."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.channels.telegram.channel import TelegramChannel
from bot.storage.database import Database
from bot.wiring import Core
from tests.conftest import MovedClock
from tests.support.core import running_core
from tests.support.telegram_emulator.emulator import Emulator, running_emulator

pytestmark = pytest.mark.journey


@pytest.fixture
async def core(knowing_database_url: SecretStr, tmp_path: Path, clock: MovedClock) -> AsyncIterator[Core]:
    async with running_core(knowing_database_url, tmp_path, clock) as core:
        yield core


@pytest.fixture
async def emulator(core: Core) -> AsyncIterator[Emulator]:
    """The emulator, with the whole assistant polling it."""
    async with running_emulator() as emulator:
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
        yield emulator
        await channel.stop()
        await inbox.close()


async def test_citizen_asks_a_fee_as_people_type(emulator: Emulator) -> None:
    citizen = emulator.citizen(name="<b>Nguyễn & Con</b>")
    await citizen.writes("doi the can cuoc het bao nhieu tien")
    answer = await citizen.reads()
    assert "đồng" in answer.text
    assert "Căn cứ:" in answer.text
    assert answer.buttons


async def test_citizen_looks_an_application_up(emulator: Emulator) -> None:
    citizen = emulator.citizen()
    await citizen.writes("/tra_cuu")
    assert "mã hồ sơ" in (await citizen.reads()).text
    await citizen.writes("h00.01.02 - 261102 - 0001")
    assert "4 số cuối" in (await citizen.reads()).text
    await citizen.writes("1234")
    assert "Đang giải quyết" in (await citizen.reads()).text


async def test_citizen_presses_the_next_question(emulator: Emulator) -> None:
    citizen = emulator.citizen()
    await citizen.writes("đổi thẻ căn cước mất bao nhiêu tiền")
    first = await citizen.reads()
    await citizen.presses(first.buttons[0])
    assert (await citizen.reads()).text != first.text
