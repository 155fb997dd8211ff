"""Builds the calendar of working days: the library's holidays, and what data/calendar adds to them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import holidays
import yaml
from pydantic import BaseModel, ConfigDict

from bot.domain.working_days import WorkingCalendar


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


def load_years(path: Path) -> list[CalendarYear]:
    """Return the years of the file."""
    return [CalendarYear.model_validate(each) for each in yaml.safe_load(path.read_text())["years"]]


def load_calendar(path: Path) -> WorkingCalendar:
    """Return the working days of the years in the file."""
    years = load_years(path)
    known = holidays.country_holidays("VN", years=[each.year for each in years], language="vi")
    named = dict(known.items())
    working = {day for day in known.weekend_workdays if day.year in {each.year for each in years}}
    for each in years:
        named |= {off.day: off.name for off in each.days_off}
        working |= set(each.working_weekends)
    return WorkingCalendar(
        holidays={day: name for day, name in named.items() if day not in working},
        working_weekends=frozenset(working),
        years=frozenset(each.year for each in years),
    )
