"""Queries on the lists of papers that citizens keep."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from bot.storage.tables import ChecklistRow

KEPT_FOR = timedelta(days=180)


async def record_checklist(
    tx: AsyncSession, contact_id: UUID, procedure_id: str, ticked: Collection[int], *, now: datetime
) -> None:
    """Write what is ticked, in place of what was."""
    values = {"ticked": sorted(ticked), "updated_at": now}
    statement = insert(ChecklistRow).values(contact_id=contact_id, procedure_id=procedure_id, **values)
    await tx.execute(statement.on_conflict_do_update(index_elements=["contact_id", "procedure_id"], set_=values))


async def find_checklist(tx: AsyncSession, contact_id: UUID, procedure_id: str) -> frozenset[int] | None:
    """Return what is ticked, None where the list is not kept."""
    row = await tx.get(ChecklistRow, (contact_id, procedure_id))
    return frozenset(row.ticked) if row is not None else None


async def list_checklists(tx: AsyncSession, contact_ids: Sequence[UUID]) -> list[str]:
    """List the procedures whose lists are kept, the last one used first."""
    rows = await tx.scalars(
        select(ChecklistRow.procedure_id)
        .where(ChecklistRow.contact_id.in_(contact_ids))
        .order_by(ChecklistRow.updated_at.desc())
    )
    return list(rows)


async def delete_checklist(tx: AsyncSession, contact_id: UUID, procedure_id: str) -> None:
    """Forget a list."""
    await tx.execute(
        delete(ChecklistRow).where(
            ChecklistRow.contact_id == contact_id, ChecklistRow.procedure_id == procedure_id
        )
    )


async def delete_checklists(tx: AsyncSession, contact_ids: Sequence[UUID]) -> None:
    """Forget every list of some chats."""
    await tx.execute(delete(ChecklistRow).where(ChecklistRow.contact_id.in_(contact_ids)))


async def delete_old_checklists(tx: AsyncSession, *, now: datetime) -> int:
    """Forget the lists that nobody opened for half a year, and return how many."""
    gone = await tx.execute(
        delete(ChecklistRow).where(ChecklistRow.updated_at < now - KEPT_FOR).returning(ChecklistRow.procedure_id)
    )
    return len(gone.all())
