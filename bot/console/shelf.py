"""Every answer unit as staff look at it: with its state today, found by words typed with or without accents."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from bot.content.publish import NEW
from bot.content.records import load_documents, load_parameters
from bot.content.schema import AnswerUnit, LegalDocument, Parameter
from bot.content.validity import UnitState, Validity, find_validity
from bot.domain.content import ContentKind
from bot.storage.content_drafts import DraftState, StoredDraft, list_drafts
from bot.storage.content_records import StoredRecord, list_records
from vietnamese.normalise import fold, normalise

CHECK_OVERDUE = "check-overdue"
"""The filter for units whose last check is too long ago, whatever their state."""
_SHOWN = {UnitState.IN_FORCE, UnitState.EXPIRING}
"""What citizens may be shown today."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShelvedUnit:
    """An answer unit, where it is stored, how it stands today, and what staff want it to say."""

    unit: AnswerUnit
    stored: StoredRecord
    validity: Validity
    draft: StoredDraft | None = None

    @property
    def is_new(self) -> bool:
        """Whether it has never been published."""
        return self.stored.revision == NEW

    @property
    def wanted(self) -> AnswerUnit:
        """What it is to say: its draft, else what it says."""
        return AnswerUnit.model_validate(self.draft.body) if self.draft is not None else self.unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What the list is narrowed to; empty: everything."""

    words: str = ""
    topic: str = ""
    kind: str = ""
    state: str = ""

    def narrows(self) -> bool:
        """Tell whether anything is left out."""
        return bool(self.words or self.topic or self.kind or self.state)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """Everything staff can look at."""

    units: tuple[ShelvedUnit, ...]
    new: tuple[ShelvedUnit, ...]
    """Drafts of units that are not published yet."""
    parameters: Mapping[str, Parameter]
    documents: Mapping[str, LegalDocument]

    @property
    def topics(self) -> list[str]:
        """The topics there are, in order."""
        return sorted({each.unit.topic for each in self.units})

    @property
    def titles(self) -> dict[str, str]:
        """The titles of what citizens may be shown today, by id, in order of title."""
        shown = [each.unit for each in self.units if each.validity.state in _SHOWN]
        return {unit.id: unit.title for unit in sorted(shown, key=lambda unit: unit.title)}

    def find(self, unit_id: str) -> ShelvedUnit | None:
        """Return a unit, published or not."""
        return next((each for each in (*self.units, *self.new) if each.unit.id == unit_id), None)

    def list_drafts(self, *states: DraftState) -> list[ShelvedUnit]:
        """List the units with a draft in some states, the draft that waits longest first."""
        found = [
            (each.draft.updated_at, each)
            for each in (*self.units, *self.new)
            if each.draft is not None and each.draft.state in states
        ]
        return [each for _, each in sorted(found, key=lambda pair: (pair[0], pair[1].unit.title))]

    def count_states(self) -> Counter[str]:
        """Count the units in each state, and those whose check is overdue."""
        counted: Counter[str] = Counter(each.validity.state.value for each in self.units)
        counted[CHECK_OVERDUE] = sum(each.validity.check_overdue for each in self.units)
        return counted

    def list_matching(self, filters: Filters) -> list[ShelvedUnit]:
        """List the units that fit, those with the words in the title first, then in order of topic and title."""
        words = fold(normalise(filters.words)).split()
        found = [
            each
            for each in self.units
            if _in_state(each, filters.state)
            and filters.topic in ("", each.unit.topic)
            and filters.kind in ("", each.unit.kind.value)
            and (not words or _holds_words(each.unit, words))
        ]
        return sorted(found, key=lambda each: (not _in_title(each.unit, words), each.unit.topic, each.unit.title))

    def list_soonest(self, *states: UnitState) -> list[ShelvedUnit]:
        """List the units in some states, those that end first at the top."""
        found = [each for each in self.units if each.validity.state in states]
        return sorted(found, key=lambda each: (each.validity.last_shown_on or date.min, each.unit.title))

    def list_unchecked(self) -> list[ShelvedUnit]:
        """List the units whose check is overdue, the oldest first."""
        found = [each for each in self.units if each.validity.check_overdue]
        return sorted(found, key=lambda each: each.validity.checked_on)


async def load_shelf(tx: AsyncSession, *, today: date) -> Shelf:
    """Return everything staff can look at, as the database has it now."""
    parameters = await load_parameters(tx)
    drafts = {draft.record_id: draft for draft in await list_drafts(tx) if draft.kind is ContentKind.ANSWER}

    def shelve(stored: StoredRecord) -> ShelvedUnit:
        unit = AnswerUnit.model_validate(stored.body)
        validity = find_validity(unit, parameters, day=today)
        return ShelvedUnit(unit=unit, stored=stored, validity=validity, draft=drafts.pop(unit.id, None))

    units = tuple(shelve(stored) for stored in await list_records(tx, ContentKind.ANSWER))
    new = tuple(
        shelve(
            StoredRecord(
                id=draft.record_id, body=draft.body, revision=NEW, edited_by=None, updated_at=draft.updated_at
            )
        )
        for draft in list(drafts.values())
    )
    return Shelf(units=units, new=new, parameters=parameters, documents=await load_documents(tx))


def _in_state(each: ShelvedUnit, state: str) -> bool:
    if state == CHECK_OVERDUE:
        return each.validity.check_overdue
    return state in ("", each.validity.state.value)


def _in_title(unit: AnswerUnit, words: list[str]) -> bool:
    title = fold(normalise(unit.title))
    return all(word in title for word in words)


def _holds_words(unit: AnswerUnit, words: list[str]) -> bool:
    said = " ".join([unit.id, unit.title, *(f"{each.text} {each.more or ''}" for each in unit.versions)])
    folded = fold(normalise(said))
    return all(word in folded for word in words)
