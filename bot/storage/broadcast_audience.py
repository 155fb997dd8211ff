"""Whom a broadcast is for, counted before it is sent: whom it reaches, whom not, and why not."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.broadcast import CAP, CAP_PERIOD, Audience, Reach, Unreached
from bot.domain.messages import Channel
from bot.storage.zalo_people import WRITABLE_FOR

LOOKED_AT = 100_000
"""Where more people want news, so many are looked at to tell how many an audience has."""
ENOUGH_SEEN = 2_500
"""So many of them in the audience tell its size to a few in a hundred; where fewer are, everybody is looked at."""
REACH_TIMEOUT_MS = 30_000


# OFFSET 0, here and below: one person after the other, by index. What PostgreSQL knows of these tables is old when
# many have just come, and a plan made from that reads all people, or all messages, for each of them.
_THEIRS = "(SELECT * FROM deliveries WHERE contact_id = contact.id OFFSET 0)"


CHOSEN = f"""
    JOIN LATERAL (SELECT * FROM contacts WHERE id = wish.contact_id OFFSET 0) AS contact ON true
    WHERE (cardinality(CAST(:topics AS text[])) = 0 OR wish.topics && CAST(:topics AS text[]))
        AND ((cardinality(CAST(:provinces AS text[])) = 0 AND cardinality(CAST(:communes AS text[])) = 0)
            OR wish.province_code = ANY (CAST(:provinces AS text[]))
            OR wish.commune_code = ANY (CAST(:communes AS text[])))
        AND (cardinality(CAST(:groups AS text[])) = 0 OR wish.groups && CAST(:groups AS text[]))
        AND (cardinality(CAST(:channels AS text[])) = 0 OR contact.channel = ANY (CAST(:channels AS text[])))
        AND (CAST(:born_from AS int) IS NULL OR wish.birth_year >= CAST(:born_from AS int))
        AND (CAST(:born_to AS int) IS NULL OR wish.birth_year <= CAST(:born_to AS int))
        AND (CAST(:seen_since AS timestamptz) IS NULL OR contact.seen_at >= CAST(:seen_since AS timestamptz))
        AND (CAST(:without AS uuid) IS NULL OR NOT EXISTS (
            SELECT 1 FROM {_THEIRS} AS got
            WHERE got.broadcast_id = CAST(:without AS uuid) AND got.state = 'sent'))
        AND (CAST(:failed_of AS uuid) IS NULL OR EXISTS (
            SELECT 1 FROM {_THEIRS} AS missed
            WHERE missed.broadcast_id = CAST(:failed_of AS uuid)
                AND missed.reason IN ('retry-limit', 'too-late', 'message-invalid')))
"""  # noqa: S608 -- only our own fragments; what is given is bound


_CAPPED = f"""
    (SELECT count(*) FROM {_THEIRS} AS before
        WHERE before.broadcast_id IS NOT NULL AND before.created_at > :capped_since
            AND before.state IN ('sent', 'waiting', 'claimed', 'held')) >= :cap
"""  # noqa: S608 -- see above


# Why a contact would get nothing, NULL where it would: counted before sending, and asked again when recipients are
# written down. A limit of one channel is one more line here and in Unreached.
WHY_NOT = f"""
    CASE WHEN contact.stopped_at IS NOT NULL THEN 'stopped' WHEN {_CAPPED} THEN 'capped' END
"""


_SILENT = """
    (contact.channel = 'zalo' AND NOT EXISTS (SELECT 1 FROM zalo_people AS person
        WHERE person.chat = contact.chat AND person.last_interaction_at > :writable_since))
"""


_SHARE = "TABLESAMPLE SYSTEM (:percent) REPEATABLE (6)"  # whole pages of a table, always the same
_COUNT = f"""
    SELECT channel, why_not, is_silent, count(*) AS people
    FROM (
        SELECT contact.channel, {WHY_NOT} AS why_not, {_SILENT} AS is_silent
        FROM news_subscriptions AS wish
"""  # noqa: S608 -- see above
_BY_CHANNEL = ") AS chosen GROUP BY channel, why_not, is_silent"
_REACH = text(f"{_COUNT} {CHOSEN} {_BY_CHANNEL}")
_REACH_IN_SHARE = text(f"{_COUNT} {_SHARE} {CHOSEN} {_BY_CHANNEL}")


_COUNT_CONTACTS = "SELECT count(*) FROM contacts AS contact"
_WITHOUT = """
    WHERE contact.stopped_at IS NULL
        AND (cardinality(CAST(:channels AS text[])) = 0 OR contact.channel = ANY (CAST(:channels AS text[])))
        AND NOT EXISTS (SELECT 1 FROM news_subscriptions AS wish WHERE wish.contact_id = contact.id)
"""
_WITHOUT_CONSENT = text(f"{_COUNT_CONTACTS} {_WITHOUT}")
_WITHOUT_CONSENT_IN_SHARE = text(f"{_COUNT_CONTACTS} {_SHARE} {_WITHOUT}")


_SAMPLE = text(
    f"""
    SELECT contact.channel, wish.province_code, wish.commune_code, wish.birth_year
    FROM news_subscriptions AS wish {CHOSEN}
        AND contact.stopped_at IS NULL
    ORDER BY wish.contact_id LIMIT :limit
    """  # noqa: S608 -- see above
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sampled:
    """Somebody a broadcast would go to, without saying who."""

    channel: Channel
    province_code: str | None
    commune_code: str | None
    birth_year: int | None


async def measure_reach(tx: AsyncSession, audience: Audience, *, now: datetime) -> Reach:
    """Count whom an audience reaches now, and whom not.

    Where very many want news it is told from a share of them, unless that shows too few.
    """
    await tx.execute(text(f"SET LOCAL statement_timeout = {REACH_TIMEOUT_MS}"))
    wishes = await tx.scalar(text("SELECT reltuples FROM pg_class WHERE oid = 'news_subscriptions'::regclass"))
    share = min(1.0, LOOKED_AT / max(1.0, wishes or 0.0))
    reach = await _measure_share(tx, audience, share, now=now)
    if share < 1.0 and reach.total * share < ENOUGH_SEEN:
        return await _measure_share(tx, audience, 1.0, now=now)
    return reach


async def _measure_share(tx: AsyncSession, audience: Audience, share: float, *, now: datetime) -> Reach:
    by_channel: Counter[Channel] = Counter()
    unreached: Counter[Unreached] = Counter()
    given = {
        **bind_audience(audience, now),
        "percent": share * 100,
        "writable_since": now - WRITABLE_FOR,
    }
    is_estimated = share < 1.0
    for row in await tx.execute(_REACH_IN_SHARE if is_estimated else _REACH, given):
        if row.why_not is None:
            by_channel[Channel(row.channel)] += row.people
            unreached[Unreached.OUTSIDE_WINDOW] += row.people if row.is_silent else 0
        else:
            unreached[Unreached(row.why_not)] += row.people
    if audience.failed_of is None:
        query = _WITHOUT_CONSENT_IN_SHARE if is_estimated else _WITHOUT_CONSENT
        unreached[Unreached.NO_CONSENT] = await tx.scalar(query, given) or 0
    return Reach(
        by_channel={channel: _scale(people, share) for channel, people in by_channel.items()},
        unreached={why: _scale(unreached[why], share) for why in Unreached if unreached[why]},
        is_estimated=is_estimated,
    )


def _scale(people: int, share: float) -> int:
    """Return how many there are if a share of them was counted; of an estimate no more than three digits."""
    return people if share == 1.0 else int(float(f"{people / share:.3g}"))


async def sample_audience(tx: AsyncSession, audience: Audience, *, limit: int, now: datetime) -> list[Sampled]:
    """Return some of those an audience reaches, without saying who."""
    rows = await tx.execute(_SAMPLE, {**bind_audience(audience, now), "limit": limit})
    return [
        Sampled(
            channel=Channel(row.channel),
            province_code=row.province_code,
            commune_code=row.commune_code,
            birth_year=row.birth_year,
        )
        for row in rows
    ]


def bind_audience(audience: Audience, now: datetime) -> dict[str, Any]:
    """Return what `CHOSEN` and `WHY_NOT` are given."""
    return {
        "cap": CAP,
        "capped_since": now - CAP_PERIOD,
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
