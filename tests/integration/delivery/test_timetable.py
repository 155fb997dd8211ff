"""The timetable runs in one process at a time, and another takes over."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from pydantic import SecretStr

from bot.clock import read_clock
from bot.delivery.queue import DeliveryQueue
from bot.storage.database import Database
from bot.storage.encryption import Cipher
from bot.timetable import Look, list_looks, run_timetable
from tests.support.deliveries import Post
from tests.support.gate import idle_gate, idle_retrainer


async def _cancel(*tasks: asyncio.Task[None]) -> None:
    for task in tasks:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.05)


def _run(
    database: Database, url: SecretStr, name: str, work: Callable[[datetime], Awaitable[object]]
) -> asyncio.Task[None]:
    look = Look(name=name, every=timedelta(seconds=0.1), work=work)
    return asyncio.create_task(run_timetable(database, DeliveryQueue(url), [look], clock=read_clock))


async def test_of_two_timetables_one_runs_and_the_other_takes_over(
    database: Database, database_url: SecretStr
) -> None:
    seen: list[str] = []

    def record(name: str) -> Callable[[datetime], Awaitable[object]]:
        async def look(now: datetime) -> None:
            seen.append(name)

        return look

    first = _run(database, database_url, "first", record("first"))
    await _until(lambda: bool(seen))
    second = _run(database, database_url, "second", record("second"))
    await asyncio.sleep(1)
    await _until(lambda: len(seen) > 3)
    assert set(seen) == {"first"}
    await _cancel(first)
    await _until(lambda: "second" in seen)
    await _cancel(second)


async def test_a_look_that_fails_is_made_again_and_stops_no_other(
    database: Database, database_url: SecretStr
) -> None:
    tries: list[datetime] = []

    async def fail(now: datetime) -> None:
        tries.append(now)
        raise ValueError

    task = _run(database, database_url, "failing", fail)
    await _until(lambda: len(tries) >= 3)
    await _cancel(task)


async def test_it_takes_over_again_after_its_connection_was_cut(
    database: Database, database_url: SecretStr, post: Post
) -> None:
    seen: list[datetime] = []

    async def look(now: datetime) -> None:
        seen.append(now)

    task = _run(database, database_url, "look", look)
    await _until(lambda: bool(seen))
    await post.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND database ="
        " (SELECT oid FROM pg_database WHERE datname = current_database())"
    )
    await asyncio.sleep(2.2)
    seen.clear()
    await _until(lambda: bool(seen))
    await _cancel(task)


async def test_every_look_works_on_an_empty_database(
    database: Database, database_url: SecretStr, cipher: Cipher, tmp_path: Path
) -> None:
    queue = DeliveryQueue(database_url)
    async with queue.opened():
        gate, retrainer = idle_gate(database), idle_retrainer(database)
        looks = list_looks(
            database,
            queue,
            {},
            cipher,
            gate,
            retrainer=retrainer,
            handovers_kept=timedelta(days=7),
            tombstones_dir=tmp_path,
        )
        for look in looks:
            await look.work(read_clock())
