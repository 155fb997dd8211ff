"""What a broadcast to very many costs: no more a person than one to few."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from uuid import UUID

import pytest
from psycopg import AsyncConnection
from sqlalchemy import text

from bench.invented_readers import approve_broadcast, invent_readers
from bot.broadcasts import release
from bot.clock import read_clock
from bot.domain.broadcast import Audience, BroadcastState, Reach
from bot.domain.messages import Channel
from bot.storage import broadcast_audience
from bot.storage.broadcast_audience import measure_reach
from bot.storage.broadcast_messages import list_held_channels
from bot.storage.broadcasts import record_state
from bot.storage.database import Database
from tests.conftest import Owner
from tests.integration.broadcasts.conftest import HANOI, Studio

PEOPLE, AT_ONCE = 20_000, 500
_TABLES = ("contacts", "news_subscriptions", "deliveries")


async def count_read(database: Database, work: Callable[[], Awaitable[object]]) -> dict[str, int]:
    """Return how many rows of the tables, or entries of their indexes, were read by some work."""
    connection: AsyncConnection[tuple[object, ...]] = await database.listen()

    async def look() -> dict[str, int]:
        await database.close()  # a connection that ends reports what it counted
        rows = await connection.execute(
            "SELECT relname, (seq_tup_read + coalesce(idx_tup_fetch, 0))::bigint "
            "+ (SELECT sum(idx_tup_read) FROM pg_stat_user_indexes AS one WHERE one.relid = all_of.relid)::bigint "
            "FROM pg_stat_user_tables AS all_of WHERE relname = ANY (%s)",
            (list(_TABLES),),
        )
        return {str(name): int(str(number)) for name, number in await rows.fetchall()}

    try:
        before = await look()
        await work()
        after = await look()
    finally:
        await connection.close()
    return {name: after[name] - before[name] for name in _TABLES}


@pytest.fixture
async def people(studio: Studio) -> Database:
    await invent_readers(studio.database, first=1, last=PEOPLE)
    return studio.database


async def plan(database: Database) -> UUID:
    broadcast = await approve_broadcast(database)
    assert await release.plan_approved(database, read_clock()) == PEOPLE
    return broadcast


async def test_each_batch_reads_only_its_own_people(people: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(release, "PLANNED_AT_ONCE", AT_ONCE)
    for broadcasts_before in range(3):
        read = await count_read(people, lambda: plan(people))
        # A person is found by index and then fetched, and once more for the foreign key of the message.
        assert read["contacts"] <= 6 * PEOPLE, read
        assert read["news_subscriptions"] <= 4 * PEOPLE, read
        assert read["deliveries"] <= (2 * broadcasts_before + 3) * PEOPLE, read


async def test_a_channel_without_messages_is_known_at_once_and_all_end_in_batches(
    people: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    broadcast = await plan(people)

    async def look() -> None:
        async with people.begin() as tx:
            assert await list_held_channels(tx, broadcast) == [Channel.TELEGRAM]

    assert (await count_read(people, look))["deliveries"] <= 10
    monkeypatch.setattr(release, "CANCELLED_AT_ONCE", AT_ONCE)

    async def stop() -> None:
        async with people.begin() as tx:
            await record_state(tx, broadcast, BroadcastState.STOPPED)
        assert await release.cancel_stopped(people, read_clock()) == PEOPLE

    assert (await count_read(people, stop))["deliveries"] <= 6 * PEOPLE


async def test_very_many_are_told_from_a_share_of_them(
    people: Database, owner: Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def reach(audience: Audience) -> Reach:
        async with people.begin() as tx:
            return await measure_reach(tx, audience, now=read_clock())

    async with owner() as tx:
        await tx.execute(text("ANALYZE news_subscriptions"))
    exact = await reach(Audience())
    assert (exact.total, exact.is_estimated) == (PEOPLE, False)
    monkeypatch.setattr(broadcast_audience, "LOOKED_AT", PEOPLE // 4)
    told = await reach(Audience())
    assert told.is_estimated
    assert told.total == pytest.approx(PEOPLE, rel=0.25)
    assert all(len(str(people).rstrip("0")) <= 3 for people in told.by_channel.values()), "no more than is known"
    assert (await reach(Audience(provinces=(HANOI,)))).is_estimated is False
