"""Queries on those a broadcast goes to, and on what becomes of its messages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from sqlalchemy import select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.broadcast import PURPOSE, Broadcast
from bot.domain.messages import Channel
from bot.storage.broadcast_audience import CHOSEN, WHY_NOT, bind_audience
from bot.storage.tables import BroadcastRow

_FIRST_ID, _LAST_ID = UUID(int=0), UUID(int=2**128 - 1)


# A batch looks at the next so many who want news, chosen or not: so it ends in time for any audience.
_BATCH_ENDS = text(
    """
    SELECT contact_id FROM news_subscriptions WHERE contact_id > CAST(:after AS uuid)
    ORDER BY contact_id OFFSET :limit - 1 LIMIT 1
    """
)
_WRITE = text(
    f"""
    WITH chosen AS MATERIALIZED (
        SELECT contact.id, contact.channel, {WHY_NOT} AS why_not
        FROM news_subscriptions AS wish {CHOSEN}
            AND wish.contact_id > CAST(:after AS uuid) AND wish.contact_id <= CAST(:until AS uuid)
    ), written AS (
        INSERT INTO deliveries (
            idempotency_key, contact_id, channel, purpose, message, state, expires_at, created_at, broadcast_id
        )
        SELECT 'broadcast:' || :id || ':' || chosen.id, chosen.id, chosen.channel, :purpose,
            jsonb_build_object('broadcast', CAST(:id AS text), 'contact', chosen.id, 'code', CAST(:code AS text)),
            'held', :expires_at, :now, CAST(:id AS uuid)
        FROM chosen WHERE chosen.why_not IS NULL
        ORDER BY chosen.id
        ON CONFLICT (idempotency_key) DO NOTHING
        RETURNING 1
    )
    SELECT count(*) FROM written
    """  # noqa: S608 -- only our own fragments; what is given is bound
)


_RELEASE = text(
    """
    UPDATE deliveries SET state = 'waiting', job_id = :job_id
    WHERE id IN (
        SELECT id FROM deliveries WHERE broadcast_id = :id AND state = 'held' AND channel = :channel
        ORDER BY id LIMIT :limit FOR UPDATE SKIP LOCKED
    )
    RETURNING id
    """
)


_OPEN = text(
    """
    SELECT channel, count(*) AS messages FROM deliveries
    WHERE broadcast_id IS NOT NULL AND state IN ('waiting', 'claimed')
        AND (not_before IS NULL OR not_before <= :now)
    GROUP BY channel
    """
)


# From one channel to the next in the index, however many messages of each are held.
_HELD_CHANNELS = text(
    """
    WITH RECURSIVE found AS (
        (SELECT channel FROM deliveries WHERE broadcast_id = :id AND state = 'held' ORDER BY channel LIMIT 1)
        UNION ALL
        SELECT (
            SELECT held.channel FROM deliveries AS held
            WHERE held.broadcast_id = :id AND held.state = 'held' AND held.channel > found.channel
            ORDER BY held.channel LIMIT 1
        ) FROM found WHERE found.channel IS NOT NULL
    )
    SELECT channel FROM found WHERE channel IS NOT NULL
    """
)


# Each part as the index has it that holds just these.
_OUTCOMES = text(
    """
    SELECT channel, state, reason, count(*) AS messages FROM (
        SELECT channel, state, reason FROM deliveries WHERE broadcast_id = :id AND settled_at IS NOT NULL
        UNION ALL
        SELECT channel, state, reason FROM deliveries
        WHERE broadcast_id = :id AND state IN ('waiting', 'claimed')
        UNION ALL
        SELECT channel, 'held', NULL FROM deliveries WHERE broadcast_id = :id AND state = 'held'
    ) AS each
    GROUP BY channel, state, reason ORDER BY channel, messages DESC, state, reason
    """
)


# The state stands in the statement, so that the index of that state alone is read: all of a million are ended in
# batches. No order: whatever somebody else holds is left to them.
_CANCEL = """
    UPDATE deliveries SET state = 'cancelled', reason = 'stopped', settled_at = :now
    WHERE id IN (SELECT id FROM deliveries WHERE broadcast_id = :id AND
"""
_AT_ONCE = "LIMIT :limit FOR UPDATE SKIP LOCKED) RETURNING id"
_END = {
    "held": text(f"{_CANCEL} state = 'held' {_AT_ONCE}"),
    "waiting": text(f"{_CANCEL} state = 'waiting' {_AT_ONCE}"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What one batch of planning did. `is_all`: nobody is left to look at."""

    written: int
    is_all: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """How many messages of a broadcast met the same fate."""

    state: str
    reason: str | None
    messages: int


async def write_recipients(tx: AsyncSession, broadcast: Broadcast, *, limit: int, now: datetime) -> Written:
    """Look at the next `limit` people, and write the messages of a broadcast to those it is for, held."""
    cursor = await tx.scalar(select(BroadcastRow.cursor).where(BroadcastRow.id == broadcast.id))
    after = cursor or _FIRST_ID
    last = await tx.scalar(_BATCH_ENDS, {"after": after, "limit": limit})
    given = {
        **bind_audience(broadcast.audience, now),
        "id": str(broadcast.id),
        "code": broadcast.code,
        "purpose": PURPOSE,
        "expires_at": now + broadcast.content.useful_for,
        "after": after,
        "until": last or _LAST_ID,
        "now": now,
    }
    written = (await tx.execute(_WRITE, given)).scalar_one()
    await tx.execute(
        update(BroadcastRow)
        .where(BroadcastRow.id == broadcast.id)
        .values(cursor=last or _LAST_ID, written=BroadcastRow.written + written)
    )
    return Written(written=written, is_all=last is None)


async def count_open(tx: AsyncSession, *, now: datetime) -> Mapping[Channel, int]:
    """Count the messages of all broadcasts that workers have or may take now, by channel."""
    return {Channel(row.channel): row.messages for row in await tx.execute(_OPEN, {"now": now})}


async def list_held_channels(tx: AsyncSession, broadcast_id: UUID) -> list[Channel]:
    """List the channels for which a broadcast still holds messages."""
    return [Channel(row.channel) for row in await tx.execute(_HELD_CHANNELS, {"id": broadcast_id})]


async def release_held(tx: AsyncSession, broadcast_id: UUID, channel: Channel, *, job_id: int, limit: int) -> int:
    """Give held messages to a job, and return how many."""
    given = {"id": broadcast_id, "channel": channel.value, "job_id": job_id, "limit": limit}
    released = len((await tx.execute(_RELEASE, given)).all())
    await tx.execute(
        update(BroadcastRow)
        .where(BroadcastRow.id == broadcast_id)
        .values(released=BroadcastRow.released + released)
    )
    return released


async def hold_back(tx: AsyncSession, broadcast_id: UUID) -> int:
    """Take back what was released and no worker has claimed, and return how many."""
    query = text(
        "UPDATE deliveries SET state = 'held', job_id = NULL, not_before = NULL "
        "WHERE broadcast_id = :id AND state = 'waiting' RETURNING id"
    )
    taken = len((await tx.execute(query, {"id": broadcast_id})).all())
    await tx.execute(
        update(BroadcastRow).where(BroadcastRow.id == broadcast_id).values(released=BroadcastRow.released - taken)
    )
    return taken


async def cancel_messages(
    tx: AsyncSession, broadcast_id: UUID, *, state: Literal["held", "waiting"], limit: int, now: datetime
) -> int:
    """Cancel messages of a stopped broadcast, and return how many."""
    return len((await tx.execute(_END[state], {"id": broadcast_id, "limit": limit, "now": now})).all())


async def has_open(tx: AsyncSession, broadcast_id: UUID) -> bool:
    """Tell whether workers have messages of a broadcast, or may take some."""
    query = text("SELECT 1 FROM deliveries WHERE broadcast_id = :id AND state IN ('waiting', 'claimed') LIMIT 1")
    return (await tx.execute(query, {"id": broadcast_id})).first() is not None


async def count_outcomes(tx: AsyncSession, broadcast_id: UUID) -> list[Outcome]:
    """Count the messages of a broadcast by what became of them."""
    totals: Counter[tuple[str, str | None]] = Counter()
    for _, each in await count_outcomes_by_channel(tx, broadcast_id):
        totals[each.state, each.reason] += each.messages
    return [Outcome(state, reason, messages) for (state, reason), messages in totals.most_common()]


async def count_outcomes_by_channel(tx: AsyncSession, broadcast_id: UUID) -> list[tuple[Channel, Outcome]]:
    """Count the messages of a broadcast by channel and what became of them."""
    rows = await tx.execute(_OUTCOMES, {"id": broadcast_id})
    return [(Channel(row.channel), Outcome(row.state, row.reason, row.messages)) for row in rows]
