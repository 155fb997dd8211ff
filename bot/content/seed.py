"""Brings the database up to date with data/, and leaves alone what staff have edited."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import delete, func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from bot.content.files import Content, find_placeholders, read_content, take_fingerprint
from bot.content.notify import notify_content_changed
from bot.content.schema import AnswerUnit, LegalDocument, Parameter
from bot.storage.answer_units import keep_revisions, list_units
from bot.storage.database import Database
from bot.storage.tables import AnswerUnitRow, ContentSeedRow, LegalDocumentRow, ParameterRow

_SEED = "data"
_SEED_LOCK = 0x7466_0602
"""Held while data/ is written, so that two processes starting together write it once."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class SeedReport:
    """What seeding did. `added`, `changed` and `removed` count records of all kinds.

    `edited`: the units that staff have edited in the console, which data/ does not overwrite.
    """

    added: int = 0
    changed: int = 0
    removed: int = 0
    edited: tuple[str, ...] = ()

    @property
    def changed_anything(self) -> bool:
        """Tell whether the database is not as it was."""
        return bool(self.added or self.changed or self.removed)


async def seed_content(database: Database, data_dir: Path) -> SeedReport:
    """Read data/, check all of it, and write what changed in one transaction.

    Raises:
        ContentInvalid: something in data/ is wrong; nothing was written.
    """
    fingerprint = take_fingerprint(data_dir)
    async with database.begin() as tx:
        if await _is_read(tx, fingerprint):
            return SeedReport(edited=await _list_edited(tx))
    content = await asyncio.to_thread(read_content, data_dir)
    async with database.begin() as tx:
        await tx.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _SEED_LOCK})
        if await _is_read(tx, fingerprint):  # the process that held the lock before us wrote the same
            return SeedReport(edited=await _list_edited(tx))
        report = await _write(tx, content)
        await _record_read(tx, fingerprint)
        if report.changed_anything:
            await notify_content_changed(tx)
    log.info(
        "content.seeded",
        added=report.added,
        changed=report.changed,
        removed=report.removed,
        edited=len(report.edited),
    )
    return report


async def _is_read(tx: AsyncSession, fingerprint: bytes) -> bool:
    found = await tx.scalar(select(ContentSeedRow.fingerprint).where(ContentSeedRow.name == _SEED))
    return found == fingerprint


async def _record_read(tx: AsyncSession, fingerprint: bytes) -> None:
    statement = insert(ContentSeedRow).values(name=_SEED, fingerprint=fingerprint)
    await tx.execute(
        statement.on_conflict_do_update(
            index_elements=["name"], set_={"fingerprint": fingerprint, "read_at": func.now()}
        )
    )


async def _list_edited(tx: AsyncSession) -> tuple[str, ...]:
    edited = await tx.scalars(
        select(AnswerUnitRow.id).where(AnswerUnitRow.edited_by.is_not(None)).order_by(AnswerUnitRow.id)
    )
    return tuple(edited)


async def _write(tx: AsyncSession, content: Content) -> SeedReport:
    edited = await _list_edited(tx)
    edited_bodies = await tx.scalars(select(AnswerUnitRow.body).where(AnswerUnitRow.id.in_(edited)))
    kept_units = [AnswerUnit.model_validate(body) for body in edited_bodies]
    # What an edited answer stands on stays with it, though data/ no longer has it.
    kept_parameters = {name for unit in kept_units for v in unit.versions for name in find_placeholders(v)}
    kept_documents = {source.document for unit in kept_units for v in unit.versions for source in v.sources}
    for body in await tx.scalars(select(ParameterRow.body).where(ParameterRow.id.in_(kept_parameters))):
        kept_documents.update(value.source.document for value in Parameter.model_validate(body).values)
    counts = [
        await _write_records(tx, LegalDocumentRow, content.documents, kept_documents),
        await _write_records(tx, ParameterRow, content.parameters, kept_parameters),
        await _write_units(tx, content.units, frozenset(edited)),
    ]
    added, changed, removed = (sum(column) for column in zip(*counts, strict=True))
    return SeedReport(added=added, changed=changed, removed=removed, edited=edited)


async def _write_records(
    tx: AsyncSession,
    table: type[LegalDocumentRow | ParameterRow],
    records: Mapping[str, LegalDocument] | Mapping[str, Parameter],
    kept: set[str],
) -> tuple[int, int, int]:
    known: dict[str, str] = dict((await tx.execute(select(table.id, table.seed_sha256))).all())
    rows = [_row(record) for record in records.values()]
    changed = [row for row in rows if known.get(row["id"]) != row["seed_sha256"]]
    if changed:
        statement = insert(table).values(changed)
        new = statement.excluded
        await tx.execute(
            statement.on_conflict_do_update(
                index_elements=["id"],
                set_={"body": new.body, "seed_sha256": new.seed_sha256, "updated_at": func.now()},
            )
        )
    gone = known.keys() - records.keys() - kept
    await tx.execute(delete(table).where(table.id.in_(gone)))
    added = sum(row["id"] not in known for row in changed)
    return added, len(changed) - added, len(gone)


async def _write_units(
    tx: AsyncSession, units: Mapping[str, AnswerUnit], edited: frozenset[str]
) -> tuple[int, int, int]:
    known: dict[str, str] = dict((await tx.execute(select(AnswerUnitRow.id, AnswerUnitRow.seed_sha256))).all())
    rows = [_row(unit) for unit in units.values() if unit.id not in edited]
    changed = [row for row in rows if known.get(row["id"]) != row["seed_sha256"]]
    replaced = {row["id"] for row in changed} & known.keys()
    if replaced:
        await keep_revisions(tx, [unit for unit in await list_units(tx) if unit.id in replaced])
    if changed:
        statement = insert(AnswerUnitRow).values(changed)
        new = statement.excluded
        await tx.execute(
            statement.on_conflict_do_update(
                index_elements=["id"],
                set_={
                    "body": new.body,
                    "seed_sha256": new.seed_sha256,
                    "revision": AnswerUnitRow.revision + 1,
                    "updated_at": func.now(),
                },
                where=AnswerUnitRow.edited_by.is_(None),  # an edit saved since we looked wins
            )
        )
    gone = known.keys() - units.keys() - edited
    await tx.execute(delete(AnswerUnitRow).where(AnswerUnitRow.id.in_(gone), AnswerUnitRow.edited_by.is_(None)))
    return len(changed) - len(replaced), len(replaced), len(gone)


def _row(record: LegalDocument | Parameter | AnswerUnit) -> dict[str, Any]:
    body = record.model_dump(mode="json")
    canonical = json.dumps(body, ensure_ascii=False, sort_keys=True)
    return {"id": record.id, "body": body, "seed_sha256": hashlib.sha256(canonical.encode()).hexdigest()}
