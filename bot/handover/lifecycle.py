"""The life of a handover: asked for, taken by one member of staff, ended. Only this file changes it."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from bot.clock import HANOI, hanoi_date
from bot.domain.handover import Author, HandoverState, Rating
from bot.domain.messages import Channel
from bot.domain.working_days import WorkingCalendar, YearUnknown
from bot.handover.rules import Duty
from bot.storage.encryption import Cipher
from bot.storage.handovers import (
    Handover,
    change_handover,
    count_one,
    find_handover,
    record_handover,
    record_message,
    ring,
)

REQUESTED = "requested"
_DAY_ENDS = time(17, 0)


class HandoverGone(LookupError):
    """The handover is not there: its time is over, or the citizen deleted what was kept."""


class HandoverMoved(Exception):
    """It is not where the caller thinks: somebody else took it, or it ended."""


async def request(tx: AsyncSession, contact_id: UUID, channel: Channel, duty: Duty, *, now: datetime) -> UUID:
    """Let a citizen wait for a member of staff, and return the handover."""
    expires_at = _find_last_moment(duty.calendar, duty.rules.waits_working_days, now)
    handover_id = await record_handover(tx, contact_id, channel, expires_at=expires_at, now=now)
    await count_one(tx, hanoi_date(now), channel, REQUESTED)
    await ring(tx, handover_id)
    return handover_id


async def take(tx: AsyncSession, handover_id: UUID, *, staff: str, duty: Duty, now: datetime) -> bool:
    """Let one member of staff have a chat; False where they have it already, so that two clicks are one.

    Raises:
        HandoverGone: it is not there.
        HandoverMoved: somebody else has it, or it ended.
    """
    held = await _lock(tx, handover_id)
    if held.state is HandoverState.TAKEN and held.taken_by == staff:
        return False
    if held.state is not HandoverState.REQUESTED:
        raise HandoverMoved(handover_id)
    await change_handover(
        tx,
        handover_id,
        state=HandoverState.TAKEN,
        taken_by=staff,
        taken_at=now,
        expires_at=now + duty.rules.silent_for,
    )
    return True


async def hand_on(
    tx: AsyncSession, handover_id: UUID, *, staff: str | None, to: str | None, duty: Duty, now: datetime
) -> Handover:
    """Give a chat to a colleague, or back to the queue where `to` is None.

    `staff`: who must have it now, None where that does not matter.

    Raises:
        HandoverGone: it is not there.
        HandoverMoved: it is not theirs any more.
    """
    held = await _lock(tx, handover_id)
    if held.state is not HandoverState.TAKEN or (staff is not None and held.taken_by != staff):
        raise HandoverMoved(handover_id)
    if to is None:
        expires_at = _find_last_moment(duty.calendar, duty.rules.waits_working_days, now)
        await change_handover(
            tx, handover_id, state=HandoverState.REQUESTED, taken_by=None, taken_at=None, expires_at=expires_at
        )
    else:
        await change_handover(tx, handover_id, taken_by=to, taken_at=now, expires_at=now + duty.rules.silent_for)
    return held


async def hear_citizen(
    tx: AsyncSession, cipher: Cipher, held: Handover, masked: str, *, duty: Duty, now: datetime
) -> None:
    """Keep what a citizen wrote for staff. `masked`: nothing in it identifies anybody."""
    await record_message(tx, cipher, held.id, masked, author=Author.CITIZEN, now=now)
    if held.state is HandoverState.TAKEN:
        await change_handover(tx, held.id, expires_at=now + duty.rules.silent_for)


async def hear_staff(
    tx: AsyncSession,
    cipher: Cipher,
    handover_id: UUID,
    text: str,
    *,
    message_id: UUID,
    staff: str,
    file_id: UUID | None,
    duty: Duty,
    now: datetime,
) -> Handover | None:
    """Keep what staff wrote, and return the handover; None where the message is known already.

    Raises:
        HandoverGone: it is not there.
        HandoverMoved: it is not theirs any more.
    """
    held = await _lock(tx, handover_id)
    if held.state is not HandoverState.TAKEN or held.taken_by != staff:
        raise HandoverMoved(handover_id)
    is_new = await record_message(
        tx,
        cipher,
        handover_id,
        text,
        author=Author.STAFF,
        now=now,
        message_id=message_id,
        staff=staff,
        file_id=file_id,
    )
    if not is_new:
        return None
    await change_handover(tx, handover_id, expires_at=now + duty.rules.silent_for)
    return held


async def close(tx: AsyncSession, handover_id: UUID, *, staff: str, now: datetime) -> Handover | None:
    """End a chat for staff and return it; None where it is over already.

    Raises:
        HandoverGone: it is not there.
        HandoverMoved: it is not theirs any more.
    """
    held = await _lock(tx, handover_id)
    if not held.is_open:
        return None
    if held.state is not HandoverState.TAKEN or held.taken_by != staff:
        raise HandoverMoved(handover_id)
    await end(tx, held, HandoverState.CLOSED, staff=staff, now=now)
    return held


async def leave(tx: AsyncSession, handover_id: UUID, *, now: datetime) -> HandoverState | None:
    """End a chat for its citizen, and return how it ended; None where it was over."""
    held = await find_handover(tx, handover_id, lock=True)
    if held is None or not held.is_open:
        return None
    state = HandoverState.CLOSED if held.state is HandoverState.TAKEN else HandoverState.GIVEN_UP
    await end(tx, held, state, staff=None, now=now)
    return state


async def end(tx: AsyncSession, held: Handover, state: HandoverState, *, staff: str | None, now: datetime) -> None:
    """End a handover that the caller holds locked."""
    await change_handover(tx, held.id, state=state, ended_at=now, ended_by=staff)
    await count_one(tx, hanoi_date(now), held.channel, state)


async def rate(tx: AsyncSession, handover_id: UUID, rating: Rating, *, now: datetime) -> bool:
    """Count what a citizen says of a handover that ended, without whose it was; False for a second time."""
    held = await find_handover(tx, handover_id, lock=True)
    if held is None or held.is_open or held.is_rated:
        return False
    await change_handover(tx, handover_id, is_rated=True)
    await count_one(tx, hanoi_date(now), held.channel, rating)
    return True


async def _lock(tx: AsyncSession, handover_id: UUID) -> Handover:
    held = await find_handover(tx, handover_id, lock=True)
    if held is None:
        raise HandoverGone(handover_id)
    return held


def _find_last_moment(calendar: WorkingCalendar, working_days: int, now: datetime) -> datetime:
    """Return the end of the working day that comes so many working days later."""
    today = hanoi_date(now)
    try:
        day = calendar.add_working_days(today, working_days)
    except YearUnknown:
        day = today + timedelta(days=working_days + 4)
    return datetime.combine(day, _DAY_ENDS, HANOI)
