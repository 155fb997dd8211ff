"""The code on a message: made at random, found as people type it."""

from __future__ import annotations

import pytest

from bot.domain.notice_code import find_notice_code, make_notice_code


def test_codes_differ_and_are_found_again() -> None:
    codes = {make_notice_code() for _ in range(1_000)}
    assert len(codes) == 1_000
    assert all(find_notice_code(f"tin có mã {code}, thật không") == code for code in codes)


@pytest.mark.parametrize("typed", ["06-7kq4-x2mb", "06 7KQ4 X2MB", "067KQ4X2MB", "(06.7KQ4.X2MB)"])
def test_found_as_typed(typed: str) -> None:
    assert find_notice_code(typed) == "06-7KQ4-X2MB"


@pytest.mark.parametrize("text", ["", "0671234567890", "06-7KQ4", "06-0000-0000", "06 đường 7KQ4", "x067KQ4X2MB"])
def test_other_things_are_no_codes(text: str) -> None:
    assert find_notice_code(text) is None
