"""One question about two things becomes two whole questions; whatever only looks so stays one."""

from __future__ import annotations

import pytest

from bot.understanding.two_things import split_things


@pytest.mark.parametrize(
    ("text", "first", "second"),
    [
        (
            "phí làm căn cước với phí làm hộ chiếu bao nhiêu",
            "phí làm căn cước",
            "phí làm hộ chiếu bao nhiêu",
        ),
        (
            "cấp lại bằng lái với cà vẹt xe hết bao nhiêu tiền",
            "cấp lại bằng lái hết bao nhiêu tiền",
            "cấp lại cà vẹt xe hết bao nhiêu tiền",
        ),
        ("làm căn cước và hộ chiếu ở đâu", "làm căn cước ở đâu", "hộ chiếu ở đâu"),
        ("lam can cuoc va ho chieu o dau", "lam can cuoc o dau", "ho chieu o dau"),
    ],
)
def test_two_things_are_two_questions(text: str, first: str, second: str) -> None:
    assert split_things(text) == (first, second)


@pytest.mark.parametrize(
    "text",
    [
        "làm căn cước ở đâu",
        "thường trú và tạm trú khác nhau thế nào",
        "vợ và chồng làm căn cước ở đâu",
        "có căn cước và giấy khai sinh rồi",
        "nộp hồ sơ và thanh toán ở đâu",
        "hôm qua tôi đi với mấy đứa con nhỏ lên phường để làm căn cước và bây giờ muốn hỏi hộ chiếu làm ở đâu",
    ],
)
def test_one_question_stays_one(text: str) -> None:
    assert split_things(text) is None
