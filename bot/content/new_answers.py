"""An answer that is published for the first time, and how citizens ask for it: tried and published together.

So it is found as soon as it is there. Later the two go their own ways.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.content.catalogue import Catalogue
from bot.content.drafts import PAIR, DraftChanged, Seen, publish_draft
from bot.content.publish import NEW
from bot.content.records import read_record
from bot.domain.content import ContentKind
from bot.storage.content_drafts import DraftState, StoredDraft, find_draft
from bot.storage.content_records import find_record


async def find_phrasings_along(tx: AsyncSession, unit_id: str) -> StoredDraft | None:
    """Return the phrasings that are published with a new answer: sent for review, and the first of that answer."""
    if await find_record(tx, ContentKind.PHRASINGS, unit_id) is not None:
        return None
    draft = await find_draft(tx, ContentKind.PHRASINGS, unit_id)
    return draft if draft is not None and draft.state is DraftState.SUBMITTED else None


async def publish_phrasings_along(
    tx: AsyncSession, unit_id: str, *, seen_version: int, reviewer: str, override: bool, now: datetime
) -> int:
    """Publish the phrasings of an answer that was just published; return their revision, 0 where there are none.

    `seen_version`: of their draft, as the reviewer saw it; 0 for none.
    Raises:
        DraftChanged: they are not what was looked at.
        OwnDraft, GateClosed, RecordRefused: as `publish_draft`.
    """
    draft = await find_phrasings_along(tx, unit_id)
    if (draft.version if draft is not None else 0) != seen_version:
        raise DraftChanged(unit_id)
    if draft is None:
        return 0
    seen = Seen(revision=NEW, version=seen_version)
    return await publish_draft(
        tx, ContentKind.PHRASINGS, unit_id, seen=seen, reviewer=reviewer, override=override, now=now
    )


async def find_pair(tx: AsyncSession, draft: StoredDraft) -> StoredDraft | None:
    """Return what is tried together with a draft: the phrasings of a new answer, or the answer of such."""
    if draft.kind not in PAIR or await find_record(tx, ContentKind.ANSWER, draft.record_id) is not None:
        return None
    return await find_draft(tx, PAIR[draft.kind], draft.record_id)


async def make_candidate(tx: AsyncSession, catalogue: Catalogue, draft: StoredDraft) -> Catalogue:
    """Return the catalogue as it is with a draft; of a new answer, with what goes along."""
    candidate = catalogue.replace_record(read_record(draft.kind, draft.body))
    other = await find_pair(tx, draft)
    return candidate.replace_record(read_record(other.kind, other.body)) if other is not None else candidate
