"""Queries on records of content and their earlier revisions. Bodies are as stored; bot/content reads them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.content import ContentKind
from bot.storage.tables import (
    AnswerUnitRow,
    ContentRevisionRow,
    ContentRow,
    LegalDocumentRow,
    ParameterRow,
    PhrasingSetRow,
    ReminderTextsRow,
)

REVISIONS_SHOWN = 50
TABLES: Mapping[ContentKind, type[ContentRow]] = {
    ContentKind.ANSWER: AnswerUnitRow,
    ContentKind.PARAMETER: ParameterRow,
    ContentKind.DOCUMENT: LegalDocumentRow,
    ContentKind.PHRASINGS: PhrasingSetRow,
    ContentKind.REMINDER: ReminderTextsRow,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredRecord:
    """A record as the database has it.

    `edited_by`: who wrote this revision in the console; None where it is as shipped in data/.
    `approved_by`: who published it.
    `updated_at`: when this revision was written.
    """

    id: str
    body: Mapping[str, Any]
    revision: int
    edited_by: str | None
    updated_at: datetime
    approved_by: str | None = None


async def list_records(tx: AsyncSession, kind: ContentKind) -> list[StoredRecord]:
    """List every record of a kind, in order of id."""
    table = TABLES[kind]
    return [_record(row) for row in await tx.scalars(select(table).order_by(table.id))]


async def list_bodies(tx: AsyncSession, kind: ContentKind) -> list[dict[str, Any]]:
    """List what every record of a kind says, in order of id."""
    table = TABLES[kind]
    return list(await tx.scalars(select(table.body).order_by(table.id)))


async def find_record(tx: AsyncSession, kind: ContentKind, record_id: str) -> StoredRecord | None:
    """Return a record."""
    row = await tx.get(TABLES[kind], record_id)
    return _record(row) if row is not None else None


async def claim_record(tx: AsyncSession, kind: ContentKind, record_id: str) -> StoredRecord | None:
    """Return a record that nobody else can change until the transaction ends."""
    table = TABLES[kind]
    row = await tx.scalar(select(table).where(table.id == record_id).with_for_update())
    return _record(row) if row is not None else None


async def find_unit_titled(tx: AsyncSession, title: str) -> str | None:
    """Return the id of the answer unit with a title."""
    return await tx.scalar(select(AnswerUnitRow.id).where(AnswerUnitRow.body["title"].astext == title).limit(1))


async def record_revision(
    tx: AsyncSession,
    kind: ContentKind,
    before: StoredRecord,
    body: Mapping[str, Any],
    *,
    edited_by: str,
    approved_by: str | None,
    now: datetime,
) -> int:
    """Keep what a claimed record said, write what it says now, and return the new revision."""
    await keep_revisions(tx, kind, [before])
    revision = before.revision + 1
    table = TABLES[kind]
    await tx.execute(
        update(table)
        .where(table.id == before.id)
        .values(body=dict(body), revision=revision, edited_by=edited_by, approved_by=approved_by, updated_at=now)
    )
    return revision


async def record_new(
    tx: AsyncSession,
    kind: ContentKind,
    record_id: str,
    body: Mapping[str, Any],
    *,
    edited_by: str,
    approved_by: str | None,
    now: datetime,
) -> int:
    """Write a record that data/ does not have, and return its revision."""
    await tx.execute(
        insert(TABLES[kind]).values(
            id=record_id,
            body=dict(body),
            edited_by=edited_by,
            approved_by=approved_by,
            seed_sha256="",
            updated_at=now,
        )
    )
    return 1


async def keep_revisions(tx: AsyncSession, kind: ContentKind, records: Sequence[StoredRecord]) -> None:
    """Write what records say to their history, before they are changed."""
    if records:
        await tx.execute(
            insert(ContentRevisionRow)
            .values(
                [
                    {
                        "kind": kind,
                        "record_id": record.id,
                        "revision": record.revision,
                        "body": dict(record.body),
                        "edited_by": record.edited_by,
                        "approved_by": record.approved_by,
                        "recorded_at": record.updated_at,
                    }
                    for record in records
                ]
            )
            .on_conflict_do_nothing()
        )


async def delete_records(tx: AsyncSession, kind: ContentKind, record_ids: Sequence[str]) -> None:
    """Delete records that nobody edited, with their history."""
    table = TABLES[kind]
    gone = list(
        await tx.scalars(
            delete(table).where(table.id.in_(record_ids), table.edited_by.is_(None)).returning(table.id)
        )
    )
    await tx.execute(
        delete(ContentRevisionRow).where(ContentRevisionRow.kind == kind, ContentRevisionRow.record_id.in_(gone))
    )


async def list_earlier_revisions(
    tx: AsyncSession, kind: ContentKind, record_id: str, *, limit: int = REVISIONS_SHOWN
) -> list[StoredRecord]:
    """List what a record said before, the latest first."""
    rows = await tx.scalars(
        select(ContentRevisionRow)
        .where(ContentRevisionRow.kind == kind, ContentRevisionRow.record_id == record_id)
        .order_by(ContentRevisionRow.revision.desc())
        .limit(limit)
    )
    return [
        StoredRecord(
            id=row.record_id,
            body=row.body,
            revision=row.revision,
            edited_by=row.edited_by,
            approved_by=row.approved_by,
            updated_at=row.recorded_at,
        )
        for row in rows
    ]


def _record(row: ContentRow) -> StoredRecord:
    return StoredRecord(
        id=row.id,
        body=row.body,
        revision=row.revision,
        edited_by=row.edited_by,
        approved_by=row.approved_by,
        updated_at=row.updated_at,
    )
