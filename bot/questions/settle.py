"""What staff do with a group of questions: take it, link it to a unit, have a unit written, or put it aside."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from bot.content.notify import notify_content_changed
from bot.domain.content import ContentKind
from bot.domain.question import LONGEST, GroupState
from bot.storage.content_records import find_record
from bot.storage.questions import change_group, record_phrasing
from vietnamese.likeness import list_marks


class GroupMoved(Exception):
    """Somebody else changed the group meanwhile."""


class NoSuchUnit(LookupError):
    """The unit that was chosen is not published."""


async def assign(tx: AsyncSession, group_id: UUID, *, version: int, to: str | None) -> None:
    """Let somebody take a group, or let go of it.

    Raises:
        GroupMoved: somebody else was faster.
    """
    await _change(tx, group_id, version=version, assigned_to=to)


async def link(
    tx: AsyncSession,
    group_id: UUID,
    unit_id: str,
    phrasings: Sequence[str],
    *,
    version: int,
    staff: str,
    now: datetime,
) -> None:
    """Make questions ways of asking for a unit, from the next second on, and settle the group.

    Raises:
        GroupMoved: somebody else was faster.
        NoSuchUnit: the unit is not published.
    """
    if await find_record(tx, ContentKind.ANSWER, unit_id) is None:
        raise NoSuchUnit(unit_id)
    await _change(
        tx,
        group_id,
        version=version,
        state=GroupState.LINKED,
        unit_id=unit_id,
        settled_by=staff,
        settled_at=now,
    )
    await add_phrasings(tx, unit_id, phrasings, staff=staff, now=now)


async def add_phrasings(
    tx: AsyncSession, unit_id: str, phrasings: Sequence[str], *, staff: str, now: datetime
) -> None:
    """Link ways of asking to a unit; one that another unit had is its no more."""
    for words in phrasings:
        key = " ".join(sorted(list_marks(words)))
        if key:
            await record_phrasing(tx, unit_id, words[:LONGEST], marks_key=key, staff=staff, now=now)
    await notify_content_changed(tx)


async def await_unit(tx: AsyncSession, group_id: UUID, unit_id: str, *, version: int, staff: str) -> None:
    """Say which unit is being written for a group; it is settled when the unit is published.

    Raises:
        GroupMoved: somebody else was faster.
    """
    await _change(tx, group_id, version=version, state=GroupState.AWAITING, unit_id=unit_id, assigned_to=staff)


async def put_aside(
    tx: AsyncSession, group_id: UUID, *, version: int, note: str, staff: str, now: datetime
) -> None:
    """Say that a group is none of the assistant's business, and why.

    Raises:
        GroupMoved: somebody else was faster.
    """
    await _change(
        tx,
        group_id,
        version=version,
        state=GroupState.OUT_OF_SCOPE,
        note=note,
        settled_by=staff,
        settled_at=now,
    )


async def _change(tx: AsyncSession, group_id: UUID, *, version: int, **values: object) -> None:
    if not await change_group(tx, group_id, version=version, **values):
        raise GroupMoved(group_id)
