"""Queries on those a broadcast goes to, and on what becomes of its messages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.broadcast import (
    CAP,
    CAP_PERIOD,
    PURPOSE,
    Audience,
    Broadcast,
    Reach,
    Unreached,
)
from bot.domain.messages import Channel
from bot.storage.tables import BroadcastRow
from bot.storage.zalo_people import WRITABLE_FOR

_CHOSEN = """
    FROM news_subscriptions AS wish JOIN contacts AS contact ON contact.id = wish.contact_id
    WHERE (CAST(:topics AS text[]) = '{}' OR wish.topics && CAST(:topics AS text[]))
        AND ((CAST(:provinces AS text[]) = '{}' AND CAST(:communes AS text[]) = '{}')
            OR wish.province_code = ANY (CAST(:provinces AS text[]))
            OR wish.commune_code = ANY (CAST(:communes AS text[])))
        AND (CAST(:groups AS text[]) = '{}' OR wish.groups && CAST(:groups AS text[]))
        AND (CAST(:channels AS text[]) = '{}' OR contact.channel = ANY (CAST(:channels AS text[])))
        AND (CAST(:born_from AS int) IS NULL OR wish.birth_year >= CAST(:born_from AS int))
        AND (CAST(:born_to AS int) IS NULL OR wish.birth_year <= CAST(:born_to AS int))
        AND (CAST(:seen_since AS timestamptz) IS NULL OR contact.seen_at >= CAST(:seen_since AS timestamptz))
        AND (CAST(:without AS uuid) IS NULL OR NOT EXISTS (
            SELECT 1 FROM deliveries AS got WHERE got.contact_id = contact.id
                AND got.broadcast_id = CAST(:without AS uuid) AND got.state = 'sent'))
        AND (CAST(:failed_of AS uuid) IS NULL OR EXISTS (
            SELECT 1 FROM deliveries AS missed WHERE missed.contact_id = contact.id
                AND missed.broadcast_id = CAST(:failed_of AS uuid)
                AND missed.reason IN ('retry-limit', 'too-late', 'message-invalid')))
"""


_CAPPED = """
    (SELECT count(*) FROM deliveries AS before WHERE before.contact_id = contact.id
        AND before.broadcast_id IS NOT NULL AND before.created_at > :capped_since
        AND before.state IN ('sent', 'waiting', 'claimed', 'held')) >= :cap
"""


# Why a contact would get nothing, NULL where it would: counted before sending, and asked again when recipients are
# written down. A limit of one channel is one more line here and in Unreached.
_WHY_NOT = f"""
    CASE WHEN contact.stopped_at IS NOT NULL THEN 'stopped' WHEN {_CAPPED} THEN 'capped' END
"""


_SILENT = """
    (contact.channel = 'zalo' AND NOT EXISTS (SELECT 1 FROM zalo_people AS person
        WHERE person.chat = contact.chat AND person.last_interaction_at > :writable_since))
"""


_REACH = text(
    f"""
    SELECT channel, why_not, is_silent, count(*) AS people
    FROM (SELECT contact.channel, {_WHY_NOT} AS why_not, {_SILENT} AS is_silent {_CHOSEN}) AS chosen
    GROUP BY channel, why_not, is_silent
    """  # noqa: S608 -- only our own fragments; what is given is bound
)


_WITHOUT_CONSENT = text(
    """
    SELECT count(*) FROM contacts AS contact
    WHERE contact.stopped_at IS NULL
        AND (CAST(:channels AS text[]) = '{}' OR contact.channel = ANY (CAST(:channels AS text[])))
        AND NOT EXISTS (SELECT 1 FROM news_subscriptions AS wish WHERE wish.contact_id = contact.id)
    """
)


_SAMPLE = text(
    f"""
    SELECT contact.channel, wish.province_code, wish.commune_code, wish.birth_year {_CHOSEN}
        AND contact.stopped_at IS NULL
    ORDER BY contact.id LIMIT :limit
    """
)


_WRITE = text(
    f"""
    WITH chosen AS MATERIALIZED (
        SELECT contact.id, contact.channel, {_WHY_NOT} AS why_not {_CHOSEN}
            AND (CAST(:cursor AS uuid) IS NULL OR contact.id > CAST(:cursor AS uuid))
        ORDER BY contact.id LIMIT :limit
    ), written AS (
        INSERT INTO deliveries (
            idempotency_key, contact_id, channel, purpose, message, state, expires_at, created_at, broadcast_id
        )
        SELECT 'broadcast:' || :id || ':' || chosen.id, chosen.id, chosen.channel, :purpose,
            jsonb_build_object('broadcast', CAST(:id AS text), 'contact', chosen.id, 'code', CAST(:code AS text)),
            'held', :expires_at, :now, CAST(:id AS uuid)
        FROM chosen WHERE chosen.why_not IS NULL
        ON CONFLICT (idempotency_key) DO NOTHING
        RETURNING 1
    )
    SELECT (SELECT count(*) FROM chosen) AS looked_at, (SELECT count(*) FROM written) AS written,
        (SELECT id FROM chosen ORDER BY id DESC LIMIT 1) AS last
    """  # noqa: S608 -- see above
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


_END = text(
    """
    UPDATE deliveries SET state = 'cancelled', reason = 'stopped', settled_at = :now
    WHERE id IN (
        SELECT id FROM deliveries WHERE broadcast_id = :id AND state = ANY (CAST(:states AS text[]))
        ORDER BY id LIMIT :limit FOR UPDATE SKIP LOCKED
    )
    RETURNING id
    """
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sampled:
    """Somebody a broadcast would go to, without saying who."""

    channel: Channel
    province_code: str | None
    commune_code: str | None
    birth_year: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What one batch of planning did. `last`: the last contact that was looked at; None where none was left."""

    written: int
    last: UUID | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """How many messages of a broadcast met the same fate."""

    state: str
    reason: str | None
    messages: int


async def measure_reach(tx: AsyncSession, audience: Audience, *, now: datetime) -> Reach:
    """Count whom an audience reaches now, and whom not."""
    by_channel: Counter[Channel] = Counter()
    unreached: Counter[Unreached] = Counter()
    given = {**_bind(audience, now), "cap": CAP, "capped_since": now - CAP_PERIOD}
    for row in await tx.execute(_REACH, {**given, "writable_since": now - WRITABLE_FOR}):
        if row.why_not is None:
            by_channel[Channel(row.channel)] += row.people
            unreached[Unreached.OUTSIDE_WINDOW] += row.people if row.is_silent else 0
        else:
            unreached[Unreached(row.why_not)] += row.people
    if audience.failed_of is None:
        unreached[Unreached.NO_CONSENT] = await tx.scalar(_WITHOUT_CONSENT, given) or 0
    return Reach(by_channel=by_channel, unreached={why: unreached[why] for why in Unreached if unreached[why]})


async def sample_audience(tx: AsyncSession, audience: Audience, *, limit: int, now: datetime) -> list[Sampled]:
    """Return some of those an audience reaches, without saying who."""
    rows = await tx.execute(_SAMPLE, {**_bind(audience, now), "limit": limit})
    return [
        Sampled(
            channel=Channel(row.channel),
            province_code=row.province_code,
            commune_code=row.commune_code,
            birth_year=row.birth_year,
        )
        for row in rows
    ]


async def write_recipients(tx: AsyncSession, broadcast: Broadcast, *, limit: int, now: datetime) -> Written:
    """Write the next messages of a broadcast, held, and where the next batch begins, in one transaction."""
    cursor = await tx.scalar(select(BroadcastRow.cursor).where(BroadcastRow.id == broadcast.id))
    given = {
        **_bind(broadcast.audience, now),
        "cap": CAP,
        "capped_since": now - CAP_PERIOD,
        "id": str(broadcast.id),
        "code": broadcast.code,
        "purpose": PURPOSE,
        "expires_at": now + broadcast.content.useful_for,
        "cursor": cursor,
        "limit": limit,
        "now": now,
    }
    row = (await tx.execute(_WRITE, given)).one()
    if row.looked_at:
        await tx.execute(
            update(BroadcastRow)
            .where(BroadcastRow.id == broadcast.id)
            .values(cursor=row.last, written=BroadcastRow.written + row.written)
        )
    return Written(written=row.written, last=row.last)


async def count_open(tx: AsyncSession, *, now: datetime) -> Mapping[Channel, int]:
    """Count the messages of all broadcasts that workers have or may take now, by channel."""
    return {Channel(row.channel): row.messages for row in await tx.execute(_OPEN, {"now": now})}


async def list_held_channels(tx: AsyncSession, broadcast_id: UUID) -> list[Channel]:
    """List the channels for which a broadcast still holds messages."""
    found = []
    for channel in Channel:
        query = text(
            "SELECT 1 FROM deliveries WHERE broadcast_id = :id AND state = 'held' AND channel = :channel LIMIT 1"
        )
        if (await tx.execute(query, {"id": broadcast_id, "channel": channel.value})).first():
            found.append(channel)
    return found


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
    tx: AsyncSession, broadcast_id: UUID, *, states: Sequence[str], limit: int, now: datetime
) -> int:
    """Cancel messages of a stopped broadcast, and return how many."""
    given = {"id": broadcast_id, "states": list(states), "limit": limit, "now": now}
    return len((await tx.execute(_END, given)).all())


async def has_unsettled(tx: AsyncSession, broadcast_id: UUID, *states: str) -> bool:
    """Tell whether messages of a broadcast are in some states."""
    query = text(
        "SELECT 1 FROM deliveries WHERE broadcast_id = :id AND state = ANY (CAST(:states AS text[])) LIMIT 1"
    )
    return (await tx.execute(query, {"id": broadcast_id, "states": list(states)})).first() is not None


async def count_outcomes(tx: AsyncSession, broadcast_id: UUID) -> list[Outcome]:
    """Count the messages of a broadcast by what became of them."""
    query = text(
        "SELECT state, reason, count(*) AS messages FROM deliveries WHERE broadcast_id = :id "
        "GROUP BY state, reason ORDER BY messages DESC, state, reason"
    )
    return [Outcome(row.state, row.reason, row.messages) for row in await tx.execute(query, {"id": broadcast_id})]


async def count_outcomes_by_channel(tx: AsyncSession, broadcast_id: UUID) -> list[tuple[Channel, Outcome]]:
    """Count the messages of a broadcast by channel and what became of them."""
    query = text(
        "SELECT channel, state, reason, count(*) AS messages FROM deliveries WHERE broadcast_id = :id "
        "GROUP BY channel, state, reason ORDER BY channel, messages DESC, state, reason"
    )
    rows = await tx.execute(query, {"id": broadcast_id})
    return [(Channel(row.channel), Outcome(row.state, row.reason, row.messages)) for row in rows]


def _bind(audience: Audience, now: datetime) -> dict[str, Any]:
    return {
        "topics": list(audience.topics),
        "provinces": list(audience.provinces),
        "communes": list(audience.communes),
        "groups": list(audience.groups),
        "channels": list(audience.channels),
        "born_from": audience.born_from,
        "born_to": audience.born_to,
        "seen_since": now - timedelta(days=audience.active_days) if audience.active_days else None,
        "without": audience.without,
        "failed_of": audience.failed_of,
    }
