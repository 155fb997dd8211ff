"""Queries on lanes. All of it runs on the database's clock, so that machines whose clocks differ agree.

A lane is a line of moments. Who locks its row and moves `taken_until` on has taken the moments in between, and
sends one message at each: however many processes take part, the sum never passes the rate.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.lanes import PauseReason
from bot.domain.messages import Channel
from bot.storage.tables import LaneRow

NOTIFY_CHANNEL = "lanes"
"""Announces that a channel is paused or goes on; the payload is the channel."""
LONGEST_PAUSE = timedelta(hours=6)
"""A messenger that asks for more is asked again after this long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneNow:
    """How a lane is at a moment of the database's clock, while its row is locked."""

    now: datetime
    taken_until: datetime
    paused_until: datetime | None
    failures: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelPause:
    """That nothing leaves on a channel now. `left`: for how long."""

    channel: Channel
    reason: PauseReason
    left: timedelta


async def ensure_lane(tx: AsyncSession, name: str, channel: Channel) -> None:
    """Write a lane where there is none of that name."""
    await tx.execute(insert(LaneRow).values(name=name, channel=channel.value).on_conflict_do_nothing())


async def claim_lane(tx: AsyncSession, name: str) -> LaneNow:
    """Lock a lane until the transaction ends, and return how it is."""
    query = (
        select(LaneRow.taken_until, LaneRow.paused_until, LaneRow.failures, func.clock_timestamp().label("now"))
        .where(LaneRow.name == name)
        .with_for_update()
    )
    row = (await tx.execute(query)).one()
    return LaneNow(now=row.now, taken_until=row.taken_until, paused_until=row.paused_until, failures=row.failures)


async def record_taken(
    tx: AsyncSession, name: str, *, until: datetime, paused_until: datetime | None = None
) -> None:
    """Take the moments up to `until`. `paused_until`: what was taken is a probe, and others wait for it."""
    values = {"taken_until": until} | ({"paused_until": paused_until} if paused_until is not None else {})
    await tx.execute(update(LaneRow).where(LaneRow.name == name).values(values))


async def record_replies(tx: AsyncSession, name: str, *, sent: int, per_second: float) -> None:
    """Take moments for what has been sent already: answers never wait, so what we start waits for them."""
    statement = text(
        "UPDATE lanes SET taken_until = least(greatest(taken_until, clock_timestamp()) + :taken, "
        "clock_timestamp() + interval '5 seconds') WHERE name = :name"
    )
    await tx.execute(statement, {"name": name, "taken": timedelta(seconds=sent / per_second)})


async def record_pause(
    tx: AsyncSession, channel: Channel, *, lasts: timedelta, reason: PauseReason, failures: int | None = None
) -> None:
    """Let nothing leave on a channel for a while, in any process. `failures`: what the breaker counts then."""
    statement = text(
        """
        UPDATE lanes SET pause_reason = :reason, failures = COALESCE(CAST(:failures AS smallint), failures),
            paused_until = greatest(paused_until, clock_timestamp() + :lasts)
        WHERE channel = :channel
        """
    )
    given = {"channel": channel.value, "reason": reason.value, "failures": failures}
    await tx.execute(statement, {**given, "lasts": min(lasts, LONGEST_PAUSE)})
    await tx.execute(select(func.pg_notify(NOTIFY_CHANNEL, channel.value)))


async def record_trouble(tx: AsyncSession, channel: Channel) -> int:
    """Count that a messenger did not answer as it should, and return how often in a row that was."""
    counted = await tx.execute(
        update(LaneRow)
        .where(LaneRow.channel == channel.value)
        .values(failures=func.least(LaneRow.failures + 1, 1_000))
        .returning(LaneRow.failures)
    )
    return max((row.failures for row in counted), default=0)


async def record_well(tx: AsyncSession, channel: Channel) -> None:
    """Let a channel go on: the messenger took a message."""
    await tx.execute(
        update(LaneRow)
        .where(LaneRow.channel == channel.value, LaneRow.failures > 0)
        .values(failures=0, paused_until=None, pause_reason="")
    )
    await tx.execute(select(func.pg_notify(NOTIFY_CHANNEL, channel.value)))


async def list_pauses(tx: AsyncSession) -> list[ChannelPause]:
    """List the channels on which nothing leaves now, or only a probe from time to time."""
    query = text(
        """
        SELECT channel, max(pause_reason) AS reason, max(paused_until) - clock_timestamp() AS "left"
        FROM lanes WHERE paused_until > clock_timestamp() AND pause_reason <> '' GROUP BY channel ORDER BY channel
        """
    )
    return [
        ChannelPause(channel=Channel(row.channel), reason=PauseReason(row.reason), left=row.left)
        for row in await tx.execute(query)
    ]
