"""The inbox: order within a chat, leases, and a worker that comes back from the dead."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from bot.domain.messages import Channel
from bot.storage.database import Database
from bot.storage.inbox import (
    ClaimedUpdate,
    ReceivedUpdate,
    claim_next,
    count_waiting,
    delete_settled,
    record_failed,
    record_processed,
    record_update,
    record_updates,
)
from tests.conftest import Owner

TELEGRAM = Channel.TELEGRAM
GONE = timedelta(seconds=-1)


def received(key: int, chat: str = "1", channel: Channel = TELEGRAM) -> ReceivedUpdate:
    return ReceivedUpdate(channel=channel, key=str(key), chat=chat, payload={"n": key})


async def keep(database: Database, *updates: ReceivedUpdate) -> int:
    async with database.begin() as tx:
        return await record_updates(tx, updates)


async def claim(
    database: Database, limit: int = 10, lease: timedelta = timedelta(seconds=20)
) -> list[ClaimedUpdate]:
    async with database.begin() as tx:
        return await claim_next(tx, TELEGRAM, limit=limit, lease=lease)


def numbers(claimed: list[ClaimedUpdate]) -> list[int]:
    return [update.payload["n"] for update in claimed]


async def test_postgresql_keeps_no_samples_of_what_is_typed(database: Database, owner: Owner) -> None:
    await keep(database, *(received(key, chat=str(key % 50)) for key in range(500)))
    async with owner() as tx:
        await tx.execute(text("ANALYZE inbound_updates"))
    async with database.begin() as tx:
        query = text("SELECT attname FROM pg_stats WHERE tablename = 'inbound_updates'")
        sampled = set((await tx.execute(query)).scalars())
    assert "chat" in sampled
    assert "payload" not in sampled


async def test_a_known_update_is_not_kept_twice(database: Database) -> None:
    async with database.begin() as tx:
        assert await record_update(tx, received(1))
        assert not await record_update(tx, received(1))
    assert await keep(database, received(2), received(2), received(1), received(1, channel=Channel.WEB)) == 2


async def test_one_of_a_chat_at_a_time_oldest_first(database: Database) -> None:
    await keep(database, received(1, "a"), received(2, "a"), received(3, "b"), received(4, "c"))
    first = await claim(database, limit=2)
    assert numbers(first) == [1, 3]
    assert numbers(await claim(database)) == [4]
    assert await claim(database) == []
    async with database.begin() as tx:
        assert await record_processed(tx, first[0])
    assert numbers(await claim(database)) == [2]


async def test_two_workers_never_hold_the_same(database: Database) -> None:
    await keep(database, *(received(n, str(n % 10)) for n in range(100)))
    held = await asyncio.gather(*(claim(database, limit=4) for _ in range(5)))
    taken = [update.id for claimed in held for update in claimed]
    assert len(taken) == len(set(taken)) <= 10


async def test_a_dead_worker_s_claim_runs_out_and_it_cannot_settle_afterwards(database: Database) -> None:
    await keep(database, received(1))
    (zombie,) = await claim(database, lease=GONE)
    (heir,) = await claim(database)
    assert (zombie.attempt, heir.attempt) == (1, 2)
    async with database.begin() as tx:
        assert not await record_processed(tx, zombie)
        assert not await record_failed(tx, zombie, reason="late", retry_after=timedelta(0))
        assert await record_processed(tx, heir)
        assert not await record_processed(tx, heir)


async def test_what_was_typed_is_forgotten_once_it_is_settled(database: Database) -> None:
    await keep(database, received(1, "a"), received(2, "b"))
    done, failed = await claim(database)
    async with database.begin() as tx:
        await record_processed(tx, done)
        await record_failed(tx, failed, reason="unreadable")
        rows = (await tx.execute(text("SELECT payload IS NULL, failure FROM inbound_updates ORDER BY id"))).all()
        assert [tuple(row) for row in rows] == [(True, None), (True, "unreadable")]
        assert await count_waiting(tx, TELEGRAM) == 0


async def test_a_retry_waits_and_holds_back_what_follows_in_its_chat(database: Database) -> None:
    await keep(database, received(1, "a"), received(2, "a"), received(3, "b"))
    first, _ = await claim(database)
    async with database.begin() as tx:
        assert await record_failed(tx, first, reason="delayed", retry_after=timedelta(seconds=0.3))
    assert await claim(database) == []
    await asyncio.sleep(0.35)
    (again,) = await claim(database)
    assert (again.payload["n"], again.attempt) == (1, 2)


async def test_settled_updates_are_deleted_when_no_repeat_can_come(database: Database) -> None:
    await keep(database, received(1, "a"), received(2, "b"))
    done, _ = await claim(database)
    async with database.begin() as tx:
        await record_processed(tx, done)
        assert await delete_settled(tx) == 0
    async with database.begin() as tx:
        assert await delete_settled(tx, kept_for=timedelta(seconds=-1)) == 1
        assert await count_waiting(tx, TELEGRAM) == 1


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    arrivals=st.lists(st.tuples(st.integers(1, 12), st.sampled_from("abc")), min_size=1, max_size=20),
    deaths=st.lists(st.booleans(), min_size=30, max_size=30),
)
async def test_any_traffic_is_worked_off_once_and_in_order(
    database: Database, arrivals: list[tuple[int, str]], deaths: list[bool]
) -> None:
    """T3: a genuine update sent again."""
    async with database.begin() as tx:
        await tx.execute(text("DELETE FROM inbound_updates"))
    chats: dict[int, str] = {}
    for key, chat in arrivals:  # repeats of an id come in any place
        chats.setdefault(key, chat)
        await keep(database, received(key, chats[key]))
    worked: list[int] = []
    dies = iter(deaths)
    while True:
        held = await claim(database, limit=2, lease=GONE)
        if not held:
            break
        for update in held:
            if next(dies, False):
                continue  # this worker died; the lease is over
            async with database.begin() as tx:
                if await record_processed(tx, update):
                    worked.append(update.payload["n"])
    assert sorted(worked) == sorted(chats)
    for chat in "abc":
        in_order = [key for key in chats if chats[key] == chat]
        assert [key for key in worked if chats[key] == chat] == in_order
