"""A benefit programme (chế độ) as data: who, how much, from when, by which article. data/benefits/ holds them."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from bot.benefits.criteria import Criteria
from bot.content.schema import Dated, Record, Slug, Source, check_spans_apart

Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(?:-[a-z0-9]+)*$", max_length=40)]


class Per(StrEnum):
    """How often an amount is paid."""

    MONTH = "month"
    CHILD_MONTH = "child-month"
    ONCE = "once"
    HOUSEHOLD = "household"


class Amount(Record):
    """How much. An amount of money is a parameter, or one multiplied by a coefficient; else words say it.

    `of`: the parameter in đồng. `times`: a coefficient, or the parameter that holds it. `at_least`: the law sets
    the least, an office may give more. `say`: words, with `{{parameters}}`. `unknown`: why no amount is told.
    """

    of: Slug | None = None
    times: Slug | float | None = None
    per: Per | None = None
    at_least: bool = False
    say: str | None = None
    unknown: str | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if sum(each is not None for each in (self.of, self.say, self.unknown)) != 1:
            raise ValueError("exactly one of: of, say, unknown")
        if (self.of is None) != (self.per is None) or (self.times is not None and self.of is None):
            raise ValueError("an amount of money needs of and per")
        return self


class ProgrammeVersion(Dated):
    """What holds over a span of days.

    `office_decides`: the criteria make it possible and an office decides each case, so nobody is told "you are
    entitled". `note`: what a person must know beside it.
    """

    when: Criteria
    amount: Amount
    office_decides: bool = False
    note: str | None = None
    sources: tuple[Source, ...] = Field(min_length=1)
    checked_on: date


class Example(Record):
    """A worked example: what is known of a person, as the interview keeps it, and what must come out on a day."""

    day: date
    known: dict[str, str | int | date]
    verdict: str
    amount: int | None = None


class Programme(Record):
    """One programme.

    `group`: of those of one group only the highest is paid. `adds_to`: programmes of its group that are paid
    beside it all the same. `covered_by`: a programme that leaves nothing to this one. `short`: its button.
    `unit`: the answer that says how to apply. `ends`: what ends it.
    """

    id: Name
    title: str
    short: str = Field(max_length=34)
    group: Name | None = None
    adds_to: tuple[Name, ...] = ()
    covered_by: Name | None = None
    unit: Slug
    ends: str | None = None
    versions: tuple[ProgrammeVersion, ...] = Field(min_length=1)
    examples: tuple[Example, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _spans_apart(self) -> Self:
        check_spans_apart(self.id, self.versions)
        return self

    def find_version(self, day: date) -> ProgrammeVersion | None:
        """Return what holds on a day, None where nothing does."""
        return next((each for each in self.versions if each.holds_on(day)), None)
