"""Of several processes one polls, and another takes over: Telegram ends the poll of one when another asks."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from pydantic import SecretStr
from sqlalchemy import func, select, text

from bot.channels.inbox.intake import Intake
from bot.channels.telegram.channel import POLL_KEY
from bot.channels.telegram.client import build_application
from bot.channels.telegram.polling import Poller
from bot.domain.messages import Channel
from bot.storage.database import Database
from bot.storage.guard import run_alone
from bot.storage.tables import InboundUpdateRow
from tests.support.telegram_emulator import Emulator

ENDS_WHO_HOLDS_IT = (
    "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND database ="
    " (SELECT oid FROM pg_database WHERE datname = current_database())"
)


@asynccontextmanager
async def process(emulator: Emulator, database: Database) -> AsyncIterator[tuple[Poller, list[float]]]:
    """Poll as one process of several does while the block runs; give the pauses that were made after errors."""
    pauses: list[float] = []

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)
        await asyncio.sleep(0.01)

    intake = Intake(database, Channel.TELEGRAM, on_kept=lambda: None)
    application = build_application(SecretStr(emulator.token), api_base=emulator.url)
    poller = Poller(application.bot, intake, poll_s=1, grace_s=0.5, sleep=sleep)
    task = asyncio.create_task(run_alone(database, POLL_KEY, poller.run))
    try:
        yield poller, pauses
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await intake.stop()


async def until_kept(database: Database, expected: int) -> None:
    async with asyncio.timeout(12):
        while True:
            async with database.begin() as tx:
                kept = (await tx.execute(select(func.count()).select_from(InboundUpdateRow))).scalar_one()
            if kept >= expected:
                return
            await asyncio.sleep(0.05)


async def test_two_processes_never_end_each_others_poll(emulator: Emulator, database: Database) -> None:
    async with process(emulator, database) as (first, first_pauses):
        await emulator.citizen().writes("a")
        await until_kept(database, 1)
        async with process(emulator, database) as (second, second_pauses):
            await asyncio.sleep(3.5)  # longer than a poll with its grace, twice
            assert first.pulse.is_alive
            assert second.pulse.is_alive, "who waits is well"
            await emulator.citizen().writes("b")
            await until_kept(database, 2)
    assert first_pauses == second_pauses == []


async def test_another_takes_over_when_the_one_that_polls_ends(emulator: Emulator, database: Database) -> None:
    async with process(emulator, database):
        await emulator.citizen().writes("a")
        await until_kept(database, 1)
        waiting = process(emulator, database)
        await waiting.__aenter__()
    await emulator.citizen().writes("b")
    await until_kept(database, 2)
    await waiting.__aexit__(None, None, None)


async def test_a_lock_that_is_lost_is_taken_again(emulator: Emulator, database: Database) -> None:
    async with process(emulator, database):
        await emulator.citizen().writes("a")
        await until_kept(database, 1)
        async with database.begin() as tx:
            await tx.execute(text(ENDS_WHO_HOLDS_IT))
        await emulator.citizen().writes("b")
        await until_kept(database, 2)
