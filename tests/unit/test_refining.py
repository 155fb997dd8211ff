"""Short replies that only add to the question before, and the question that both are together."""

from __future__ import annotations

import pytest

from bot.understanding.refining import complete, is_refinement


@pytest.mark.parametrize(
    "text",
    [
        "cho con",
        "bị mất",
        "toi bi mat",
        "còn trẻ em thì sao",
        "con tre em thi sao",
        "bà em 80 tuổi",
        "còn số 2",
        "còn bé 10 tuổi",
        "cho người nước ngoài",
        "ko cần đi có dc ko",
        "nếu bị hỏng",
        "ý tôi là cấp lại",
        "y em la bi mat",
        "không, ý mình là cấp lại do mất cơ",
        "vậy con tôi 5 tuổi thì sao",
        "dạ, con tôi 5 tuổi thì sao",
        "không, con tôi 5 tuổi",
        "nó mới 9 tuổi thì khác không",
        "rồi đi làm lại cần đem theo gì",
        "còn cận nghèo",
    ],
)
def test_it_only_adds_to_what_was_asked(text: str) -> None:
    assert is_refinement(text)


@pytest.mark.parametrize(
    "text",
    [
        "mất thẻ",
        "mất hộ chiếu",
        "còn tạm trú thì sao",
        "thời tiết hôm nay",
        "xin chào",
        "bao lâu",
        "bị lừa tiền",
        "ý kiến của dân",
        "nó bị lừa",
        "ok",
    ],
)
def test_it_is_about_something_of_its_own(text: str) -> None:
    assert not is_refinement(text)


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
    assert complete(before, reply) == whole
