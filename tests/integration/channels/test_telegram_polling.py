"""Polling: kept first, confirmed afterwards, and nothing ends it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest
from pydantic import SecretStr
from sqlalchemy import func, select

from bot.channels.inbox.intake import InboxUnavailable, Intake
from bot.channels.telegram.client import build_application
from bot.channels.telegram.polling import Poller
from bot.domain.messages import Channel
from bot.storage.database import Database
from bot.storage.inbox import ReceivedUpdate
from bot.storage.tables import InboundUpdateRow
from tests.support.telegram_emulator import Emulator


class ForgetfulIntake(Intake):
    """Keeps updates, but fails the first times."""

    failures = 0

    async def keep(self, updates: Sequence[ReceivedUpdate]) -> None:
        if self.failures > 0:
            self.failures -= 1
            raise InboxUnavailable
        await super().keep(updates)


@pytest.fixture
def intake(database: Database) -> ForgetfulIntake:
    return ForgetfulIntake(database, Channel.TELEGRAM, on_kept=lambda: None)


@asynccontextmanager
async def polling(emulator: Emulator, intake: Intake, **settings: float) -> AsyncIterator[list[float]]:
    """Poll while the block runs, and give the pauses that were made; none takes longer than a moment."""
    pauses: list[float] = []

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)
        await asyncio.sleep(0.01)

    application = build_application(SecretStr(emulator.token), api_base=emulator.url)
    poller = Poller(application.bot, intake, sleep=sleep, **{"poll_s": 1, **settings})  # type: ignore[arg-type]
    task = asyncio.create_task(poller.run())
    yield pauses
    assert not task.done(), "the poller ended"
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await intake.stop()


async def until_kept(database: Database, expected: int) -> None:
    async with asyncio.timeout(8):
        while await count_kept(database) < expected:  # noqa: ASYNC110 -- another process decides
            await asyncio.sleep(0.02)


async def count_kept(database: Database) -> int:
    async with database.begin() as tx:
        return int((await tx.execute(select(func.count()).select_from(InboundUpdateRow))).scalar_one())


async def test_the_offset_stands_still_until_updates_are_kept(
    emulator: Emulator, intake: ForgetfulIntake, database: Database
) -> None:
    intake.failures = 2
    await emulator.citizen().writes("a")
    async with polling(emulator, intake):
        await until_kept(database, 1)
    calls = await emulator.list_calls("getUpdates")
    assert [call.get("offset") for call in calls[:3]] == [None] * 3


async def test_a_conflict_is_waited_out(emulator: Emulator, intake: ForgetfulIntake, database: Database) -> None:
    await emulator.fails("getUpdates", code=409, description="Conflict: terminated by other getUpdates", times=2)
    async with polling(emulator, intake) as pauses:
        await emulator.citizen().writes("a")
        await until_kept(database, 1)
    assert pauses == [5, 5]


async def test_errors_of_the_network_are_waited_out_longer_and_longer(
    emulator: Emulator, intake: ForgetfulIntake, database: Database
) -> None:
    await emulator.fails("getUpdates", code=0, times=2)
    await emulator.fails("getUpdates", code=502, times=2)
    await emulator.fails("getUpdates", code=429, retry_after=7)
    await emulator.fails("getUpdates", code=401, description="Unauthorized")
    async with polling(emulator, intake) as pauses:
        await emulator.citizen().writes("a")
        await until_kept(database, 1)
    assert pauses == [0.5, 1, 2, 4, 8, 30]


@pytest.mark.parametrize("retry_after", [0, -1, "ba giay", True, None])
async def test_a_senseless_pause_becomes_a_usual_one(
    emulator: Emulator, intake: ForgetfulIntake, database: Database, retry_after: object
) -> None:
    await emulator.fails("getUpdates", code=429, retry_after=retry_after)
    async with polling(emulator, intake) as pauses:
        await emulator.citizen().writes("a")
        await until_kept(database, 1)
    assert pauses == [5]


async def test_a_poll_that_hangs_is_given_up(
    emulator: Emulator, intake: ForgetfulIntake, database: Database
) -> None:
    await emulator.fails("getUpdates", code=502, delay_s=60)
    async with polling(emulator, intake, grace_s=0.3):
        await emulator.citizen().writes("a")
        await until_kept(database, 1)


async def test_a_stand_in_that_starts_again_does_not_number_as_before(
    emulator: Emulator, intake: ForgetfulIntake, database: Database
) -> None:
    """Else the first messages after a second `make run` would be taken for repeated ones."""
    a_day_ago = datetime.now(UTC) - timedelta(days=1)
    await emulator.citizen().writes("a")
    async with polling(emulator, intake):
        await until_kept(database, 1)
    async with database.begin() as tx:
        (key,) = await tx.scalars(select(InboundUpdateRow.update_key))
    assert int(key) > a_day_ago.timestamp()


async def test_malformed_updates_do_not_stop_the_others(
    emulator: Emulator, intake: ForgetfulIntake, database: Database
) -> None:
    await emulator.deliver({"message": {"from": "nobody"}})
    await emulator.deliver({"message": 7, "edited_message": [None]})
    await emulator.citizen().writes("a\x00b")
    async with polling(emulator, intake):
        await until_kept(database, 3)


async def test_numbering_that_begins_again_lower_loses_nothing(
    emulator: Emulator, intake: ForgetfulIntake, database: Database
) -> None:
    citizen = emulator.citizen()
    message = {"date": 1, "chat": {"id": citizen.chat, "type": "private"}, "text": "a"}
    async with polling(emulator, intake):
        await emulator.deliver({"update_id": 900_000, "message": message})
        await until_kept(database, 1)
        calls = len(await emulator.list_calls("getUpdates"))
        await asyncio.sleep(1.2)  # an empty poll: the quiet week
        assert len(await emulator.list_calls("getUpdates")) > calls
        await emulator.deliver({"update_id": 5, "message": message})
        await until_kept(database, 2)
