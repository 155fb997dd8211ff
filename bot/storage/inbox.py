"""The inbox (hộp tin đến): updates kept before they are acknowledged, worked off in order.

One update of a chat is in flight at a time; chats go side by side. A claim is a lease on the database's own
clock, so that a worker that dies frees it, and carries its attempt, so that a worker that was only asleep cannot
settle what another one has taken over.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, null, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.messages import Channel
from bot.storage.tables import InboundUpdateRow

LEASE = timedelta(seconds=20)
"""How long a claim holds: longer than any update may take, short enough for a citizen to wait after a crash."""
NOTIFY_CHANNEL = "inbox"
"""Announces that updates were kept; the payload is the channel."""
KEPT_FOR = timedelta(days=3)
"""How long a settled update's id is kept against repeats. Telegram repeats for 24 hours, and may begin again at a
random id after a quiet week: kept longer, an old id could swallow a new message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedUpdate:
    """An update as it arrived. `key`: the messenger's own id of it; `chat`: whose order it belongs to."""

    channel: Channel
    key: str
    chat: str = field(repr=False)
    payload: dict[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimedUpdate:
    """An update that this worker holds. `attempt` counts from 1."""

    id: int
    chat: str = field(repr=False)
    payload: dict[str, Any] = field(repr=False)
    received_at: datetime
    attempt: int


_RECORD = text(
    """
    WITH kept AS (
        INSERT INTO inbound_updates (channel, update_key, chat, payload)
        SELECT * FROM unnest(
            CAST(:channels AS text[]), CAST(:keys AS text[]), CAST(:chats AS text[]), CAST(:payloads AS jsonb[])
        )
        ON CONFLICT (channel, update_key) DO NOTHING
        RETURNING channel
    ), told AS (
        SELECT new.number, pg_notify(:notify, new.channel)
        FROM (SELECT channel, count(*) AS number FROM kept GROUP BY channel) AS new
    )
    SELECT COALESCE(sum(number), 0) FROM told
    """
)
_CLAIM = text(
    """
    UPDATE inbound_updates
    SET claimed_until = now() + :lease, attempts = attempts + 1
    WHERE id IN (
        SELECT waiting.id
        FROM inbound_updates AS waiting
        WHERE waiting.channel = :channel
          AND waiting.processed_at IS NULL
          AND (waiting.claimed_until IS NULL OR waiting.claimed_until <= now())
          AND NOT EXISTS (
              SELECT 1
              FROM inbound_updates AS other
              WHERE other.channel = waiting.channel
                AND other.chat = waiting.chat
                AND other.processed_at IS NULL
                AND (other.id < waiting.id OR (other.id > waiting.id AND other.claimed_until > now()))
          )
        ORDER BY waiting.id
        LIMIT :limit
        FOR UPDATE SKIP LOCKED
    )
    RETURNING id, chat, payload, received_at, attempts
    """
)

_SETTLE = text(
    """
    UPDATE inbound_updates AS held
    SET payload = NULL, processed_at = now(), claimed_until = NULL, failure = NULL
    FROM unnest(CAST(:ids AS bigint[]), CAST(:attempts AS smallint[])) AS done (id, attempt)
    WHERE held.id = done.id AND held.attempts = done.attempt AND held.processed_at IS NULL
    RETURNING held.id
    """
)


async def record_update(tx: AsyncSession, received: ReceivedUpdate) -> bool:
    """Store one update; False where it is already known."""
    return await record_updates(tx, [received]) == 1


async def record_updates(tx: AsyncSession, received: Sequence[ReceivedUpdate]) -> int:
    """Store updates in one statement, in their order, and return how many were new.

    Every process that works the inbox off is told once this is committed.
    """
    result = await tx.execute(
        _RECORD,
        {
            "channels": [update.channel.value for update in received],
            "keys": [update.key for update in received],
            "chats": [update.chat for update in received],
            "payloads": [json.dumps(update.payload) for update in received],
            "notify": NOTIFY_CHANNEL,
        },
    )
    return int(result.scalar_one())


async def claim_next(
    tx: AsyncSession, channel: Channel, *, limit: int = 1, lease: timedelta = LEASE
) -> list[ClaimedUpdate]:
    """Take the oldest update of up to `limit` chats of which none is in flight, oldest first."""
    rows = (await tx.execute(_CLAIM, {"channel": channel.value, "limit": limit, "lease": lease})).all()
    return sorted(
        (
            ClaimedUpdate(
                id=row.id,
                chat=row.chat,
                payload=row.payload,
                received_at=row.received_at,
                attempt=row.attempts,
            )
            for row in rows
        ),
        key=lambda claimed: claimed.id,
    )


async def record_processed(tx: AsyncSession, *claimed: ClaimedUpdate) -> int:
    """Settle updates, forget what was typed, and return how many; less where another worker took one over."""
    if not claimed:
        return 0
    found = {"ids": [held.id for held in claimed], "attempts": [held.attempt for held in claimed]}
    return len((await tx.execute(_SETTLE, found)).all())


async def record_failed(
    tx: AsyncSession, claimed: ClaimedUpdate, *, reason: str, retry_after: timedelta | None = None
) -> bool:
    """Note why an update failed: to be tried again after `retry_after`, or given up where that is None.

    `reason`: a word or two, never anything a citizen typed. False where another worker has taken it over.
    """
    ends = (
        {"payload": null(), "processed_at": func.now(), "claimed_until": None}
        if retry_after is None
        else {"claimed_until": func.now() + retry_after}
    )
    result = await tx.execute(
        update(InboundUpdateRow)
        .where(
            InboundUpdateRow.id == claimed.id,
            InboundUpdateRow.attempts == claimed.attempt,
            InboundUpdateRow.processed_at.is_(None),
        )
        .values(failure=reason, **ends)
        .returning(InboundUpdateRow.id)
    )
    return result.first() is not None


async def count_waiting(tx: AsyncSession, channel: Channel) -> int:
    """Return how many updates of a channel are not settled yet."""
    found = await tx.execute(
        text("SELECT count(*) FROM inbound_updates WHERE channel = :channel AND processed_at IS NULL"),
        {"channel": channel.value},
    )
    return int(found.scalar_one())


async def delete_settled(tx: AsyncSession, *, kept_for: timedelta = KEPT_FOR) -> int:
    """Delete the updates settled longer ago than `kept_for`, and return how many."""
    result = await tx.execute(
        delete(InboundUpdateRow)
        .where(InboundUpdateRow.processed_at < func.now() - kept_for)
        .returning(InboundUpdateRow.id)
    )
    return len(result.all())
