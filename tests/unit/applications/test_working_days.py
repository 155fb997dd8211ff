"""Working days: the official days off of 2024 to 2027, and what must hold on any day."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from bot.applications.calendar import CalendarInvalid, load_calendar, load_years
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


@pytest.mark.parametrize(
    ("year", "off"),
    [
        (2024, "01-01 02-08 02-09 02-12 02-13 02-14 04-18 04-29 04-30 05-01 09-02 09-03"),
        (2025, "01-01 01-27 01-28 01-29 01-30 01-31 04-07 04-30 05-01 05-02 09-01 09-02"),
        (2026, "01-01 01-02 02-16 02-17 02-18 02-19 02-20 04-27 04-30 05-01 08-31 09-01 09-02 11-24"),
        # Not announced; what the law leaves to no notice is among them.
        (2027, "01-01 02-04 02-05 02-08 02-09 02-10 04-16 04-30 05-03 09-02 09-03 11-24"),
    ],
)
def test_these_weekdays_are_off_and_no_other(year: int, off: str) -> None:
    """From the notices named in the file, written down by hand."""
    found = [
        day
        for day in _days(f"{year}-01-01", f"{year}-12-31")
        if day.weekday() < 5 and not CALENDAR.is_working_day(day)
    ]
    assert [f"{day:%m-%d}" for day in found] == off.split()


def test_no_other_weekend_is_worked() -> None:
    worked = {date(2024, 5, 4), date(2025, 4, 26), date(2026, 1, 10), date(2026, 8, 22)}
    weekends = (day for day in _days("2024-01-01", "2027-12-31") if day.weekday() >= 5)
    assert {day for day in weekends if CALENDAR.is_working_day(day)} == worked


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


@given(day=DAYS, counts=st.tuples(st.integers(0, 40), st.integers(0, 40)))
def test_more_days_never_end_earlier(day: date, counts: tuple[int, int]) -> None:
    fewer, more = sorted(counts)
    assert CALENDAR.add_working_days(day, fewer) <= CALENDAR.add_working_days(day, more)
    halfway = CALENDAR.add_working_days(day, fewer)
    assert CALENDAR.add_working_days(halfway, more) == CALENDAR.add_working_days(day, fewer + more)


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
        ("2026-11-24", Deadline(days=1, in_working_days=False)),  # promised for a day off: not "today"
    ],
)
def test_a_promised_day_stands_so_to_the_23rd_of_november(promised: str, expected: Deadline) -> None:
    assert describe_deadline(date.fromisoformat(promised), today=date(2026, 11, 23), calendar=CALENDAR) == expected


@pytest.mark.parametrize(
    ("promised", "today", "days"),
    [
        ("2026-11-20", "2026-11-21", -1),  # a Friday, asked on Saturday
        ("2026-11-20", "2026-11-22", -2),
        ("2026-11-28", "2026-11-27", 1),  # a Saturday, asked on Friday
        ("2026-02-13", "2026-02-20", -7),  # before Tết, asked within it
    ],
)
def test_with_only_days_off_between_every_day_is_counted(promised: str, today: str, days: int) -> None:
    found = describe_deadline(date.fromisoformat(promised), today=date.fromisoformat(today), calendar=CALENDAR)
    assert found == Deadline(days=days, in_working_days=False)


@given(promised=st.dates(date(2023, 6, 1), date(2028, 6, 1)), today=st.dates(date(2023, 6, 1), date(2028, 6, 1)))
def test_only_the_promised_day_itself_is_today(promised: date, today: date) -> None:
    found = describe_deadline(promised, today=today, calendar=CALENDAR)
    assert (found.days > 0) == (promised > today)
    assert (found.days < 0) == (promised < today)


def _write(path: Path, **changed: object) -> Path:
    year = {"year": 2027, "confirmed": False, "checked_on": date(2026, 11, 24), "source": "x", "days_off": []}
    path.write_text(yaml.safe_dump({"years": [year | {"working_weekends": []} | changed]}))
    return path


def test_a_notice_can_take_days_off_back(tmp_path: Path) -> None:
    """Tết of 2027 as a notice might have it: from the 5th to the 11th, with Saturday the 20th worked."""
    calendar = load_calendar(
        _write(
            tmp_path / "days.yml",
            days_off=[{"day": date(2027, 2, 11), "name": "Tết"}],
            not_off=[date(2027, 2, 4)],
            working_weekends=[date(2027, 2, 20)],
        )
    )
    assert [calendar.is_working_day(date(2027, 2, day)) for day in (4, 5, 11, 20)] == [True, False, False, True]


@pytest.mark.parametrize(
    "changed",
    [
        {"working_weekends": [date(2027, 2, 19)]},  # a Friday
        {"working_weekends": [date(2026, 2, 21)]},  # another year
        {"days_off": [{"day": date(2027, 2, 11), "name": "x"}], "not_off": [date(2027, 2, 11)]},
        {"unknown": 1},
        {"year": None},
    ],
)
def test_a_file_that_contradicts_itself_is_refused(tmp_path: Path, changed: dict[str, object]) -> None:
    with pytest.raises(CalendarInvalid):
        load_calendar(_write(tmp_path / "days.yml", **changed))


def test_every_year_has_a_source_and_the_unconfirmed_say_why() -> None:
    for year in load_years(DATA / "calendar" / "working-days.yml"):
        assert year.source
        assert year.confirmed or year.note
