"""Queries on answer units and their earlier revisions. Bodies are as stored; bot/content reads them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from bot.storage.tables import AnswerRevisionRow, AnswerUnitRow, LegalDocumentRow, ParameterRow

REVISIONS_SHOWN = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredUnit:
    """An answer unit as the database has it.

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


async def list_units(tx: AsyncSession) -> list[StoredUnit]:
    """List every unit, in order of id."""
    return [_unit(row) for row in await tx.scalars(select(AnswerUnitRow).order_by(AnswerUnitRow.id))]


async def find_unit(tx: AsyncSession, unit_id: str) -> StoredUnit | None:
    """Return a unit."""
    row = await tx.get(AnswerUnitRow, unit_id)
    return _unit(row) if row is not None else None


async def claim_unit(tx: AsyncSession, unit_id: str) -> StoredUnit | None:
    """Return a unit that nobody else can change until the transaction ends."""
    row = await tx.scalar(select(AnswerUnitRow).where(AnswerUnitRow.id == unit_id).with_for_update())
    return _unit(row) if row is not None else None


async def find_unit_titled(tx: AsyncSession, title: str) -> str | None:
    """Return the id of the unit with a title."""
    return await tx.scalar(select(AnswerUnitRow.id).where(AnswerUnitRow.body["title"].astext == title).limit(1))


async def record_revision(
    tx: AsyncSession,
    before: StoredUnit,
    body: Mapping[str, Any],
    *,
    edited_by: str,
    approved_by: str | None,
    now: datetime,
) -> int:
    """Keep what a claimed unit said, write what it says now, and return the new revision."""
    await keep_revisions(tx, [before])
    revision = before.revision + 1
    await tx.execute(
        update(AnswerUnitRow)
        .where(AnswerUnitRow.id == before.id)
        .values(body=dict(body), revision=revision, edited_by=edited_by, approved_by=approved_by, updated_at=now)
    )
    return revision


async def record_new_unit(
    tx: AsyncSession,
    unit_id: str,
    body: Mapping[str, Any],
    *,
    edited_by: str,
    approved_by: str | None,
    now: datetime,
) -> int:
    """Write a unit that data/ does not have, and return its revision."""
    await tx.execute(
        insert(AnswerUnitRow).values(
            id=unit_id,
            body=dict(body),
            edited_by=edited_by,
            approved_by=approved_by,
            seed_sha256="",
            updated_at=now,
        )
    )
    return 1


async def keep_revisions(tx: AsyncSession, units: Sequence[StoredUnit]) -> None:
    """Write what units say to their history, before they are changed."""
    if units:
        await tx.execute(
            insert(AnswerRevisionRow)
            .values(
                [
                    {
                        "unit_id": unit.id,
                        "revision": unit.revision,
                        "body": dict(unit.body),
                        "edited_by": unit.edited_by,
                        "approved_by": unit.approved_by,
                        "recorded_at": unit.updated_at,
                    }
                    for unit in units
                ]
            )
            .on_conflict_do_nothing()
        )


async def list_earlier_revisions(
    tx: AsyncSession, unit_id: str, *, limit: int = REVISIONS_SHOWN
) -> list[StoredUnit]:
    """List what a unit said before, the latest first."""
    rows = await tx.scalars(
        select(AnswerRevisionRow)
        .where(AnswerRevisionRow.unit_id == unit_id)
        .order_by(AnswerRevisionRow.revision.desc())
        .limit(limit)
    )
    return [
        StoredUnit(
            id=row.unit_id,
            body=row.body,
            revision=row.revision,
            edited_by=row.edited_by,
            approved_by=row.approved_by,
            updated_at=row.recorded_at,
        )
        for row in rows
    ]


async def list_documents(tx: AsyncSession) -> list[dict[str, Any]]:
    """List the bodies of all legal documents, in order of id."""
    return list(await tx.scalars(select(LegalDocumentRow.body).order_by(LegalDocumentRow.id)))


async def list_parameters(tx: AsyncSession) -> list[dict[str, Any]]:
    """List the bodies of all parameters, in order of id."""
    return list(await tx.scalars(select(ParameterRow.body).order_by(ParameterRow.id)))


def _unit(row: AnswerUnitRow) -> StoredUnit:
    return StoredUnit(
        id=row.id,
        body=row.body,
        revision=row.revision,
        edited_by=row.edited_by,
        approved_by=row.approved_by,
        updated_at=row.updated_at,
    )
