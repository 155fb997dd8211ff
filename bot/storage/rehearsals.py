"""Queries on trial runs of reminders. One runs at a time, in the process that runs the timetable."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.rehearsal import Rehearsal, RehearsalKind, RehearsalState
from bot.storage.tables import RehearsalRow

_OPEN = (RehearsalState.WAITING, RehearsalState.RUNNING)


async def record_rehearsal(tx: AsyncSession, asked: Rehearsal) -> None:
    """Write that a trial run is wanted; one that is known is left as it is."""
    await tx.execute(
        insert(RehearsalRow)
        .values(
            id=asked.id,
            kind=asked.kind,
            asked=dict(asked.asked),
            state=asked.state,
            asked_by=asked.asked_by,
            asked_at=asked.asked_at,
        )
        .on_conflict_do_nothing(index_elements=["id"])
    )


async def find_rehearsal(tx: AsyncSession, rehearsal_id: UUID) -> Rehearsal | None:
    """Return a trial run."""
    row = await tx.scalar(select(RehearsalRow).where(RehearsalRow.id == rehearsal_id))
    return _rehearsal(row) if row is not None else None


async def list_rehearsals(tx: AsyncSession, *, limit: int) -> list[Rehearsal]:
    """List trial runs, the newest first."""
    rows = await tx.scalars(
        select(RehearsalRow).order_by(RehearsalRow.asked_at.desc(), RehearsalRow.id).limit(limit)
    )
    return [_rehearsal(row) for row in rows]


async def find_next_rehearsal(tx: AsyncSession) -> Rehearsal | None:
    """Return the trial run that is to be run now: one that a process left when it ended comes first."""
    row = await tx.scalar(
        select(RehearsalRow)
        .where(RehearsalRow.state.in_(_OPEN))
        .order_by(RehearsalRow.asked_at, RehearsalRow.id)
        .limit(1)
    )
    return _rehearsal(row) if row is not None else None


async def record_progress(tx: AsyncSession, rehearsal_id: UUID, *, seen: int) -> None:
    """Write how far a trial run is."""
    await tx.execute(
        update(RehearsalRow).where(RehearsalRow.id == rehearsal_id).values(state=RehearsalState.RUNNING, seen=seen)
    )


async def record_result(
    tx: AsyncSession, rehearsal_id: UUID, result: Mapping[str, Any] | None, *, now: datetime
) -> None:
    """Write what a trial run found; None where it failed."""
    state = RehearsalState.FAILED if result is None else RehearsalState.DONE
    await tx.execute(
        update(RehearsalRow)
        .where(RehearsalRow.id == rehearsal_id)
        .values(state=state, result=dict(result) if result is not None else None, done_at=now)
    )


async def delete_old_rehearsals(tx: AsyncSession, *, asked_before: datetime) -> None:
    """Forget trial runs: what they say of the next days is old."""
    await tx.execute(delete(RehearsalRow).where(RehearsalRow.asked_at < asked_before))


def _rehearsal(row: RehearsalRow) -> Rehearsal:
    return Rehearsal(
        id=row.id,
        kind=RehearsalKind(row.kind),
        asked=row.asked,
        state=RehearsalState(row.state),
        asked_by=row.asked_by,
        asked_at=row.asked_at,
        done_at=row.done_at,
        seen=row.seen,
        result=row.result,
    )
