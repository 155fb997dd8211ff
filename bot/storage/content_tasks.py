"""Queries on what is to be done because legal documents were replaced."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.content import ContentTask, Dependent, DependentKind, TaskState
from bot.storage.tables import ContentTaskRow


async def record_tasks(
    tx: AsyncSession,
    dependents: Iterable[Dependent],
    *,
    document_id: str,
    replaced_by: str,
    replaced_on: date,
    now: datetime,
) -> int:
    """Open one task for each dependent that has none of this replacement yet; return how many."""
    rows = [
        {
            "id": uuid4(),
            "document_id": document_id,
            "replaced_by": replaced_by,
            "replaced_on": replaced_on,
            "kind": each.kind,
            "record_id": each.id,
            "title": each.title,
            "through": each.through,
            "state": TaskState.OPEN,
            "opened_at": now,
        }
        for each in dependents
    ]
    if not rows:
        return 0
    statement = insert(ContentTaskRow).values(rows).on_conflict_do_nothing().returning(ContentTaskRow.id)
    return len((await tx.execute(statement)).all())


async def list_tasks(
    tx: AsyncSession,
    *states: TaskState,
    document_id: str = "",
    kind: DependentKind | None = None,
    record_id: str = "",
) -> list[ContentTask]:
    """List tasks in some states, in any where none is given; of one document, of one record. Soonest first."""
    query = select(ContentTaskRow).order_by(
        ContentTaskRow.replaced_on, ContentTaskRow.document_id, ContentTaskRow.kind, ContentTaskRow.title
    )
    if states:
        query = query.where(ContentTaskRow.state.in_(states))
    if document_id:
        query = query.where(ContentTaskRow.document_id == document_id)
    if kind is not None:
        query = query.where(ContentTaskRow.kind == kind, ContentTaskRow.record_id == record_id)
    return [_task(row) for row in await tx.scalars(query)]


async def find_task(tx: AsyncSession, task_id: UUID) -> ContentTask | None:
    """Return a task."""
    row = await tx.get(ContentTaskRow, task_id)
    return _task(row) if row is not None else None


async def change_task(
    tx: AsyncSession,
    task_id: UUID,
    *,
    version: int,
    state: TaskState,
    assigned_to: str | None,
    note: str = "",
    settled_by: str | None,
    now: datetime,
) -> bool:
    """Change a task that is still at the version that was looked at; tell whether it was."""
    changed = await tx.execute(
        update(ContentTaskRow)
        .where(ContentTaskRow.id == task_id, ContentTaskRow.version == version)
        .values(
            state=state,
            assigned_to=assigned_to,
            note=note,
            settled_by=settled_by,
            settled_at=now if settled_by is not None else None,
            version=version + 1,
        )
        .returning(ContentTaskRow.id)
    )
    return changed.first() is not None


def _task(row: ContentTaskRow) -> ContentTask:
    return ContentTask(
        id=row.id,
        document_id=row.document_id,
        replaced_by=row.replaced_by,
        replaced_on=row.replaced_on,
        dependent=Dependent(kind=DependentKind(row.kind), id=row.record_id, title=row.title, through=row.through),
        state=TaskState(row.state),
        assigned_to=row.assigned_to,
        note=row.note,
        version=row.version,
        opened_at=row.opened_at,
        settled_by=row.settled_by,
    )
