"""The inbox worker: each update once, at most five tries, and a fault of one stops no other."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from sqlalchemy import text

from bot.channels.inbox import worker
from bot.channels.inbox.worker import MOST_ATTEMPTS, InboxWorker
from bot.domain.messages import Channel
from bot.storage.database import Database
from bot.storage.inbox import ClaimedUpdate, ReceivedUpdate, claim_next, count_waiting, record_updates

NO_TIME = timedelta(0)
Process = Callable[[ClaimedUpdate], Awaitable[None]]


def retry_at_once(error: Exception, *, attempt: int) -> tuple[str, timedelta]:
    return type(error).__name__, NO_TIME


@asynccontextmanager
async def working(database: Database, process: Process, **settings: timedelta) -> AsyncIterator[InboxWorker]:
    at_work = InboxWorker(
        database,
        Channel.TELEGRAM,
        process,
        **{"looks_every": timedelta(seconds=0.05), **settings},  # type: ignore[arg-type]
    )
    task = asyncio.create_task(at_work.run())
    yield at_work
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def keep(database: Database, *updates: tuple[int, str]) -> None:
    async with database.begin() as tx:
        await record_updates(
            tx,
            [
                ReceivedUpdate(channel=Channel.TELEGRAM, key=str(n), chat=chat, payload={"n": n})
                for n, chat in updates
            ],
        )


async def until_settled(database: Database) -> None:
    async with asyncio.timeout(15):
        while True:
            async with database.begin() as tx:
                if await count_waiting(tx, Channel.TELEGRAM) == 0:
                    return
            await asyncio.sleep(0.05)


async def list_outcomes(database: Database) -> list[tuple[int, str | None, bool]]:
    async with database.begin() as tx:
        found = await tx.execute(
            text("SELECT attempts, failure, payload IS NULL FROM inbound_updates ORDER BY id")
        )
        return [(row[0], row[1], row[2]) for row in found]


async def test_a_crowd_is_worked_off_each_once_and_in_order(database: Database) -> None:
    worked: list[tuple[str, int]] = []
    chance = random.Random(6)

    async def process(update: ClaimedUpdate) -> None:
        await asyncio.sleep(chance.random() / 200)
        worked.append((update.chat, update.payload["n"]))

    await keep(database, *((n, str(n % 40)) for n in range(400)))
    async with working(database, process), working(database, process):
        await until_settled(database)
    assert max(Counter(worked).values()) == 1
    assert len(worked) == 400
    for chat in range(40):
        mine = [n for where, n in worked if where == str(chat)]
        assert mine == sorted(mine)
    assert set(await list_outcomes(database)) == {(1, None, True)}


async def test_a_fault_is_tried_five_times_and_then_recorded(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "choose_retry", retry_at_once)
    tries: Counter[int] = Counter()

    async def process(update: ClaimedUpdate) -> None:
        tries[update.payload["n"]] += 1
        if update.payload["n"] == 1:
            raise KeyError("Nguyễn Văn An")
        if update.payload["n"] == 2 and tries[2] < 3:
            raise KeyError("x")

    await keep(database, (1, "a"), (2, "b"), (3, "a"))
    async with working(database, process):
        await until_settled(database)
    assert tries == {1: MOST_ATTEMPTS, 2: 3, 3: 1}
    assert await list_outcomes(database) == [(5, "KeyError", True), (3, None, True), (1, None, True)]


async def test_what_takes_too_long_is_given_up_for_now(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "choose_retry", retry_at_once)

    async def process(update: ClaimedUpdate) -> None:
        if update.attempt == 1:
            await asyncio.sleep(60)

    await keep(database, (1, "a"))
    async with working(database, process, takes_at_most=timedelta(seconds=0.1)):
        await until_settled(database)
    assert await list_outcomes(database) == [(2, None, True)]


async def test_an_update_that_kills_its_worker_each_time_is_not_tried_for_ever(database: Database) -> None:
    await keep(database, (1, "a"))
    for _ in range(MOST_ATTEMPTS):
        async with database.begin() as tx:
            assert len(await claim_next(tx, Channel.TELEGRAM, lease=timedelta(seconds=-1))) == 1
    asked: list[ClaimedUpdate] = []

    async def process(update: ClaimedUpdate) -> None:
        asked.append(update)

    async with working(database, process):
        await until_settled(database)
    assert asked == []
    assert await list_outcomes(database) == [(MOST_ATTEMPTS + 1, "worker-died", True)]


async def test_a_bell_is_answered_at_once(database: Database) -> None:
    done = asyncio.Event()

    async def process(update: ClaimedUpdate) -> None:
        done.set()

    async with working(database, process, looks_every=timedelta(seconds=30)) as at_work:
        await asyncio.sleep(0.2)
        await keep(database, (1, "a"))
        at_work.wake()
        async with asyncio.timeout(5):
            await done.wait()
        await until_settled(database)
