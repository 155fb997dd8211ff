"""A message and the question before it become one question; what a message says by itself."""

from __future__ import annotations

import pytest

from bot.understanding.joining import adds_to_subject, join, names_thing


@pytest.mark.parametrize(
    ("text", "named", "added"),
    [
        ("bao lâu", False, False),
        ("còn lệ phí thì sao", False, False),
        ("cho con", False, True),
        ("bị mất", False, True),
        ("bà nằm liệt", False, True),
        ("còn tạm trú thì sao", True, True),
    ],
)
def test_what_a_message_says_by_itself(text: str, named: bool, added: bool) -> None:
    assert (names_thing(text), adds_to_subject(text)) == (named, added)


@pytest.mark.parametrize(
    ("before", "reply", "whole"),
    [
        ("làm căn cước cần gì", "cho con", "làm căn cước cần gì cho con"),
        ("lệ phí đổi thẻ căn cước", "bị mất", "lệ phí căn cước bị mất"),
        ("người lớn làm hộ chiếu cần gì", "còn trẻ em thì sao", "làm hộ chiếu cần gì trẻ em"),
        ("làm căn cước cho bé 3 tuổi", "còn bé 10 tuổi", "làm căn cước cho bé 10 tuổi"),
        ("lý lịch tư pháp số 1 xin ở đâu", "còn số 2", "lý lịch tư pháp xin ở đâu số 2"),
        ("đăng ký tạm trú ở đâu", "qua mạng được không", "đăng ký tạm trú qua mạng được không"),
        ("đổi thẻ căn cước mất bao lâu", "ý tôi là cấp lại cơ", "căn cước mất bao lâu cấp lại"),
        ("làm căn cước cho bé 10 tuổi cần gì", "vậy con 5 tuổi thì sao", "làm căn cước cho cần gì con 5 tuổi"),
        ("cháu khuyết tật nặng được bao nhiêu", "nó mới 9 tuổi", "khuyết tật nặng được bao nhiêu nó mới 9 tuổi"),
        ("hết bao nhiêu tiền làm căn cước", "mất bao lâu", "làm căn cước mất bao lâu"),
    ],
)
def test_what_it_takes_the_place_of_is_left_out(before: str, reply: str, whole: str) -> None:
    assert join(before, reply) == whole
