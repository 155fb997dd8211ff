"""When staff are there to answer (giờ trực): hours of a working day, in Hanoi time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from bot.clock import HANOI
from bot.domain.working_days import WorkingCalendar, YearUnknown

_SATURDAY = 5
_LOOK_AHEAD_DAYS = 30


class HoursUnreadable(ValueError):
    """Hours are not of the form "07:30-11:30", or end before they begin."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """From one time of the day to another."""

    start: time
    end: time

    def __str__(self) -> str:
        return f"{self.start:%H:%M}-{self.end:%H:%M}"


def read_span(written: str) -> Span:
    """Return the hours that were written as "07:30-11:30".

    Raises:
        HoursUnreadable: they are written in another way.
    """
    first, _, last = written.replace("–", "-").partition("-")
    try:
        span = Span(*(datetime.strptime(each.strip(), "%H:%M").time() for each in (first, last)))  # noqa: DTZ007
    except ValueError as error:
        raise HoursUnreadable(written) from error
    if span.start >= span.end:
        raise HoursUnreadable(written)
    return span


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyHours:
    """The hours of every working day."""

    spans: Sequence[Span]
    calendar: WorkingCalendar

    def is_open(self, now: datetime) -> bool:
        """Tell whether staff are there at a moment."""
        local = now.astimezone(HANOI)
        return self._is_worked(local.date()) and any(span.start <= local.time() < span.end for span in self.spans)

    def find_opening(self, now: datetime) -> datetime | None:
        """Return when staff are there next, the moment itself where they are; None where that is not known."""
        if self.is_open(now):
            return now
        today = now.astimezone(HANOI).date()
        for ahead in range(_LOOK_AHEAD_DAYS):
            day = today + timedelta(days=ahead)
            if self._is_worked(day):
                starts = (datetime.combine(day, span.start, HANOI) for span in sorted(self.spans))
                opening = next((start for start in starts if start >= now), None)
                if opening is not None:
                    return opening
        return None

    def _is_worked(self, day: date) -> bool:
        try:
            return self.calendar.is_working_day(day)
        except YearUnknown:
            return day.weekday() < _SATURDAY
