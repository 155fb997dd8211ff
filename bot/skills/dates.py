"""Reads a date as people type it, and says what is wrong with one that cannot be taken."""

from __future__ import annotations

import re
from datetime import date
from enum import StrEnum

from vietnamese.normalise import fold, normalise

FIRST_YEAR = 1900


class DateProblem(StrEnum):
    """Why a text gave no date."""

    MISSING = "missing"
    """There is no full date in it."""
    SEVERAL = "several"
    """There are several dates."""
    SHORT_YEAR = "short-year"
    """The year has two digits, so it could be one of two centuries."""
    IMPOSSIBLE = "impossible"
    """There is no such day."""


_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            ("mot",),
            ("hai",),
            ("ba",),
            ("tu", "bon"),
            ("nam",),
            ("sau",),
            ("bay",),
            ("tam",),
            ("chin",),
            ("muoi",),
            ("muoi mot",),
            ("muoi hai",),
        ),
        start=1,
    )
    for name in names
}
_MONTH_NAMES = "|".join(sorted(_MONTHS, key=len, reverse=True))
_SEPARATOR = r"\s*[/.,\-\s]\s*"
_DATE = re.compile(
    rf"""(?<!\d)(?:
        (?P<iso_year>\d{{4}})[/.\-](?P<iso_month>\d{{1,2}})[/.\-](?P<iso_day>\d{{1,2}})
        | (?P<day>\d{{1,2}})
          (?:{_SEPARATOR}(?P<month>\d{{1,2}}){_SEPARATOR}
            | \s*(?:thang|thg|t)\.?\s*(?P<word_month>\d{{1,2}}|{_MONTH_NAMES})\b\s*(?:nam\b|[/.,\-])?\s*)
          (?P<year>\d{{4}}|\d{{2}})
        | (?P<run_day>\d{{2}})(?P<run_month>\d{{2}})(?P<run_year>(?:19|20)\d{{2}})
    )(?!\d)""",
    re.VERBOSE,
)


def read_date(text: str) -> date | DateProblem:
    """Return the one date of a text, day before month; otherwise what is wrong.

    Taken: 5/3/1985, 05-03-1985, 5.3.1985, 5 3 1985, 05031985, 1985-03-05, "ngày 5 tháng 3 năm 1985".
    """
    found = list(_DATE.finditer(fold(normalise(text))))
    if not found:
        return DateProblem.MISSING
    if len(found) > 1:
        return DateProblem.SEVERAL
    part = found[0].groupdict()
    year = part["year"] or part["iso_year"] or part["run_year"]
    month = part["month"] or part["word_month"] or part["iso_month"] or part["run_month"]
    day = part["day"] or part["iso_day"] or part["run_day"]
    if len(year) == 2:
        return DateProblem.SHORT_YEAR
    try:
        read = date(int(year), _MONTHS.get(month) or int(month), int(day))
    except ValueError:
        return DateProblem.IMPOSSIBLE
    return read if read.year >= FIRST_YEAR else DateProblem.IMPOSSIBLE
