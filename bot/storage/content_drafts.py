"""Queries on drafts of content. Bodies are as stored; bot/content reads them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, delete, func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.content import ContentKind
from bot.storage.tables import ContentDraftRow


class DraftState(StrEnum):
    """Where a draft stands."""

    OPEN = "open"
    SUBMITTED = "submitted"
    RETURNED = "returned"


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredDraft:
    """A draft as the database has it. `gate`: what the publish gate found for this version, None until it ran."""

    kind: ContentKind
    record_id: str
    body: Mapping[str, Any]
    base_revision: int
    version: int
    state: DraftState
    authors: Sequence[str]
    note: str
    updated_at: datetime
    gate: Mapping[str, Any] | None


async def list_drafts(tx: AsyncSession, *states: DraftState) -> list[StoredDraft]:
    """List the drafts in some states, in any where none is given, the oldest first."""
    query = select(ContentDraftRow).order_by(ContentDraftRow.updated_at, ContentDraftRow.record_id)
    if states:
        query = query.where(ContentDraftRow.state.in_(states))
    return [_draft(row) for row in await tx.scalars(query)]


async def find_draft(tx: AsyncSession, kind: ContentKind, record_id: str) -> StoredDraft | None:
    """Return the draft of a record."""
    row = await tx.scalar(select(ContentDraftRow).where(*_is(kind, record_id)))
    return _draft(row) if row is not None else None


async def claim_draft(tx: AsyncSession, kind: ContentKind, record_id: str) -> StoredDraft | None:
    """Return the draft of a record, and let nobody else make or change one until the transaction ends."""
    await tx.execute(
        text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))"), {"key": f"draft {kind} {record_id}"}
    )
    return await find_draft(tx, kind, record_id)


async def record_draft(
    tx: AsyncSession,
    kind: ContentKind,
    record_id: str,
    body: Mapping[str, Any],
    *,
    base_revision: int,
    state: DraftState,
    authors: Sequence[str],
    now: datetime,
) -> int:
    """Write a draft in place of the one before, and return its version."""
    version: int = (await tx.execute(select(func.nextval("content_draft_versions")))).scalar_one()
    values = {
        "body": dict(body),
        "base_revision": base_revision,
        "version": version,
        "state": state,
        "authors": list(authors),
        "note": "",
        "updated_at": now,
        "gate": None,
    }
    statement = insert(ContentDraftRow).values(kind=kind, record_id=record_id, **values)
    await tx.execute(statement.on_conflict_do_update(index_elements=["kind", "record_id"], set_=values))
    return version


async def record_draft_returned(tx: AsyncSession, kind: ContentKind, record_id: str, *, note: str) -> None:
    """Give a draft back to its authors."""
    await tx.execute(
        update(ContentDraftRow).where(*_is(kind, record_id)).values(state=DraftState.RETURNED, note=note)
    )


async def record_gate(
    tx: AsyncSession, kind: ContentKind, record_id: str, *, version: int, gate: Mapping[str, Any] | None
) -> bool:
    """Write what the publish gate found; tell whether the draft was still at that version. None: run it again."""
    written = await tx.execute(
        update(ContentDraftRow)
        .where(*_is(kind, record_id), ContentDraftRow.version == version)
        .values(gate=dict(gate) if gate is not None else None)
        .returning(ContentDraftRow.version)
    )
    return written.first() is not None


async def delete_draft(tx: AsyncSession, kind: ContentKind, record_id: str) -> None:
    """Drop a draft."""
    await tx.execute(delete(ContentDraftRow).where(*_is(kind, record_id)))


def _is(kind: ContentKind, record_id: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return ContentDraftRow.kind == kind, ContentDraftRow.record_id == record_id


def _draft(row: ContentDraftRow) -> StoredDraft:
    return StoredDraft(
        kind=ContentKind(row.kind),
        record_id=row.record_id,
        body=row.body,
        base_revision=row.base_revision,
        version=row.version,
        state=DraftState(row.state),
        authors=tuple(row.authors),
        note=row.note,
        updated_at=row.updated_at,
        gate=row.gate,
    )
