"""Two answers in one message: each under its title, whole where there is room, the same said once."""

from __future__ import annotations

from bot.content.catalogue import Catalogue
from bot.content.schema import FIRST_SCREEN_CHARACTERS, AnswerUnit
from bot.conversation.two_questions import join_answers
from bot.domain.answers import Answer, AnswerKind
from tests.integration.content.data_folder import unit

NAMES = ("the.noi-lam", "ho-chieu.tom-tat")
CATALOGUE = Catalogue(
    units={
        name: AnswerUnit.model_validate(unit(name, title=title))
        for name, title in zip(NAMES, ("Đổi thẻ ở đâu", "Tóm tắt: làm hộ chiếu"), strict=True)
    }
)


def _join(*texts: str) -> Answer:
    answers = [Answer(kind=AnswerKind.ANSWER, text=text) for text in texts]
    return join_answers(answers, NAMES, CATALOGUE)


def test_each_answer_stands_under_its_title() -> None:
    assert _join("Tại xã.", "100.000 đồng.").text == (
        "**Đổi thẻ ở đâu**\nTại xã.\n\n**Làm hộ chiếu**\n100.000 đồng."
    )


def test_what_is_too_long_keeps_its_beginning_and_a_button_to_the_rest() -> None:
    long = "Nộp ở:\n\n- Công an xã\n- một cửa\n\n" + "Chữ. " * (FIRST_SCREEN_CHARACTERS // 5)
    answer = _join("Tại xã.", long)
    assert answer.text.endswith("Nộp ở:\n\n- Công an xã\n- một cửa")
    assert [button.payload for button in answer.buttons] == ["a:ho-chieu.tom-tat"]


def test_what_says_the_same_is_told_once() -> None:
    assert _join("Tại xã.\n\nNhớ mang thẻ.", "Tại xã.").text == "Tại xã.\n\nNhớ mang thẻ."
