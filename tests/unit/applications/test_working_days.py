"""Working days: the official days off of 2024 to 2027, and what must hold on any day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.applications.calendar import load_calendar, load_years
from bot.domain.working_days import Deadline, YearUnknown, describe_deadline
from bot.settings import DATA

CALENDAR = load_calendar(DATA / "calendar" / "working-days.yml")
DAYS = st.dates(min_value=date(2024, 1, 1), max_value=date(2027, 6, 30))


def _days(first: str, last: str) -> list[date]:
    start, end = date.fromisoformat(first), date.fromisoformat(last)
    return [start + timedelta(days=each) for each in range((end - start).days + 1)]


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("2024-01-01", "2024-01-01"),
        ("2024-02-08", "2024-02-14"),  # Tết Giáp Thìn
        ("2024-04-18", "2024-04-18"),  # Giỗ Tổ
        ("2024-04-27", "2024-05-01"),  # with the swapped 29/4
        ("2024-08-31", "2024-09-03"),
        ("2025-01-01", "2025-01-01"),
        ("2025-01-25", "2025-02-02"),  # Tết Ất Tỵ
        ("2025-04-07", "2025-04-07"),
        ("2025-04-30", "2025-05-04"),  # with the swapped 2/5
        ("2025-08-30", "2025-09-02"),
        ("2026-01-01", "2026-01-04"),  # with the swapped 2/1
        ("2026-02-14", "2026-02-22"),  # Tết Bính Ngọ
        ("2026-04-25", "2026-04-27"),  # Giỗ Tổ on a Sunday: Monday off instead
        ("2026-04-30", "2026-05-03"),
        ("2026-08-29", "2026-09-02"),  # with the swapped 31/8
        ("2026-11-24", "2026-11-24"),  # Ngày Văn hóa Việt Nam
        ("2027-01-01", "2027-01-03"),
        ("2027-02-05", "2027-02-09"),  # Tết Đinh Mùi, first day of the year 6/2
        ("2027-04-16", "2027-04-16"),
        ("2027-09-02", "2027-09-02"),
    ],
)
def test_nobody_works_on_official_days_off(first: str, last: str) -> None:
    assert [day for day in _days(first, last) if CALENDAR.is_working_day(day)] == []


@pytest.mark.parametrize("day", ["2024-05-04", "2025-04-26", "2026-01-10", "2026-08-22"])
def test_swapped_saturdays_are_worked(day: str) -> None:
    assert date.fromisoformat(day).weekday() == 5
    assert CALENDAR.is_working_day(date.fromisoformat(day))


@pytest.mark.parametrize(
    "day", ["2026-01-05", "2026-02-13", "2026-02-23", "2026-04-28", "2026-09-03", "2026-11-23"]
)
def test_the_days_around_them_are_worked(day: str) -> None:
    assert CALENDAR.is_working_day(date.fromisoformat(day))


@given(day=DAYS, count=st.integers(min_value=1, max_value=60))
def test_adding_and_counting_are_inverse(day: date, count: int) -> None:
    end = CALENDAR.add_working_days(day, count)
    assert CALENDAR.is_working_day(end)
    assert CALENDAR.count_working_days(day, end) == count
    assert CALENDAR.count_working_days(day, end - timedelta(days=1)) == count - 1


@given(days=st.lists(DAYS, min_size=3, max_size=3))
def test_counting_adds_up(days: list[date]) -> None:
    first, middle, last = sorted(days)
    assert CALENDAR.count_working_days(first, last) == CALENDAR.count_working_days(
        first, middle
    ) + CALENDAR.count_working_days(middle, last)


def test_a_year_nobody_knows_is_said_to_be_so() -> None:
    with pytest.raises(YearUnknown):
        CALENDAR.is_working_day(date(2028, 1, 3))
    with pytest.raises(YearUnknown):
        CALENDAR.add_working_days(date(2027, 12, 30), 10)


@pytest.mark.parametrize(
    ("promised", "expected"),
    [
        ("2026-11-23", Deadline(days=0, in_working_days=True)),
        ("2026-11-27", Deadline(days=3, in_working_days=True)),  # 24/11 is off
        ("2026-11-20", Deadline(days=-1, in_working_days=True)),  # over a weekend
        ("2026-11-21", Deadline(days=-1, in_working_days=True)),  # promised for a Saturday
        ("2028-01-10", Deadline(days=413, in_working_days=False)),
    ],
)
def test_a_promised_day_stands_so_to_the_23rd_of_november(promised: str, expected: Deadline) -> None:
    assert describe_deadline(date.fromisoformat(promised), today=date(2026, 11, 23), calendar=CALENDAR) == expected


def test_every_year_has_a_source_and_the_unconfirmed_say_why() -> None:
    for year in load_years(DATA / "calendar" / "working-days.yml"):
        assert year.source
        assert year.confirmed or year.note
