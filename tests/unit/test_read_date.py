"""Dates as people type them."""

from __future__ import annotations

from datetime import date

import pytest

from bot.skills.dates import DateProblem, read_date


@pytest.mark.parametrize(
    "text",
    [
        "5/3/1985",
        "05/03/1985",
        "05-03-1985",
        "5.3.1985",
        "5.3.1985.",
        "5 3 1985",
        "5 / 3 / 1985",
        "05031985",
        "1985-03-05",
        "ngày 5 tháng 3 năm 1985",
        "ngay 5 thang 3 nam 1985",
        "Ngày 05 tháng 03 năm 1985",
        "mùng 5 tháng ba năm 1985",
        "5 tháng 3, 1985",
        "tôi sinh 5/3/1985 nhé",
        "５/３/１９８５",
    ],
)
def test_one_date_in_many_forms(text: str) -> None:
    assert read_date(text) == date(1985, 3, 5)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", DateProblem.MISSING),
        ("1985", DateProblem.MISSING),
        ("5/3", DateProblem.MISSING),
        ("tháng 3 năm 1985", DateProblem.MISSING),
        ("001085012345", DateProblem.MISSING),
        ("không nhớ", DateProblem.MISSING),
        ("5.3.85", DateProblem.SHORT_YEAR),
        ("5/3/85", DateProblem.SHORT_YEAR),
        ("5 tháng 3 năm 85", DateProblem.SHORT_YEAR),
        ("31/2/1985", DateProblem.IMPOSSIBLE),
        ("29/2/1985", DateProblem.IMPOSSIBLE),
        ("0/3/1985", DateProblem.IMPOSSIBLE),
        ("5/13/1985", DateProblem.IMPOSSIBLE),
        ("5/3/0985", DateProblem.IMPOSSIBLE),
        ("5/3/1985 20/4/2021", DateProblem.SEVERAL),
        ("sinh 5/3/1985, cấp ngày 20 tháng 4 năm 2021", DateProblem.SEVERAL),
    ],
)
def test_what_cannot_be_taken_is_named(text: str, problem: DateProblem) -> None:
    assert read_date(text) is problem


def test_29_february_of_a_leap_year() -> None:
    assert read_date("29/02/1984") == date(1984, 2, 29)
