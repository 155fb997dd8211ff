"""One record that staff look at or edit, of whatever kind: what is published, and what staff want it to say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar, cast

from sqlalchemy.ext.asyncio import AsyncSession

from bot.console.page import Visit
from bot.content.drafts import Seen, drop_draft, save_draft
from bot.content.publish import NEW
from bot.content.records import ContentRecord, find_kind, read_record
from bot.content.schema import LegalDocument, Parameter, PhrasingSet, ReminderTexts
from bot.domain.content import ContentKind
from bot.storage.content_drafts import StoredDraft, find_draft
from bot.storage.content_records import StoredRecord, find_record

R = TypeVar("R", Parameter, LegalDocument, PhrasingSet, ReminderTexts)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenRecord(Generic[R]):
    """A record as somebody opened it. `published`: what holds now; None where it was never published."""

    kind: ContentKind
    id: str
    published: R | None
    stored: StoredRecord | None
    draft: StoredDraft | None

    @property
    def wanted(self) -> R | None:
        """What it is to say: its draft, else what it says; None where it is neither."""
        return cast("R", read_record(self.kind, self.draft.body)) if self.draft is not None else self.published

    @property
    def revision(self) -> int:
        """The published revision."""
        return self.stored.revision if self.stored is not None else NEW

    @property
    def seen(self) -> Seen:
        """What who looks at it now has seen."""
        return Seen.of(self.stored, self.draft)

    @property
    def has_moved(self) -> bool:
        """Whether what is published changed since the draft was begun."""
        return self.draft is not None and self.draft.base_revision != self.revision


async def open_record(tx: AsyncSession, model: type[R], record_id: str) -> OpenRecord[R]:
    """Return a record and its draft, whichever there is."""
    kind = ContentKind(_KINDS[model])
    stored = await find_record(tx, kind, record_id)
    return OpenRecord(
        kind=kind,
        id=record_id,
        published=cast("R", read_record(kind, stored.body)) if stored is not None else None,
        stored=stored,
        draft=await find_draft(tx, kind, record_id),
    )


async def keep_draft(visit: Visit, new: ContentRecord, *, seen: Seen, submit: bool) -> str:
    """Save what somebody typed, and return what to say of it: "saved", "submitted" or "unchanged".

    Raises:
        EditedMeanwhile, RecordGone, RecordRefused: as `save_draft`.
    """
    async with visit.database.begin() as tx:
        draft = await save_draft(tx, new, seen=seen, author=visit.staff.email, now=visit.now, submit=submit)
        if draft is None:
            return "unchanged"
        if draft.version != seen.version:
            action = "draft.submit" if submit else "draft.save"
            await visit.record(tx, action, f"{find_kind(new)}:{new.id}", version=draft.version)
    return "submitted" if submit else "saved"


async def forget_draft(visit: Visit, kind: ContentKind, record_id: str, *, seen: Seen) -> None:
    """Drop a draft.

    Raises:
        DraftGone, DraftChanged: as `drop_draft`.
    """
    async with visit.database.begin() as tx:
        await drop_draft(tx, kind, record_id, seen=seen)
        await visit.record(tx, "draft.drop", f"{kind}:{record_id}", version=seen.version)


def record_path(kind: ContentKind, record_id: str) -> str:
    """Return the address of the page where a record is edited."""
    match kind:
        case ContentKind.ANSWER:
            return f"/console/answers/{record_id}"
        case ContentKind.PHRASINGS:
            return f"/console/answers/{record_id}/phrasings"
        case _:
            return f"/console/{kind}s/{record_id}"


async def name_record(tx: AsyncSession, record: ContentRecord) -> str:
    """Return what staff call a record; ways of asking go by the title of their answer."""
    match record:
        case LegalDocument():
            return record.name
        case PhrasingSet():
            return f"Cách hỏi: {await _find_title(tx, record.id)}"
        case ReminderTexts():
            return f"Lời nhắc: {record.title}"
        case _:
            return record.title


async def _find_title(tx: AsyncSession, unit_id: str) -> str:
    """Return the title of an answer, published or not; its id where there is neither."""
    found = await find_record(tx, ContentKind.ANSWER, unit_id) or await find_draft(tx, ContentKind.ANSWER, unit_id)
    return str(found.body["title"]) if found is not None else unit_id


def review_path(draft: StoredDraft) -> str:
    """Return the address of the page where a draft is decided on."""
    of_kind = "" if draft.kind is ContentKind.ANSWER else f"{draft.kind}/"
    return f"/console/reviews/{of_kind}{draft.record_id}"


_KINDS: dict[type, ContentKind] = {
    Parameter: ContentKind.PARAMETER,
    LegalDocument: ContentKind.DOCUMENT,
    PhrasingSet: ContentKind.PHRASINGS,
    ReminderTexts: ContentKind.REMINDER,
}
