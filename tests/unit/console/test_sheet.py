"""A long list is read a sheet at a time, and no address leads past its end."""

from __future__ import annotations

import pytest

from bot.console.sheet import ROWS, turn_to

LIST = range(2 * ROWS + 1)


@pytest.mark.parametrize(
    ("asked", "number", "first"),
    [("", 1, 0), ("1", 1, 0), ("2", 2, ROWS), ("3", 3, 2 * ROWS), ("999", 3, 2 * ROWS), ("-1", 1, 0), ("x", 1, 0)],
)
def test_the_nearest_sheet_is_shown(asked: str, number: int, first: int) -> None:
    sheet = turn_to(LIST, asked)
    assert (sheet.number, sheet.last, sheet.count) == (number, 3, len(LIST))
    assert sheet.rows[0] == first


def test_an_empty_list_is_one_sheet() -> None:
    sheet = turn_to((), "2")
    assert (list(sheet.rows), sheet.number, sheet.last) == ([], 1, 1)
