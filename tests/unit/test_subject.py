"""What a question is about, beside what is asked of it, for whom, and what happened."""

from __future__ import annotations

import pytest

from bot.understanding.subject import find_subject
from vietnamese.normalise import fold, tokens


@pytest.mark.parametrize(
    ("text", "words", "concepts"),
    [
        ("em bị mất sim làm lại ở đâu", ["sim"], ["sim"]),
        ("lệ phí làm hộ chiếu", ["chieu"], ["passport"]),
        ("mất bao lâu", [], []),
        ("cho con 5 tuổi thì sao", [], []),
        ("mất thẻ thì làm sao", ["the"], []),
    ],
)
def test_subject(text: str, words: list[str], concepts: list[str]) -> None:
    found, meant = find_subject(tokens(fold(text)))
    assert meant == concepts
    assert set(words) <= set(found)


def test_what_is_asked_and_what_happened_is_no_subject() -> None:
    found, _ = find_subject(tokens(fold("bị mất thì làm lại ở đâu hết bao nhiêu tiền")))
    assert found == []
