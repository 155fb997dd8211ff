"""The way of a change of content: draft, sent for review, published or given back by another person.

Whoever wrote a word of it cannot publish it. The publish gate (bot/evaluation/gate.py) must have asked the golden
questions first; where it found an answer that breaks, only an approver publishes, and says why.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.content.publish import NEW, EditedMeanwhile, UnitGone, check_unit, publish_unit
from bot.content.schema import AnswerUnit
from bot.storage.answer_units import StoredUnit, find_unit, list_earlier_revisions
from bot.storage.content_drafts import (
    DraftState,
    StoredDraft,
    claim_draft,
    delete_draft,
    record_draft,
    record_draft_returned,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What somebody looked at: the published revision (NEW: none), and the version of the draft (0: none)."""

    revision: int
    version: int

    @classmethod
    def of(cls, stored: StoredUnit | None, draft: StoredDraft | None) -> Seen:
        """Return what is seen of a unit and its draft."""
        return cls(
            revision=stored.revision if stored is not None else NEW,
            version=draft.version if draft is not None else 0,
        )


class DraftGone(LookupError):
    """There is no such draft, or it is not waiting for what was asked."""


class DraftChanged(Exception):
    """The draft, or what is published, is not what was looked at any more."""


class OwnDraft(Exception):
    """Who wrote it cannot publish it."""


class GateClosed(Exception):
    """The publish gate has not run, or found an answer that breaks, and nobody took that upon themselves."""


async def save_draft(
    tx: AsyncSession, new: AnswerUnit, *, seen: Seen, author: str, now: datetime, submit: bool = False
) -> StoredDraft | None:
    """Keep what a unit is to say; `submit`: and ask for review. None where that is what it says already.

    Raises:
        EditedMeanwhile: somebody else saved or published; with what they wrote.
        UnitGone: the unit is not there any more.
        UnitRefused: a source or parameter does not exist, or the title is taken.
    """
    draft = await claim_draft(tx, new.id)
    stored = await find_unit(tx, new.id)
    if stored is None and seen.revision != NEW:
        raise UnitGone(new.id)
    if Seen.of(stored, draft) != seen:
        raise EditedMeanwhile(_newest(stored, draft))
    await check_unit(tx, new, now=now)
    body = new.model_dump(mode="json")
    if stored is not None and body == stored.body:
        await delete_draft(tx, new.id)
        return None
    touched = draft is None or body != draft.body
    rebased = draft is not None and draft.base_revision != seen.revision
    if draft is not None and not touched and not rebased and (draft.state is DraftState.SUBMITTED or not submit):
        return draft
    authors = [*(draft.authors if draft is not None else []), *([author] if touched else [])]
    await record_draft(
        tx,
        new.id,
        body,
        base_revision=seen.revision,
        state=DraftState.SUBMITTED if submit else DraftState.OPEN,
        authors=list(dict.fromkeys(authors)),
        now=now,
    )
    return await claim_draft(tx, new.id)


async def drop_draft(tx: AsyncSession, unit_id: str, *, seen: Seen) -> None:
    """Forget a draft.

    Raises:
        DraftGone: there is none any more.
        DraftChanged: somebody saved it meanwhile.
    """
    draft = await claim_draft(tx, unit_id)
    if draft is None:
        raise DraftGone(unit_id)
    if draft.version != seen.version:
        raise DraftChanged(unit_id)
    await delete_draft(tx, unit_id)


async def return_draft(tx: AsyncSession, unit_id: str, *, seen: Seen, note: str) -> None:
    """Give a draft back to its authors, with what is to be done.

    Raises:
        DraftGone: it is not waiting for review any more.
        DraftChanged: somebody saved it meanwhile.
    """
    await _claim_submitted(tx, unit_id, seen)
    await record_draft_returned(tx, unit_id, note=note)


async def publish_draft(
    tx: AsyncSession, unit_id: str, *, seen: Seen, reviewer: str, override: bool, now: datetime
) -> int:
    """Publish a draft and return the unit's revision. `override`: publish whatever the gate says.

    Raises:
        DraftGone: it is not waiting for review any more.
        DraftChanged: it, or what it was made from, is not what was looked at.
        OwnDraft: the reviewer wrote some of it.
        GateClosed: the gate did not run, or an answer breaks.
        UnitRefused: a source or parameter is not there any more, or the title is taken.
    """
    draft = await _claim_submitted(tx, unit_id, seen)
    if reviewer in draft.authors:
        raise OwnDraft(unit_id)
    if not override and not gate_is_open(draft):
        raise GateClosed(unit_id)
    if draft.base_revision != seen.revision:
        raise DraftChanged(unit_id)
    try:
        revision = await publish_unit(
            tx,
            AnswerUnit.model_validate(draft.body),
            expected_revision=draft.base_revision,
            editor=", ".join(draft.authors),
            approver=reviewer,
            now=now,
        )
    except (EditedMeanwhile, UnitGone) as meanwhile:
        raise DraftChanged(unit_id) from meanwhile
    await delete_draft(tx, unit_id)
    return revision


async def roll_back(
    tx: AsyncSession, unit_id: str, *, to: int, expected_revision: int, staff: str, now: datetime
) -> int:
    """Publish again what a unit said at an earlier revision, and return the new revision.

    Raises:
        UnitGone: the unit or that revision is not there.
        EditedMeanwhile: the unit is no longer at `expected_revision`.
        UnitRefused: a source or parameter of that time is not there any more.
    """
    earlier = {each.revision: each for each in await list_earlier_revisions(tx, unit_id)}
    if to not in earlier:
        raise UnitGone(unit_id)
    unit = AnswerUnit.model_validate(earlier[to].body)
    return await publish_unit(tx, unit, expected_revision=expected_revision, editor=staff, approver=staff, now=now)


def gate_is_open(draft: StoredDraft) -> bool:
    """Tell whether the gate ran for this version and found nothing that breaks."""
    return draft.gate is not None and not any(each["breaks"] for each in draft.gate["changed"])


async def _claim_submitted(tx: AsyncSession, unit_id: str, seen: Seen) -> StoredDraft:
    draft = await claim_draft(tx, unit_id)
    if draft is None or draft.state is not DraftState.SUBMITTED:
        raise DraftGone(unit_id)
    if draft.version != seen.version:
        raise DraftChanged(unit_id)
    return draft


def _newest(stored: StoredUnit | None, draft: StoredDraft | None) -> StoredUnit:
    """Return what was written last, as a unit: a draft, else what is published."""
    if draft is None:
        assert stored is not None
        return stored
    return StoredUnit(
        id=draft.unit_id,
        body=draft.body,
        revision=stored.revision if stored is not None else NEW,
        edited_by=", ".join(draft.authors),
        updated_at=draft.updated_at,
    )
