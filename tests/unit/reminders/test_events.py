"""On which day an event falls: every year, at Tết, so long after a day; and how far ahead rows are written."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from bot.clock import hanoi_date
from bot.reminders.due import HORIZON, plan_ahead
from bot.reminders.events import Yearly, find_event, find_tet
from bot.reminders.rules import load_rules
from bot.settings import DATA

RULES = load_rules(DATA / "reminders")


def at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 3, tzinfo=UTC)


@pytest.mark.parametrize(
    ("year", "day"),
    [(2025, date(2025, 1, 29)), (2026, date(2026, 2, 17)), (2027, date(2027, 2, 6)), (2028, date(2028, 1, 26))],
)
def test_tet(year: int, day: date) -> None:
    assert find_tet(year) == day


def test_tet_2027_is_reminded_of_a_month_and_two_weeks_before() -> None:
    ahead = plan_ahead(RULES["tet-support"], {}, now=at(date(2026, 11, 24)))
    assert [hanoi_date(moment.due_at) for moment in ahead.moments] == [date(2027, 1, 7), date(2027, 1, 22)]
    assert ahead.next_look_on == date(2027, 2, 7)
    # On the day itself it is still this Tết, on the next day the Tết of next year.
    assert plan_ahead(RULES["tet-support"], {}, now=at(date(2027, 2, 6))).event_on == date(2027, 2, 6)
    assert plan_ahead(RULES["tet-support"], {}, now=at(date(2027, 2, 7))).event_on == date(2028, 1, 26)


def test_what_comes_every_year_comes_again_on_the_day_after() -> None:
    event = Yearly(kind="yearly", month=9, day=1)
    assert find_event(event, {}, date(2026, 9, 1)) == date(2026, 9, 1)
    assert find_event(event, {}, date(2026, 9, 2)) == date(2027, 9, 1)


def test_birth_is_registered_within_sixty_days_across_29_february() -> None:
    rule = RULES["birth-registration"]
    ahead = plan_ahead(rule, {"born_on": date(2024, 1, 1)}, now=at(date(2024, 1, 2)))
    assert ahead.event_on == date(2024, 3, 1)
    assert [hanoi_date(each.due_at) for each in ahead.moments] == [
        date(2024, 1, 31),
        date(2024, 2, 23),
        date(2024, 2, 29),
    ]


def test_a_card_of_someone_born_on_29_february_is_due_on_1_march() -> None:
    facts = {"birth": date(2012, 2, 29), "issued": date(2023, 5, 1)}
    assert plan_ahead(RULES["card-exchange"], facts, now=at(date(2025, 6, 1))).event_on == date(2026, 3, 1)


def test_rows_are_written_within_a_year_and_looked_for_again_when_more_comes_within() -> None:
    rule = RULES["card-exchange"]
    facts = {"birth": date(1990, 5, 10), "issued": date(2020, 1, 1)}  # due on 10/05/2030
    today = date(2026, 11, 24)
    ahead = plan_ahead(rule, facts, now=at(today))
    assert list(ahead.moments) == []
    assert ahead.next_look_on == date(2030, 5, 10) - timedelta(days=30) - HORIZON
    again = plan_ahead(rule, facts, now=at(ahead.next_look_on))
    assert len(again.moments) == 1
    assert again.next_look_on is not None
    assert again.next_look_on > ahead.next_look_on


def test_a_rule_that_is_not_in_force_plans_nothing() -> None:
    rule = RULES["birth-registration"]
    assert plan_ahead(rule, {"born_on": date(2027, 2, 20)}, now=at(date(2027, 3, 1))).moments == ()


def test_only_what_decides_who_and_when_is_in_the_version() -> None:
    rule = RULES["household-review"]
    texts = rule.texts.model_copy(update={"details": "other"})
    assert rule.model_copy(update={"texts": texts}).version == rule.version
    assert rule.model_copy(update={"offsets": (timedelta(days=2),)}).version != rule.version
