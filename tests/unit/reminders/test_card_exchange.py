"""When a card must be exchanged, on both sides of every edge."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from bot.domain.ages import age_on, birthday
from bot.reminders.card_exchange import IssuedBeforeBirth, exchange_due_on
from bot.reminders.rules import load_rules
from bot.settings import PROJECT_ROOT

RULE = load_rules(PROJECT_ROOT / "data" / "reminders")["card-exchange"]
DAY = timedelta(days=1)


def due(birth: date, issued: date) -> date | None:
    return exchange_due_on(birth, issued, RULE.event.ages, RULE.event.grace_years)


@pytest.mark.parametrize(
    ("birth", "issued", "expected"),
    [  # the worked examples of the knowledge base
        (date(2001, 5, 10), date(2021, 3, 1), date(2026, 5, 10)),
        (date(2003, 6, 1), date(2026, 6, 2), date(2043, 6, 1)),
        (date(2003, 6, 1), date(2025, 5, 31), date(2028, 6, 1)),
        (date(1966, 12, 1), date(2021, 1, 1), date(2026, 12, 1)),
        (date(1968, 11, 1), date(2026, 11, 23), None),
        (date(1950, 1, 1), date(2022, 1, 1), None),
        (date(2013, 2, 1), date(2026, 11, 23), date(2038, 2, 1)),
        (date(2020, 1, 1), date(2026, 11, 23), date(2034, 1, 1)),
        (date(2001, 11, 23), date(2026, 11, 23), date(2041, 11, 23)),
        (date(1986, 3, 3), date(2024, 3, 3), date(2046, 3, 3)),
    ],
)
def test_worked_examples(birth: date, issued: date, expected: date | None) -> None:
    assert due(birth, issued) == expected


@pytest.mark.parametrize(("age", "following"), [(14, 25), (25, 40), (40, 60), (60, None)])
@pytest.mark.parametrize("birth", [date(1985, 3, 5), date(1984, 2, 29), date(2000, 12, 31), date(1990, 1, 1)])
def test_both_sides_of_the_two_years(birth: date, age: int, following: int | None) -> None:
    edge = birthday(birth, age - 2)
    after = birthday(birth, following) if following is not None else None
    assert due(birth, edge - DAY) == birthday(birth, age)
    assert due(birth, edge) == after
    assert due(birth, birthday(birth, age)) == after


def test_born_on_29_february_reaches_an_age_on_1_march_in_a_common_year() -> None:
    birth = date(2004, 2, 29)
    assert due(birth, date(2020, 1, 1)) == date(2029, 3, 1)
    assert due(birth, date(2027, 2, 28)) == date(2029, 3, 1)
    assert due(birth, date(2027, 3, 1)) == date(2044, 2, 29)
    assert age_on(birth, date(2029, 2, 28)) == 24
    assert age_on(birth, date(2029, 3, 1)) == 25
    assert age_on(birth, date(2044, 2, 29)) == 40


def test_issued_before_birth_is_no_card() -> None:
    with pytest.raises(IssuedBeforeBirth):
        due(date(2000, 1, 2), date(2000, 1, 1))
    assert due(date(2000, 1, 1), date(2000, 1, 1)) == date(2014, 1, 1)
