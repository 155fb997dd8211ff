"""Who did not understand an answer is told it again; who asks about something is not."""

from __future__ import annotations

import pytest

from bot.understanding.again import asks_again


@pytest.mark.parametrize(
    "text",
    ["là sao", "la sao vay", "không hiểu", "nói rõ hơn đi", "em chưa hiểu lắm, nói lại giúp em", "giải thích"],
)
def test_it_asks_to_be_told_again(text: str) -> None:
    assert asks_again(text)


@pytest.mark.parametrize(
    "text",
    [
        "không hiểu sao vneid báo lỗi",
        "thẻ ghi không rõ ngày sinh",
        "nói lại lệ phí đổi thẻ",
        "ở đâu",
        "cảm ơn",
        "",
    ],
)
def test_it_asks_about_something(text: str) -> None:
    assert not asks_again(text)
