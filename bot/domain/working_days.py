"""Working days (ngày làm việc) of state offices, and how a promised day stands to today."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

_ONE_DAY = timedelta(days=1)
_SATURDAY = 5


class YearUnknown(LookupError):
    """The days off of a year are not known yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkingCalendar:
    """Which days offices work. `holidays`: days off with their names; ordinary weekends need not be named."""

    holidays: Mapping[date, str]
    working_weekends: frozenset[date]
    """Saturdays and Sundays worked in exchange for another day."""
    years: frozenset[int]

    def is_working_day(self, day: date) -> bool:
        """Tell whether offices work on a day.

        Raises:
            YearUnknown: nobody knows yet.
        """
        if day.year not in self.years:
            raise YearUnknown(day.year)
        if day in self.working_weekends:
            return True
        return day.weekday() < _SATURDAY and day not in self.holidays

    def count_working_days(self, after: date, until: date) -> int:
        """Return how many working days come after a day, up to and with another; 0 where that is not later.

        Raises:
            YearUnknown: one of them is in a year that nobody knows yet.
        """
        days = (after + _ONE_DAY * each for each in range(1, (until - after).days + 1))
        return sum(self.is_working_day(day) for day in days)

    def add_working_days(self, day: date, count: int) -> date:
        """Return the working day that comes so many working days after a day; the day itself for 0.

        Raises:
            YearUnknown: it would be in a year that nobody knows yet.
        """
        while count > 0:
            day += _ONE_DAY
            count -= self.is_working_day(day)
        return day


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """How many days are left until a promised day; negative: so many too late."""

    days: int
    in_working_days: bool
    """False where every day is counted: the days off between are not known, or there are only days off."""


def describe_deadline(promised_on: date, *, today: date, calendar: WorkingCalendar) -> Deadline:
    """Return how a promised day stands to today."""
    early, late = sorted((promised_on, today))
    sign = 1 if promised_on >= today else -1
    try:
        days = sign * calendar.count_working_days(early, late)
    except YearUnknown:
        days = 0
    # No working day between and still another day: promised for Friday, asked on Sunday. "Today" would be wrong.
    if days == 0 and promised_on != today:
        return Deadline(days=(promised_on - today).days, in_working_days=False)
    return Deadline(days=days, in_working_days=True)
