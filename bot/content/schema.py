"""The shape of the knowledge in data/ and in the database, checked at every door.

A text draws amounts, deadlines and phone numbers from dated parameters: `{{can-cuoc.le-phi.cap-doi}}` becomes
"25.000 đồng" on a day when that value holds, so no figure is typed twice and none outlives its law.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

PLACEHOLDER = re.compile(r"\{\{\s*([a-z0-9.-]+)\s*\}\}")
FIRST_SCREEN_CHARACTERS = 900
"""The longest text before "Xem thêm"."""

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(?:[.-][a-z0-9]+)*$", max_length=60)]
"""ASCII words joined by "-", levels by ".": can-cuoc.cap-doi.le-phi. 60 bytes fit in a button beside "a:"."""


class Record(BaseModel):
    """Anything in data/: no field that is not known, nothing changed after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Dated(Record):
    """What holds over a span of days."""

    effective_from: date
    effective_to: date | None = None
    """The last day on which it holds; None while no end is known."""

    def holds_on(self, day: date) -> bool:
        """Tell whether it is in force on a day."""
        return self.effective_from <= day and (self.effective_to is None or day <= self.effective_to)

    @model_validator(mode="after")
    def _dates_in_order(self) -> Self:
        if self.effective_to is not None and self.effective_to < self.effective_from:
            raise ValueError("effective_to is before effective_from")
        return self


def check_spans_apart(name: str, spans: Iterable[Dated]) -> None:
    """Raise ValueError where two spans hold on one day."""
    for earlier, later in itertools.pairwise(sorted(spans, key=lambda span: span.effective_from)):
        if earlier.effective_to is None or earlier.effective_to >= later.effective_from:
            raise ValueError(f"{name}: two versions hold on {later.effective_from}")


class LegalDocument(Dated):
    """A legal document (văn bản), or an official guide where no law says it."""

    id: Slug
    name: str
    """As it is cited, for example "Thông tư 73/2024/TT-BTC"."""
    title: str | None = None
    replaced_by: Slug | None = None
    url: str | None = Field(default=None, pattern=r"^https://")
    checked_on: date


class Source(Record):
    """Where a sentence comes from: a document and, only where it was checked, the article."""

    document: Slug
    article: str | None = None
    fact: str | None = None
    """The id of the fact in the knowledge base that it was taken from."""


class Unit(StrEnum):
    """How a parameter is counted, which decides how it is written."""

    VND = "vnd"
    WORKING_DAYS = "working_days"
    DAYS = "days"
    HOURS = "hours"
    MONTHS = "months"
    YEARS = "years"
    PERCENT = "percent"
    COUNT = "count"
    PHONE = "phone"
    DATE = "date"
    TEXT = "text"


class ParameterValue(Dated):
    """The value of a parameter over a span of days. `value`: whole đồng, a count, an ISO date, or words."""

    value: int | float | str
    source: Source
    checked_on: date


class Parameter(Record):
    """A dated value of law (tham số): a fee, a deadline, an amount, an official phone number."""

    id: Slug
    title: str
    unit: Unit
    values: tuple[ParameterValue, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _spans_apart(self) -> Self:
        check_spans_apart(self.id, self.values)
        return self


class QuestionKind(StrEnum):
    """What is asked about a topic."""

    WHAT_IS = "what-is"
    OVERVIEW = "overview"
    CONDITION = "condition"
    DOCUMENTS = "documents"
    STEPS = "steps"
    ONLINE = "online"
    FEE = "fee"
    AMOUNT = "amount"
    TIME = "time"
    PLACE = "place"
    VALIDITY = "validity"
    PROBLEM = "problem"
    PENALTY = "penalty"
    FIGURE = "figure"
    COMPLAINT = "complaint"
    OTHER = "other"


class AnswerVersion(Dated):
    """What a unit says over a span of days. The first line of `text` is the answer."""

    text: str = Field(min_length=1, max_length=FIRST_SCREEN_CHARACTERS)
    more: str | None = None
    """What "Xem thêm" opens."""
    sources: tuple[Source, ...] = Field(min_length=1)
    checked_on: date


class AnswerUnit(Record):
    """One question of citizens and its answer through time (mục trả lời)."""

    id: Slug
    title: Annotated[str, StringConstraints(min_length=3, max_length=60)]
    """Short enough for a button; unique, so that a choice between units can be made by it."""
    kind: QuestionKind
    topic: Slug
    """The procedure or subject, for example can-cuoc.cap-doi: follow-up questions stay within it."""
    related: tuple[Slug, ...] = Field(default=(), max_length=4)
    """Units offered as buttons: the likely next questions."""
    versions: tuple[AnswerVersion, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _versions_apart(self) -> Self:
        check_spans_apart(self.id, self.versions)
        return self

    @property
    def is_about_scams(self) -> bool:
        """Tell whether it warns of a scam (lừa đảo), which its id says."""
        return "lua-dao" in self.id.split(".")

    def version_on(self, day: date) -> AnswerVersion | None:
        """Return what the unit says on a day, None where it is not in force."""
        return next((version for version in self.versions if version.holds_on(day)), None)


class PhrasingSet(Record):
    """How citizens ask for one unit or skill (cách hỏi). `id`: the unit, or a name such as skill.reminders."""

    id: Slug
    texts: tuple[Annotated[str, StringConstraints(min_length=1, max_length=300)], ...] = ()


ReminderText = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=FIRST_SCREEN_CHARACTERS)
]


class ReminderTexts(Record):
    """What citizens read when they open a reminder (lời nhắc). `id`, `title`: of its rule in data/reminders.

    What stands in braces is filled in when it is sent: bot/content/reminder_texts.py says what there is.
    """

    id: Slug
    title: str
    details: ReminderText
    """Before the day, and on it."""
    details_past: ReminderText
    """After it."""
