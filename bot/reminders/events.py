"""What a reminder is about, and on which day it falls: from a person's dates, or from the calendar."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache
from typing import Annotated, Literal, assert_never

import holidays
from pydantic import BaseModel, ConfigDict, Field, model_validator

from bot.domain.citation import LegalSource
from bot.reminders.card_exchange import exchange_due_on

BIRTH = "birth"
ISSUED = "issued"
"""The names of the two dates of a card among the facts of a subscription."""
_TET = "Tết Nguyên Đán"


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class OldCards(_Record):
    """What is said in addition about cards issued before a day."""

    issued_before: date
    text: str
    sources: tuple[LegalSource, ...]


class CardTexts(_Record):
    """What the computation says; `{event_on}`, `{age}`, `{grace_years}` and `{last_free_age}` are filled in."""

    due: str
    overdue: str
    no_expiry: str
    printed_wins: str


class CardExchange(_Record):
    """The day a card must be exchanged by age. `ages`: in years, rising."""

    kind: Literal["card-exchange"]
    ages: tuple[int, ...] = Field(min_length=1)
    grace_years: int = Field(ge=0)
    old_cards: OldCards
    texts: CardTexts

    @model_validator(mode="after")
    def _ages_rise(self) -> CardExchange:
        if list(self.ages) != sorted(set(self.ages)):
            raise ValueError("ages must rise")
        return self


class GivenDay(_Record):
    """A day that the citizen gives, or so long after it. `ask`: the question for it, None where it is computed."""

    kind: Literal["given-day"]
    fact: str
    after: timedelta = timedelta()
    ask: str | None = None
    may_be_past: bool = False
    """Whether the given day itself may lie behind: a birth, the day a card was fetched."""


class Yearly(_Record):
    """The same day every year."""

    kind: Literal["yearly"]
    month: int = Field(ge=1, le=12)
    day: int = Field(ge=1, le=31)


class Tet(_Record):
    """The first day of the lunar year (mùng một Tết)."""

    kind: Literal["tet"]


AnyEvent = CardExchange | GivenDay | Yearly | Tet
Event = Annotated[AnyEvent, Field(discriminator="kind")]


def find_event(event: AnyEvent, facts: Mapping[str, date], today: date) -> date | None:
    """Return the day of an event for a person: of one that comes again, the next from today on.

    None where there never is one. Raises IssuedBeforeBirth as exchange_due_on does.
    """
    match event:
        case CardExchange():
            return exchange_due_on(facts[BIRTH], facts[ISSUED], event.ages, event.grace_years)
        case GivenDay():
            return facts[event.fact] + event.after
        case Yearly():
            this_year = date(today.year, event.month, event.day)
            return this_year if this_year >= today else date(today.year + 1, event.month, event.day)
        case Tet():
            this_year = find_tet(today.year)
            return this_year if this_year >= today else find_tet(today.year + 1)
        case _:
            assert_never(event)


@cache
def find_tet(year: int) -> date:
    """Return the first day of the lunar year that begins in a year."""
    known = holidays.country_holidays("VN", years=year, language="vi", observed=False)
    return next(day for day, name in known.items() if _TET in name.split("; "))
