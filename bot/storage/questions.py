"""Queries on the question queue. Texts are masked before they come here, and nobody is named."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import delete, func, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.messages import Channel
from bot.domain.question import GroupState, QuestionReason
from bot.storage.tables import QuestionAskerRow, QuestionGroupRow, QuestionRow, StaffPhrasingRow

_NEAR = text(
    """
    SELECT id, sample FROM question_groups
    WHERE state = 'open' AND words && CAST(:words AS text[])
    ORDER BY cardinality(ARRAY(SELECT unnest(words) INTERSECT SELECT unnest(CAST(:words AS text[])))) DESC, id
    LIMIT :limit
    """
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewQuestion:
    """A question for the queue. `text`: masked. `unit_id`: what was shown, where something was."""

    text: str
    reason: QuestionReason
    channel: Channel
    unit_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionGroup:
    """Questions that ask the same. `unit_id`: what answers them, or is being written for them."""

    id: UUID
    sample: str
    state: GroupState
    unit_id: str | None
    assigned_to: str | None
    settled_by: str | None
    count: int
    version: int
    first_asked_at: datetime
    last_asked_at: datetime


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """One question as it was asked."""

    id: int
    text: str
    reason: QuestionReason
    channel: Channel
    unit_id: str | None
    asked_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffPhrasing:
    """A way of asking that staff linked to a unit."""

    id: UUID
    unit_id: str
    text: str
    added_by: str
    added_at: datetime


async def record_question(tx: AsyncSession, question: NewQuestion, *, now: datetime) -> int:
    """Put a question into the queue and return its number."""
    row = QuestionRow(
        text=question.text,
        reason=question.reason,
        channel=question.channel,
        unit_id=question.unit_id,
        asked_at=now,
    )
    tx.add(row)
    await tx.flush()
    return row.id


async def list_ungrouped(tx: AsyncSession, *, limit: int) -> list[AskedQuestion]:
    """List questions that stand in no group yet, the oldest first, and lock them."""
    rows = await tx.scalars(
        select(QuestionRow)
        .where(QuestionRow.group_id.is_(None))
        .order_by(QuestionRow.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return [_question(row) for row in rows]


async def list_near_groups(tx: AsyncSession, words: Sequence[str], *, limit: int) -> list[tuple[UUID, str]]:
    """List open groups that share most words with a question: their ids and samples."""
    rows = await tx.execute(_NEAR, {"words": list(words), "limit": limit})
    return [(row.id, row.sample) for row in rows]


async def record_group(tx: AsyncSession, question: AskedQuestion, words: Sequence[str]) -> UUID:
    """Begin a group with a question."""
    group_id = uuid4()
    tx.add(
        QuestionGroupRow(
            id=group_id,
            sample=question.text,
            words=list(words),
            state=GroupState.OPEN,
            count=0,
            version=1,
            first_asked_at=question.asked_at,
            last_asked_at=question.asked_at,
        )
    )
    await tx.flush()
    return group_id


async def record_grouped(tx: AsyncSession, question: AskedQuestion, group_id: UUID) -> None:
    """Put a question into a group."""
    await tx.execute(update(QuestionRow).where(QuestionRow.id == question.id).values(group_id=group_id))
    await tx.execute(
        update(QuestionGroupRow)
        .where(QuestionGroupRow.id == group_id)
        .values(
            count=QuestionGroupRow.count + 1,
            last_asked_at=func.greatest(QuestionGroupRow.last_asked_at, question.asked_at),
        )
    )


async def list_groups(
    tx: AsyncSession, *, states: Sequence[GroupState], assigned_to: str = "", limit: int, offset: int = 0
) -> list[QuestionGroup]:
    """List groups, those that most ask for first."""
    query = (
        select(QuestionGroupRow)
        .where(QuestionGroupRow.state.in_(states))
        .order_by(QuestionGroupRow.count.desc(), QuestionGroupRow.last_asked_at.desc(), QuestionGroupRow.id)
        .limit(limit)
        .offset(offset)
    )
    if assigned_to:
        query = query.where(QuestionGroupRow.assigned_to == assigned_to)
    return [_group(row) for row in await tx.scalars(query)]


async def count_groups(tx: AsyncSession, *states: GroupState) -> int:
    """Count the groups in some states."""
    query = select(func.count()).select_from(QuestionGroupRow).where(QuestionGroupRow.state.in_(states))
    return (await tx.execute(query)).scalar_one()


async def find_group(tx: AsyncSession, group_id: UUID) -> QuestionGroup | None:
    """Return a group."""
    row = await tx.scalar(
        select(QuestionGroupRow).where(QuestionGroupRow.id == group_id),
        execution_options={"populate_existing": True},
    )
    return _group(row) if row is not None else None


async def list_questions(tx: AsyncSession, group_id: UUID, *, limit: int = 100) -> list[AskedQuestion]:
    """List the questions of a group, the newest first."""
    rows = await tx.scalars(
        select(QuestionRow).where(QuestionRow.group_id == group_id).order_by(QuestionRow.id.desc()).limit(limit)
    )
    return [_question(row) for row in rows]


async def change_group(tx: AsyncSession, group_id: UUID, *, version: int, **values: Any) -> bool:
    """Change a group; False where somebody else changed it since `version`."""
    changed = await tx.execute(
        update(QuestionGroupRow)
        .where(QuestionGroupRow.id == group_id, QuestionGroupRow.version == version)
        .values(version=version + 1, **values)
        .returning(QuestionGroupRow.version)
    )
    return changed.first() is not None


async def settle_published(tx: AsyncSession, unit_id: str, *, staff: str, now: datetime) -> int:
    """Settle the groups for which a unit was written, now that it is published; return how many."""
    settled = await tx.execute(
        update(QuestionGroupRow)
        .where(QuestionGroupRow.unit_id == unit_id, QuestionGroupRow.state == GroupState.AWAITING)
        .values(state=GroupState.LINKED, settled_by=staff, settled_at=now, version=QuestionGroupRow.version + 1)
        .returning(QuestionGroupRow.id)
    )
    return len(settled.all())


async def delete_old_questions(tx: AsyncSession, *, settled_before: datetime, asked_before: datetime) -> None:
    """Delete groups that were settled long ago, and what nobody took up."""
    await tx.execute(
        delete(QuestionGroupRow).where(
            (QuestionGroupRow.settled_at < settled_before) | (QuestionGroupRow.last_asked_at < asked_before)
        )
    )


async def record_asker(tx: AsyncSession, question_id: int, contact_id: UUID, *, now: datetime) -> bool:
    """Write that somebody wants to be told of the answer; False where the question is not there any more."""
    if await tx.get(QuestionRow, question_id) is None:
        return False
    await tx.merge(QuestionAskerRow(question_id=question_id, contact_id=contact_id, asked_at=now))
    await tx.flush()
    return True


async def claim_askers(tx: AsyncSession, *, limit: int) -> list[tuple[int, UUID, Channel, str]]:
    """Lock those whose question has an answer now: question, contact, channel, unit."""
    rows = await tx.execute(
        text(
            """
            SELECT asker.question_id, asker.contact_id, contact.channel, grouped.unit_id
            FROM question_askers AS asker
            JOIN questions AS question ON question.id = asker.question_id
            JOIN question_groups AS grouped ON grouped.id = question.group_id
            JOIN contacts AS contact ON contact.id = asker.contact_id
            WHERE grouped.state = 'linked'
            ORDER BY asker.question_id LIMIT :limit FOR UPDATE OF asker SKIP LOCKED
            """
        ),
        {"limit": limit},
    )
    return [(row.question_id, row.contact_id, Channel(row.channel), row.unit_id) for row in rows]


async def delete_askers(tx: AsyncSession, question_ids: Sequence[int]) -> None:
    """Forget who asked these questions."""
    await tx.execute(delete(QuestionAskerRow).where(QuestionAskerRow.question_id.in_(question_ids)))


async def count_waiting(tx: AsyncSession, contact_ids: Sequence[UUID]) -> int:
    """Count the questions that these contacts wait for an answer to."""
    query = select(func.count()).select_from(QuestionAskerRow).where(QuestionAskerRow.contact_id.in_(contact_ids))
    return (await tx.execute(query)).scalar_one()


async def delete_waiting(tx: AsyncSession, contact_ids: Sequence[UUID]) -> int:
    """Forget what these contacts wait for, and return how much."""
    gone = await tx.execute(
        delete(QuestionAskerRow)
        .where(QuestionAskerRow.contact_id.in_(contact_ids))
        .returning(QuestionAskerRow.question_id)
    )
    return len(gone.all())


async def record_phrasing(
    tx: AsyncSession, unit_id: str, words: str, *, marks_key: str, staff: str, now: datetime
) -> None:
    """Link a way of asking to a unit. `marks_key`: what two spellings of one question share."""
    row = await tx.scalar(select(StaffPhrasingRow).where(StaffPhrasingRow.marks_key == marks_key))
    if row is not None:
        row.unit_id, row.text, row.added_by, row.added_at = unit_id, words, staff, now
        return
    tx.add(StaffPhrasingRow(unit_id=unit_id, text=words, marks_key=marks_key, added_by=staff, added_at=now))


async def list_phrasings(tx: AsyncSession, unit_id: str = "") -> list[StaffPhrasing]:
    """List what staff linked to a unit, to any where none is given."""
    query = select(StaffPhrasingRow).order_by(StaffPhrasingRow.unit_id, StaffPhrasingRow.text)
    if unit_id:
        query = query.where(StaffPhrasingRow.unit_id == unit_id)
    return [
        StaffPhrasing(id=row.id, unit_id=row.unit_id, text=row.text, added_by=row.added_by, added_at=row.added_at)
        for row in await tx.scalars(query)
    ]


async def load_linked(tx: AsyncSession) -> Mapping[str, tuple[str, ...]]:
    """Return the ways of asking that staff linked, by unit."""
    linked: dict[str, tuple[str, ...]] = {}
    for each in await list_phrasings(tx):
        linked[each.unit_id] = (*linked.get(each.unit_id, ()), each.text)
    return linked


async def delete_phrasing(tx: AsyncSession, phrasing_id: UUID, unit_id: str) -> bool:
    """Take a way of asking back; tell whether it was there."""
    gone = await tx.execute(
        delete(StaffPhrasingRow)
        .where(StaffPhrasingRow.id == phrasing_id, StaffPhrasingRow.unit_id == unit_id)
        .returning(StaffPhrasingRow.id)
    )
    return gone.first() is not None


def _question(row: QuestionRow) -> AskedQuestion:
    return AskedQuestion(
        row.id, row.text, QuestionReason(row.reason), Channel(row.channel), row.unit_id, row.asked_at
    )


def _group(row: QuestionGroupRow) -> QuestionGroup:
    return QuestionGroup(
        id=row.id,
        sample=row.sample,
        state=GroupState(row.state),
        unit_id=row.unit_id,
        assigned_to=row.assigned_to,
        settled_by=row.settled_by,
        count=row.count,
        version=row.version,
        first_asked_at=row.first_asked_at,
        last_asked_at=row.last_asked_at,
    )
