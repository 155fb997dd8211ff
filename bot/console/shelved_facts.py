"""Values of law and legal documents as staff look at them: how each stands today, found by words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from bot.content.figures import find_value, render_value
from bot.content.schema import Dated, LegalDocument, Parameter
from bot.content.validity import CHECK_AGAIN_AFTER, EXPIRING_WITHIN
from bot.storage.content_drafts import StoredDraft
from vietnamese.normalise import fold, normalise


class FactState(StrEnum):
    """How a value of law or a legal document stands on a day."""

    IN_FORCE = "in-force"
    """Đang dùng."""
    EXPIRING = "expiring"
    """Hết trong 90 ngày, chưa có giá trị hay văn bản kế tiếp."""
    EXPIRED = "expired"
    """Đã hết, hoặc chưa bắt đầu."""
    REPLACED = "replaced"
    """Đã có văn bản thay."""
    UNCHECKED = "check-overdue"
    """Hơn 180 ngày chưa kiểm tra; beside the other states."""


FACT_STATES = {
    FactState.IN_FORCE: "Đang dùng",
    FactState.EXPIRING: "Hết trong 90 ngày",
    FactState.EXPIRED: "Không có hiệu lực hôm nay",
    FactState.REPLACED: "Đã bị thay",
    FactState.UNCHECKED: "Hơn 180 ngày chưa kiểm tra",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ShelvedFact:
    """One of them. `said`: its value or title; `last_on`: the last day it holds, None where no end is known."""

    id: str
    name: str
    said: str
    state: FactState
    last_on: date | None
    checked_on: date
    check_overdue: bool
    draft: StoredDraft | None

    def is_in(self, state: str) -> bool:
        """Tell whether it is in a state; "": any."""
        return state in ("", self.state.value) or (state == FactState.UNCHECKED and self.check_overdue)


def shelve_parameter(parameter: Parameter, draft: StoredDraft | None, *, today: date) -> ShelvedFact:
    """Return how a parameter stands: values that follow each other without a gap are one span."""
    value = find_value(parameter, today)
    nearest = value or max(parameter.values, key=lambda each: each.effective_from)
    last_on = value.effective_to if value is not None else None
    while last_on is not None and (following := _find_next(parameter.values, last_on)) is not None:
        last_on = following.effective_to
    return ShelvedFact(
        id=parameter.id,
        name=parameter.title,
        said=render_value(nearest.value, parameter.unit),
        state=_find_state(in_force=value is not None, last_on=last_on, today=today),
        last_on=last_on,
        checked_on=nearest.checked_on,
        check_overdue=nearest.checked_on < today - CHECK_AGAIN_AFTER,
        draft=draft,
    )


def shelve_document(document: LegalDocument, draft: StoredDraft | None, *, today: date) -> ShelvedFact:
    """Return how a document stands; one that was replaced has nothing left to check."""
    state = _find_state(in_force=document.holds_on(today), last_on=document.effective_to, today=today)
    return ShelvedFact(
        id=document.id,
        name=document.name,
        said=document.title or "",
        state=FactState.REPLACED if document.replaced_by else state,
        last_on=document.effective_to,
        checked_on=document.checked_on,
        check_overdue=not document.replaced_by and document.checked_on < today - CHECK_AGAIN_AFTER,
        draft=draft,
    )


def list_matching(facts: Iterable[ShelvedFact], *, words: str, state: str) -> list[ShelvedFact]:
    """List those in a state that hold all words, with or without accents, in order of name."""
    wanted = fold(normalise(words)).split()
    found = [
        each
        for each in facts
        if each.is_in(state)
        and all(word in fold(normalise(f"{each.id} {each.name} {each.said}")) for word in wanted)
    ]
    return sorted(found, key=lambda each: (fold(normalise(each.name)), each.id))


def _find_next(spans: Iterable[Dated], last_on: date) -> Dated | None:
    return next((each for each in spans if (each.effective_from - last_on).days == 1), None)


def _find_state(*, in_force: bool, last_on: date | None, today: date) -> FactState:
    if not in_force:
        return FactState.EXPIRED
    return FactState.EXPIRING if last_on is not None and last_on <= today + EXPIRING_WITHIN else FactState.IN_FORCE
