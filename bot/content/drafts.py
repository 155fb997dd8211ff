"""The way of a change of content: draft, sent for review, published or given back by another person.

Whoever wrote a word of it cannot publish it. The publish gate (bot/evaluation/gate.py) must have asked the golden
questions first; where it found an answer that breaks, only an approver publishes, and says why.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.content.publish import NEW, EditedMeanwhile, RecordGone, check_record, publish_record
from bot.content.records import ContentRecord, find_kind, read_record
from bot.domain.content import ContentKind
from bot.storage.content_drafts import (
    DraftState,
    StoredDraft,
    claim_draft,
    delete_draft,
    record_draft,
    record_draft_returned,
    record_gate,
)
from bot.storage.content_records import StoredRecord, find_record, list_earlier_revisions

PAIR = {ContentKind.ANSWER: ContentKind.PHRASINGS, ContentKind.PHRASINGS: ContentKind.ANSWER}
"""A new answer and how citizens ask for it are tried and published together (new_answers.py)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What somebody looked at: the published revision (NEW: none), and the version of the draft (0: none)."""

    revision: int
    version: int

    @classmethod
    def of(cls, stored: StoredRecord | None, draft: StoredDraft | None) -> Seen:
        """Return what is seen of a record and its draft."""
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
    tx: AsyncSession, new: ContentRecord, *, seen: Seen, author: str, now: datetime, submit: bool = False
) -> StoredDraft | None:
    """Keep what a record is to say; `submit`: and ask for review. None where that is what it says already.

    Raises:
        EditedMeanwhile: somebody else saved or published; with what they wrote.
        RecordGone: it is not there any more.
        RecordRefused: it draws on what does not exist, or its name is taken.
    """
    kind = find_kind(new)
    draft = await claim_draft(tx, kind, new.id)
    stored = await find_record(tx, kind, new.id)
    if stored is None and seen.revision != NEW:
        raise RecordGone(new.id)
    if Seen.of(stored, draft) != seen:
        raise EditedMeanwhile(_newest(stored, draft))
    await check_record(tx, new, now=now)
    body = new.model_dump(mode="json")
    if stored is not None and body == stored.body:
        await delete_draft(tx, kind, new.id)
        return None
    touched = draft is None or body != draft.body
    rebased = draft is not None and draft.base_revision != seen.revision
    if draft is not None and not touched and not rebased and (draft.state is DraftState.SUBMITTED or not submit):
        return draft
    authors = [*(draft.authors if draft is not None else []), *([author] if touched else [])]
    await _forget_gate_of_pair(tx, kind, new.id)
    await record_draft(
        tx,
        kind,
        new.id,
        body,
        base_revision=seen.revision,
        state=DraftState.SUBMITTED if submit else DraftState.OPEN,
        authors=list(dict.fromkeys(authors)),
        now=now,
    )
    return await claim_draft(tx, kind, new.id)


async def _forget_gate_of_pair(tx: AsyncSession, kind: ContentKind, record_id: str) -> None:
    """Have the gate run again for what is tried together with a draft that changes."""
    if kind not in PAIR or await find_record(tx, ContentKind.ANSWER, record_id) is not None:
        return
    other = await claim_draft(tx, PAIR[kind], record_id)
    if other is not None:
        await record_gate(tx, other.kind, record_id, version=other.version, gate=None)


async def drop_draft(tx: AsyncSession, kind: ContentKind, record_id: str, *, seen: Seen) -> None:
    """Forget a draft.

    Raises:
        DraftGone: there is none any more.
        DraftChanged: somebody saved it meanwhile.
    """
    draft = await claim_draft(tx, kind, record_id)
    if draft is None:
        raise DraftGone(record_id)
    if draft.version != seen.version:
        raise DraftChanged(record_id)
    await delete_draft(tx, kind, record_id)
    if kind is ContentKind.ANSWER and await find_record(tx, kind, record_id) is None:
        await delete_draft(tx, ContentKind.PHRASINGS, record_id)  # nobody can ask for what is not there


async def return_draft(tx: AsyncSession, kind: ContentKind, record_id: str, *, seen: Seen, note: str) -> None:
    """Give a draft back to its authors, with what is to be done.

    Raises:
        DraftGone: it is not waiting for review any more.
        DraftChanged: somebody saved it meanwhile.
    """
    await _claim_submitted(tx, kind, record_id, seen)
    await record_draft_returned(tx, kind, record_id, note=note)


async def publish_draft(
    tx: AsyncSession,
    kind: ContentKind,
    record_id: str,
    *,
    seen: Seen,
    reviewer: str,
    override: bool,
    now: datetime,
) -> int:
    """Publish a draft and return the record's revision. `override`: publish whatever the gate says.

    Raises:
        DraftGone: it is not waiting for review any more.
        DraftChanged: it, or what it was made from, is not what was looked at.
        OwnDraft: the reviewer wrote some of it.
        GateClosed: the gate did not run, or an answer breaks.
        RecordRefused: what it draws on is not there any more, or its name is taken.
    """
    draft = await _claim_submitted(tx, kind, record_id, seen)
    if reviewer in draft.authors:
        raise OwnDraft(record_id)
    if not override and not gate_is_open(draft):
        raise GateClosed(record_id)
    if draft.base_revision != seen.revision:
        raise DraftChanged(record_id)
    try:
        revision = await publish_record(
            tx,
            read_record(kind, draft.body),
            expected_revision=draft.base_revision,
            editor=", ".join(draft.authors),
            approver=reviewer,
            now=now,
        )
    except (EditedMeanwhile, RecordGone) as meanwhile:
        raise DraftChanged(record_id) from meanwhile
    await delete_draft(tx, kind, record_id)
    return revision


async def roll_back(
    tx: AsyncSession,
    kind: ContentKind,
    record_id: str,
    *,
    to: int,
    expected_revision: int,
    staff: str,
    now: datetime,
) -> int:
    """Publish again what a record said at an earlier revision, and return the new revision.

    Raises:
        RecordGone: it or that revision is not there.
        EditedMeanwhile: it is no longer at `expected_revision`.
        RecordRefused: what it drew on then is not there any more.
    """
    earlier = {each.revision: each for each in await list_earlier_revisions(tx, kind, record_id)}
    if to not in earlier:
        raise RecordGone(record_id)
    record = read_record(kind, earlier[to].body)
    return await publish_record(
        tx, record, expected_revision=expected_revision, editor=staff, approver=staff, now=now
    )


def gate_is_open(draft: StoredDraft) -> bool:
    """Tell whether the gate ran for this version and found nothing that breaks."""
    return draft.gate is not None and not any(each["breaks"] for each in draft.gate["changed"])


async def _claim_submitted(tx: AsyncSession, kind: ContentKind, record_id: str, seen: Seen) -> StoredDraft:
    draft = await claim_draft(tx, kind, record_id)
    if draft is None or draft.state is not DraftState.SUBMITTED:
        raise DraftGone(record_id)
    if draft.version != seen.version:
        raise DraftChanged(record_id)
    return draft


def _newest(stored: StoredRecord | None, draft: StoredDraft | None) -> StoredRecord:
    """Return what was written last, as a record: a draft, else what is published."""
    if draft is None:
        assert stored is not None
        return stored
    return StoredRecord(
        id=draft.record_id,
        body=draft.body,
        revision=stored.revision if stored is not None else NEW,
        edited_by=", ".join(draft.authors),
        updated_at=draft.updated_at,
    )
