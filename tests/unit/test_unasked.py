"""An ID number that nobody asked for is noticed; other numbers of twelve figures are left alone."""

from __future__ import annotations

import pytest

from bot.conversation.unasked import has_id_number


@pytest.mark.parametrize("text", ["001085001234", "cccd cua toi la 001085001234", "số 001 085 001 234 nhé"])
def test_an_id_number_is_noticed(text: str) -> None:
    assert has_id_number(text)


@pytest.mark.parametrize(
    "text",
    [
        "H12.34.56-261102-7777",
        "ho so h12.34.56 261102 7777 toi dau",
        "hồ sơ H01.01.08-261102-0001",
        "stk 001085001234",
        "0912345678",
    ],
)
def test_other_numbers_are_left_alone(text: str) -> None:
    assert not has_id_number(text)
