"""Queries on trainings of the understanding model, and on what it learns from."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.training import Training, TrainingState
from bot.storage.tables import PhrasingSetRow, StaffPhrasingRow, TrainingRow


async def list_trainings(tx: AsyncSession, *, limit: int) -> list[Training]:
    """List the last trainings, the latest first."""
    rows = await tx.scalars(select(TrainingRow).order_by(TrainingRow.id.desc()).limit(limit))
    return [_training(row) for row in rows]


async def find_last_training(tx: AsyncSession, *states: TrainingState) -> Training | None:
    """Return the last training, of those in some states where any is given."""
    query = select(TrainingRow).order_by(TrainingRow.id.desc()).limit(1)
    if states:
        query = query.where(TrainingRow.state.in_(states))
    row = await tx.scalar(query)
    return _training(row) if row is not None else None


async def record_training_begun(tx: AsyncSession, fingerprint: str, *, now: datetime) -> int:
    """Write that a training begins, and that those which never ended failed; return its number."""
    await tx.execute(
        update(TrainingRow)
        .where(TrainingRow.state == TrainingState.RUNNING)
        .values(state=TrainingState.FAILED, reason="Bị ngắt giữa chừng.", finished_at=now)
    )
    row = TrainingRow(fingerprint=fingerprint, state=TrainingState.RUNNING, figures={}, started_at=now)
    tx.add(row)
    await tx.flush()
    return row.id


async def record_training_ended(
    tx: AsyncSession,
    training_id: int,
    state: TrainingState,
    *,
    model: str,
    reason: str,
    figures: Mapping[str, Any],
    now: datetime,
) -> None:
    """Write what became of a training."""
    await tx.execute(
        update(TrainingRow)
        .where(TrainingRow.id == training_id)
        .values(state=state, model=model, reason=reason, figures=dict(figures), finished_at=now)
    )


async def find_phrasings_changed_at(tx: AsyncSession) -> tuple[datetime | None, int]:
    """Return when anything that the model learns from changed last, and how much there is of it."""
    sets = (await tx.execute(select(func.max(PhrasingSetRow.updated_at), func.count()))).one()
    linked = (await tx.execute(select(func.max(StaffPhrasingRow.added_at), func.count()))).one()
    moments = [moment for moment in (sets[0], linked[0]) if moment is not None]
    return max(moments, default=None), sets[1] + linked[1]


def _training(row: TrainingRow) -> Training:
    return Training(
        id=row.id,
        fingerprint=row.fingerprint,
        state=TrainingState(row.state),
        model=row.model,
        reason=row.reason,
        figures=row.figures,
        started_at=row.started_at,
        finished_at=row.finished_at,
    )
