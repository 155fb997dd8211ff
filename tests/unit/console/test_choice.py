"""An answer is named by id, or by title; few words only tell what may be meant."""

from __future__ import annotations

import pytest

from bot.console.choice import AnswerUnclear, choose_answer, find_named

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
    ],
)
def test_an_answer_goes_by_its_title_or_id(typed: str, meant: str) -> None:
    assert choose_answer(typed, TITLES) == meant


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("phí cấp lại", "“phí cấp lại” chưa rõ là câu nào: “Lệ phí cấp lại thẻ căn cước”. Chọn đúng một tên."),
        ("lệ phí", "“Lệ phí đổi thẻ căn cước”; “Lệ phí cấp lại thẻ căn cước”. Chọn"),
        ("hộ chiếu", "Không câu trả lời đang dùng nào có tên như “hộ chiếu”"),
    ],
)
def test_nothing_is_guessed_and_what_may_be_meant_is_told(typed: str, said: str) -> None:
    with pytest.raises(AnswerUnclear) as unclear:
        choose_answer(typed, TITLES)
    assert said in str(unclear.value)


def test_what_else_is_said_is_looked_into() -> None:
    assert find_named("thu phí", {"tt-73": "Thông tư 73/2024"}, also={"tt-73": "Mức thu lệ phí"}) == ["tt-73"]
    assert find_named("thông tư", {"a": "Thông tư 1", "b": "Thông tư 2"}) == ["a", "b"]
