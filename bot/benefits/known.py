"""What is known of a person: for each fact, everything it may still be.

An answer narrows what is possible: "sinh năm 1952" leaves 366 days, "chưa xác định mức độ" three levels. A fact
that nobody asked about may be anything. So "not known" needs no case of its own anywhere else.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

_YEAR = re.compile(r"(19|20)\d{2}")


@dataclass(frozen=True, slots=True)
class Born:
    """A birth date between two days, both included; one day where it is known exactly."""

    first: date
    last: date

    @classmethod
    def in_year(cls, year: int) -> Born:
        """Return a birth date of which only the year is known."""
        return cls(date(year, 1, 1), date(year, 12, 31))


Possible = Born | frozenset[str]
Known = Mapping[str, Possible]
"""By fact. Choices stand by their ids; a fact that is left out may be anything."""


def read_born(text: str) -> Born:
    """Return what "1952" or "1952-03-14" says.

    Raises:
        ValueError: it is neither.
    """
    if _YEAR.fullmatch(text):
        return Born.in_year(int(text))
    day = date.fromisoformat(text)
    return Born(day, day)
