"""An answer is named by id, by title, or by a few of its words."""

from __future__ import annotations

import pytest

from bot.console.choice import choose_answer, find_named

TITLES = {
    "can-cuoc.cap-doi.le-phi": "Lệ phí đổi thẻ căn cước",
    "can-cuoc.cap-lai.le-phi": "Lệ phí cấp lại thẻ căn cước",
    "vneid.la-gi": "VNeID là gì",
}


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("vneid.la-gi", "vneid.la-gi"),
        ("Lệ phí đổi thẻ căn cước", "can-cuoc.cap-doi.le-phi"),
        ("  le phi DOI the can cuoc ", "can-cuoc.cap-doi.le-phi"),
        ("phí cấp lại", "can-cuoc.cap-lai.le-phi"),
        ("lệ phí", "lệ phí"),  # two fit: nothing is guessed
        ("hộ chiếu", "hộ chiếu"),
        ("", ""),
    ],
)
def test_what_is_clear_is_chosen_and_what_is_not_stays_as_typed(typed: str, meant: str) -> None:
    assert choose_answer(typed, TITLES) == meant


def test_what_else_is_said_is_looked_into() -> None:
    assert find_named("thu phí", {"tt-73": "Thông tư 73/2024"}, also={"tt-73": "Mức thu lệ phí"}) == ["tt-73"]
    assert find_named("thông tư", {"a": "Thông tư 1", "b": "Thông tư 2"}) == ["a", "b"]
