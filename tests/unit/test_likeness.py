"""Two questions ask the same however they are typed; two about one subject are not the same for that."""

from __future__ import annotations

import pytest

from bot.questions.group import SAME_FROM as GROUPED_FROM
from bot.understanding.linked import SAME_FROM as ANSWERED_FROM
from bot.understanding.linked import LinkedQuestions
from vietnamese.likeness import list_marks, measure_likeness

SENILE = "làm thẻ căn cước cho người mất trí nhớ"


def likeness(first: str, second: str) -> float:
    return measure_likeness(list_marks(first), list_marks(second))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (SENILE, "lam the can cuoc cho nguoi mat tri nho"),
        (SENILE, "làm thẻ căn cước cho người bị mất trí nhớ thế nào"),
        (SENILE, "lam thẻ căn cưoc cho nguoi mat tri nhớ"),
        ("nuôi chó có phải đăng ký không", "nuoi cho co phai dang ki ko"),
    ],
)
def test_the_same_question(first: str, second: str) -> None:
    assert likeness(first, second) >= ANSWERED_FROM
    assert likeness(first, second) == likeness(second, first)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (SENILE, "làm thẻ căn cước"),
        (SENILE, "làm thẻ căn cước cho người nước ngoài"),
        ("phí trước bạ xe máy cũ", "phí trước bạ xe máy điện"),
        ("nuôi chó có phải đăng ký không", "đăng ký nuôi chó ở đâu"),
    ],
)
def test_another_question_about_it(first: str, second: str) -> None:
    assert likeness(first, second) < ANSWERED_FROM


def test_grouping_is_wider_than_answering() -> None:
    assert GROUPED_FROM < ANSWERED_FROM
    assert likeness(SENILE, "làm thẻ căn cước cho người nước ngoài") < GROUPED_FROM
    assert likeness("", "") == likeness("", SENILE) == 0


def test_the_nearest_linked_question_answers() -> None:
    linked = LinkedQuestions(
        {"a": (SENILE,), "b": ("nuôi chó có phải đăng ký không", "nuôi mèo có phải đăng ký không")}
    )
    assert linked.find("lam the can cuoc cho nguoi mat tri nho") == ("a", 1.0)
    found = linked.find("nuoi meo có phải đăng kí không")
    assert found is not None
    assert found[0] == "b"
    assert linked.find("làm thẻ căn cước") is None
    assert linked.find("") is None
    assert LinkedQuestions({}).find(SENILE) is None
