"""Builds the calendar of working days: the library's holidays, and what data/calendar adds to them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import chain
from pathlib import Path

import holidays
from pydantic import BaseModel, ConfigDict, ValidationError

from bot.domain.working_days import WorkingCalendar
from bot.yaml_files import read_yaml

_SATURDAY = 5


class CalendarInvalid(ValueError):
    """The file of working days does not fit its schema, or contradicts itself."""


class _DayOff(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    day: date
    name: str


class CalendarYear(BaseModel):
    """One year of data/calendar/working-days.yml."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    year: int
    confirmed: bool
    """Whether every day off of the year was officially announced and looked up."""
    checked_on: date
    source: str
    note: str = ""
    days_off: tuple[_DayOff, ...]
    working_weekends: tuple[date, ...]
    not_off: tuple[date, ...] = ()
    """Days that the library takes for days off, and that are none: the notice of the year chose others."""


def load_years(path: Path) -> list[CalendarYear]:
    """Return the years of the file.

    Raises:
        CalendarInvalid: it does not fit the schema, or a day stands where it cannot be.
    """
    try:
        years = [CalendarYear.model_validate(each) for each in read_yaml(path)["years"]]
    except (ValidationError, KeyError, TypeError) as error:
        raise CalendarInvalid(str(error)) from error
    wrong = [*_find_repeated(years), *chain.from_iterable(map(_find_wrong_days, years))]
    if wrong:
        raise CalendarInvalid("; ".join(wrong))
    return years


def load_calendar(path: Path) -> WorkingCalendar:
    """Return the working days of the years in the file.

    Raises:
        CalendarInvalid: see `load_years`.
    """
    years = load_years(path)
    numbers = frozenset(each.year for each in years)
    known = holidays.country_holidays("VN", years=numbers, language="vi")
    # A swap at the turn of the year names a day of the year before.
    named = {day: name for day, name in known.items() if day.year in numbers}
    working = {day for day in known.weekend_workdays if day.year in numbers}
    for each in years:
        named |= {off.day: off.name for off in each.days_off}
        working |= set(each.working_weekends)
    worked = working | set(chain.from_iterable(each.not_off for each in years))
    return WorkingCalendar(
        holidays={day: name for day, name in named.items() if day not in worked},
        working_weekends=frozenset(working),
        years=numbers,
    )


def _find_repeated(years: list[CalendarYear]) -> Iterator[str]:
    numbers = [each.year for each in years]
    yield from (f"{number} is there twice" for number in sorted({n for n in numbers if numbers.count(n) > 1}))


def _find_wrong_days(year: CalendarYear) -> Iterator[str]:
    """Give what is wrong with the days of a year: each slip would move deadlines without a sign."""
    off = {each.day for each in year.days_off}
    for day in (*off, *year.working_weekends, *year.not_off):
        if day.year != year.year:
            yield f"{day} is not in {year.year}"
    for day in year.working_weekends:
        if day.weekday() < _SATURDAY:
            yield f"{day} is no weekend, so it is worked anyway"
    for day in sorted(off & {*year.working_weekends, *year.not_off}):
        yield f"{day} is both off and worked"
