"""Lets approved broadcasts out: writes the recipients down, then gives them to the workers a little ahead of them.

Little is open at a time, so that pausing and stopping are felt at once and a reminder never waits behind a
million messages. The first hundred go alone, then the first hundredth; a large broadcast then waits ten minutes.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Literal
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from bot.broadcasts.lifecycle import pause, write_next_run
from bot.clock import HANOI
from bot.delivery.queue import BATCH, DeliveryQueue, Priority
from bot.domain.broadcast import HELD_FROM, HOLD, MOST_FAILED, Broadcast, BroadcastState, Stage
from bot.domain.lanes import STANDARD_PACES, Paces
from bot.domain.messages import Channel
from bot.storage.broadcast_messages import (
    cancel_messages,
    count_open,
    count_outcomes,
    has_open,
    list_held_channels,
    release_held,
    write_recipients,
)
from bot.storage.broadcasts import find_broadcast, list_broadcasts, record_planned, record_stage, record_state
from bot.storage.database import Database
from bot.storage.switches import load_switches

DAY_STARTS = time(7, 0)
DAY_ENDS = time(21, 0)
"""Broadcasts are let out between the two, Hanoi time."""
OPEN_FOR = timedelta(seconds=10)
"""So much of a channel's time is open ahead of the workers."""
PLANNED_AT_ONCE = 10_000
CANCELLED_AT_ONCE = 10_000
_OURS = {"retry-limit", "message-invalid"}
"""Failures that are ours and not the person's."""

log = structlog.get_logger()


def find_rest_end(now: datetime) -> datetime | None:
    """Return when broadcasts are let out again, None by day."""
    local = now.astimezone(HANOI)
    if DAY_STARTS <= local.time() < DAY_ENDS:
        return None
    day = local.date() + timedelta(days=local.time() >= DAY_ENDS)
    return datetime.combine(day, DAY_STARTS, tzinfo=HANOI)


async def plan_approved(database: Database, now: datetime) -> int:
    """Write down the recipients of every broadcast whose time has come, and return how many were written."""
    total = 0
    async with database.begin() as tx:
        approved = await list_broadcasts(tx, BroadcastState.APPROVED)
    for broadcast in sorted(approved, key=lambda each: each.created_at):
        if broadcast.send_at is None or broadcast.send_at <= now:
            total += await _plan(database, broadcast.id, now)
    return total


async def release_planned(
    database: Database, queue: DeliveryQueue, now: datetime, *, paces: Paces = STANDARD_PACES
) -> int:
    """Give the workers what they can send in the next seconds, and return how much."""
    async with database.begin() as tx:
        sending = await list_broadcasts(tx, BroadcastState.SENDING)
        if (await load_switches(tx)).sending_off:
            return 0
    total = 0
    for broadcast in sorted(sending, key=lambda each: (each.created_at, each.id)):
        total += await _release(database, queue, paces, broadcast.id, now)
    return total


async def cancel_stopped(database: Database, now: datetime) -> int:
    """Cancel what stopped broadcasts still hold, and return how much."""
    async with database.begin() as tx:
        stopped = await list_broadcasts(tx, BroadcastState.STOPPED)
    total = 0
    for broadcast in stopped:
        total += await _cancel(database, broadcast.id, "waiting", now)
        total += await _cancel(database, broadcast.id, "held", now)
    return total


async def _cancel(database: Database, broadcast_id: UUID, state: Literal["held", "waiting"], now: datetime) -> int:
    total = 0
    while True:
        async with database.begin() as tx:
            cancelled = await cancel_messages(tx, broadcast_id, state=state, limit=CANCELLED_AT_ONCE, now=now)
        total += cancelled
        if cancelled < CANCELLED_AT_ONCE:
            return total


async def _plan(database: Database, broadcast_id: UUID, now: datetime) -> int:
    total = 0
    while True:
        async with database.begin() as tx:
            broadcast = await find_broadcast(tx, broadcast_id, lock=True)
            if broadcast is None or broadcast.state is not BroadcastState.APPROVED:
                return total  # stopped while it was being planned
            batch = await write_recipients(tx, broadcast, limit=PLANNED_AT_ONCE, now=now)
            total += batch.written
            if batch.is_all:
                await record_planned(tx, broadcast_id)
                await write_next_run(tx, broadcast, now=now)
                await record_state(tx, broadcast_id, BroadcastState.SENDING)
                log.info("broadcast.planned", broadcast=str(broadcast_id), recipients=total)
                return total


async def _release(
    database: Database, queue: DeliveryQueue, paces: Paces, broadcast_id: UUID, now: datetime
) -> int:
    async with database.begin() as tx:
        broadcast = await find_broadcast(tx, broadcast_id, lock=True)
        if broadcast is None or broadcast.state is not BroadcastState.SENDING:
            return 0
        held = await list_held_channels(tx, broadcast_id)
        if not held:
            if not await has_open(tx, broadcast_id):
                await record_state(tx, broadcast_id, BroadcastState.FINISHED, settled_at=now)
                log.info("broadcast.finished", broadcast=str(broadcast_id))
            return 0
        if broadcast.stage is not Stage.ALL and broadcast.released >= broadcast.limit:
            await _pass_stage(tx, broadcast, now)
            return 0
        if find_rest_end(now) is not None:
            return 0
        return await _let_out(
            tx,
            queue,
            broadcast,
            {channel: paces.find_rate(channel, is_bulk=True) for channel in held},
            now,
        )


async def _pass_stage(tx: AsyncSession, broadcast: Broadcast, now: datetime) -> None:
    """Go to the next stage once all of this one is settled; pause where too much of it failed."""
    if await has_open(tx, broadcast.id):
        return
    if broadcast.stage is Stage.HOLD:
        if broadcast.hold_until is not None and now < broadcast.hold_until:
            return
        await record_stage(tx, broadcast.id, Stage.ALL, hold_until=None)
        return
    if (failed := await _find_failed_share(tx, broadcast.id)) > MOST_FAILED:
        await pause(tx, broadcast.id, reason="failing")
        # Whoever lets it go on has looked: it is not paused for the same failures again.
        await record_stage(tx, broadcast.id, Stage.ALL, hold_until=None)
        log.error("broadcast.paused_failing", broadcast=str(broadcast.id), share=round(failed, 2))
        return
    assert broadcast.planned is not None
    if broadcast.stage is Stage.FIRST:
        await record_stage(tx, broadcast.id, Stage.SECOND, hold_until=None)
    elif broadcast.planned >= HELD_FROM:
        await record_stage(tx, broadcast.id, Stage.HOLD, hold_until=now + HOLD)
    else:
        await record_stage(tx, broadcast.id, Stage.ALL, hold_until=None)


async def _find_failed_share(tx: AsyncSession, broadcast_id: UUID) -> float:
    outcomes = await count_outcomes(tx, broadcast_id)
    sent = sum(each.messages for each in outcomes if each.state == "sent")
    failed = sum(each.messages for each in outcomes if each.reason in _OURS)
    return failed / (sent + failed) if sent + failed else 0.0


async def _let_out(
    tx: AsyncSession, queue: DeliveryQueue, broadcast: Broadcast, rates: Mapping[Channel, float], now: datetime
) -> int:
    """Give every channel as much as it can send in the next seconds, less what it still has."""
    is_open = await count_open(tx, now=now)
    left = broadcast.limit - broadcast.released if broadcast.stage is not Stage.ALL else None
    total = 0
    for channel, rate in rates.items():
        room = int(rate * OPEN_FOR.total_seconds())
        room -= is_open.get(channel, 0)
        if left is not None:
            room = min(room, left - total)
        while room > 0:
            job_id = await queue.defer(tx, channel=channel, priority=Priority.BULK)
            released = await release_held(tx, broadcast.id, channel, job_id=job_id, limit=min(room, BATCH))
            total += released
            room -= released
            if released < BATCH:
                break
    return total
