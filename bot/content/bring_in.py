"""Brings units of a file in: as drafts for another person to review, or published at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.audit.log import AuditLog
from bot.content.drafts import Seen, save_draft
from bot.content.publish import NEW, EditedMeanwhile, RecordRefused, publish_record
from bot.content.schema import AnswerUnit
from bot.domain.content import ContentKind
from bot.storage.content_drafts import find_draft
from bot.storage.content_records import find_record, list_bodies
from bot.storage.database import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class BroughtIn:
    """What was done. `refused`: which unit, why, and what to do, in Vietnamese."""

    unchanged: int = 0
    changed: int = 0
    added: int = 0
    refused: tuple[str, ...] = ()


class _DraftInTheWay(Exception):
    """Somebody is writing the unit in the console."""


class _DryRun(Exception):
    """Nothing is to be written."""


async def bring_in(
    database: Database,
    audit: AuditLog,
    units: Iterable[AnswerUnit | str],
    *,
    actor: str,
    now: datetime,
    publish: bool = False,
    dry_run: bool = False,
) -> BroughtIn:
    """Take the units of a file, each by itself: one that is wrong does not hold up the others.

    `publish`: at once, without review; for who restores or moves a whole system.
    """
    unchanged = changed = added = 0
    refused: list[str] = []
    async with database.begin() as tx:
        published = {body["id"]: body for body in await list_bodies(tx, ContentKind.ANSWER)}
    for unit in units:
        if isinstance(unit, str):
            refused.append(unit)
            continue
        try:
            before = published.get(unit.id)
            if before == unit.model_dump(mode="json"):
                unchanged += 1
                continue
            async with database.begin() as tx:
                await _write(tx, audit, unit, actor=actor, now=now, publish=publish)
                if dry_run:
                    raise _DryRun
        except _DryRun:
            pass
        except RecordRefused as problem:
            refused.append(f"{unit.id}: {problem.problems[0].message}")
            continue
        except (_DraftInTheWay, EditedMeanwhile):
            refused.append(f"{unit.id}: đang có bản nháp. Đăng hoặc bỏ bản nháp đó trước.")
            continue
        if before is None:
            added += 1
        else:
            changed += 1
    return BroughtIn(unchanged=unchanged, changed=changed, added=added, refused=tuple(refused))


async def _write(
    tx: AsyncSession, audit: AuditLog, unit: AnswerUnit, *, actor: str, now: datetime, publish: bool
) -> None:
    before = await find_record(tx, ContentKind.ANSWER, unit.id)
    if await find_draft(tx, ContentKind.ANSWER, unit.id) is not None:
        raise _DraftInTheWay
    revision = before.revision if before is not None else NEW
    if publish:
        written = await publish_record(tx, unit, expected_revision=revision, editor=actor, approver=actor, now=now)
        await audit.record(
            tx, actor=actor, action="answer.import", subject=f"answer:{unit.id}", now=now, revision=written
        )
        return
    await save_draft(tx, unit, seen=Seen(revision=revision, version=0), author=actor, now=now, submit=True)
    await audit.record(tx, actor=actor, action="draft.import", subject=f"answer:{unit.id}", now=now)
