"""Brings the database up to date with data/, and leaves alone what staff have edited."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from bot.content.files import Content, find_placeholders, read_content, take_fingerprint
from bot.content.notify import notify_content_changed
from bot.content.records import ContentRecord
from bot.content.schema import AnswerUnit, Parameter
from bot.domain.content import ContentKind
from bot.storage.content_records import TABLES, delete_records, keep_revisions, list_records
from bot.storage.database import Database
from bot.storage.tables import ContentSeedRow

_SEED = "data"
_SEED_LOCK = 0x7466_0602
"""Held while data/ is written, so that two processes starting together write it once."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class SeedReport:
    """What seeding did. `added`, `changed` and `removed` count records of all kinds.

    `edited`: what staff have edited in the console ("answer:<id>"), which data/ does not overwrite.
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
            return SeedReport(edited=await _list_all_edited(tx))
    content = await asyncio.to_thread(read_content, data_dir)
    async with database.begin() as tx:
        await tx.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _SEED_LOCK})
        if await _is_read(tx, fingerprint):  # the process that held the lock before us wrote the same
            return SeedReport(edited=await _list_all_edited(tx))
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


async def _list_edited(tx: AsyncSession, kind: ContentKind) -> list[str]:
    table = TABLES[kind]
    return list(await tx.scalars(select(table.id).where(table.edited_by.is_not(None)).order_by(table.id)))


async def _list_all_edited(tx: AsyncSession) -> tuple[str, ...]:
    return tuple([f"{kind}:{name}" for kind in ContentKind for name in await _list_edited(tx, kind)])


async def _write(tx: AsyncSession, content: Content) -> SeedReport:
    kept = await _find_kept(tx)
    shipped: dict[ContentKind, Mapping[str, ContentRecord]] = {
        ContentKind.DOCUMENT: content.documents,
        ContentKind.PARAMETER: content.parameters,
        ContentKind.ANSWER: content.units,
        ContentKind.PHRASINGS: content.phrasings,
        ContentKind.REMINDER: content.reminders,
    }
    counts = [await _write_kind(tx, kind, records, kept[kind]) for kind, records in shipped.items()]
    added, changed, removed = (sum(column) for column in zip(*counts, strict=True))
    return SeedReport(added=added, changed=changed, removed=removed, edited=await _list_all_edited(tx))


async def _find_kept(tx: AsyncSession) -> dict[ContentKind, set[str]]:
    """Return what stays though data/ no longer has it: what staff edited, and what that stands on."""
    edited = {kind: set(await _list_edited(tx, kind)) for kind in ContentKind}
    kept = {kind: set(names) for kind, names in edited.items()}
    for body in await _list_bodies_of(tx, ContentKind.ANSWER, edited[ContentKind.ANSWER]):
        for version in AnswerUnit.model_validate(body).versions:
            kept[ContentKind.PARAMETER].update(find_placeholders(version))
            kept[ContentKind.DOCUMENT].update(source.document for source in version.sources)
    for body in await _list_bodies_of(tx, ContentKind.PARAMETER, kept[ContentKind.PARAMETER]):
        kept[ContentKind.DOCUMENT].update(value.source.document for value in Parameter.model_validate(body).values)
    return kept


async def _list_bodies_of(tx: AsyncSession, kind: ContentKind, names: set[str]) -> Sequence[dict[str, Any]]:
    table = TABLES[kind]
    return (await tx.scalars(select(table.body).where(table.id.in_(names)))).all()


async def _write_kind(
    tx: AsyncSession, kind: ContentKind, records: Mapping[str, ContentRecord], kept: set[str]
) -> tuple[int, int, int]:
    table = TABLES[kind]
    known: dict[str, str] = dict((await tx.execute(select(table.id, table.seed_sha256))).all())
    edited = set(await _list_edited(tx, kind))
    rows = [_row(record) for record in records.values() if record.id not in edited]
    changed = [row for row in rows if known.get(row["id"]) != row["seed_sha256"]]
    replaced = {row["id"] for row in changed} & known.keys()
    if replaced:
        await keep_revisions(tx, kind, [each for each in await list_records(tx, kind) if each.id in replaced])
    if changed:
        statement = insert(table).values(changed)
        new = statement.excluded
        await tx.execute(
            statement.on_conflict_do_update(
                index_elements=["id"],
                set_={
                    "body": new.body,
                    "seed_sha256": new.seed_sha256,
                    "revision": table.revision + 1,
                    "updated_at": func.now(),
                },
                where=table.edited_by.is_(None),  # an edit saved since we looked wins
            )
        )
    gone = sorted(known.keys() - records.keys() - kept)
    await delete_records(tx, kind, gone)
    return len(changed) - len(replaced), len(replaced), len(gone)


def _row(record: ContentRecord) -> dict[str, Any]:
    body = record.model_dump(mode="json")
    canonical = json.dumps(body, ensure_ascii=False, sort_keys=True)
    return {"id": record.id, "body": body, "seed_sha256": hashlib.sha256(canonical.encode()).hexdigest()}
