"""Choices by number or by word, and plain messages of at most so many characters."""

from __future__ import annotations

import unicodedata
from datetime import date

import pytest

from bot.channels.numbered_choices import INVITATION, find_choice, render_choices
from bot.channels.plain_parts import count_characters, render_plain_parts
from bot.domain.answers import Answer, AnswerKind, Button, CitedSource

BUTTONS = (
    Button(title="Lệ phí", payload="u:fee"),
    Button(title="Hồ sơ cần mang", payload="u:papers"),
    Button(title="Thôi", payload="f:stop"),
)


@pytest.mark.parametrize(
    ("typed", "payload"),
    [
        ("1", "u:fee"),
        (" 2. ", "u:papers"),
        ("số 3", "f:stop"),
        ("chọn số 2", "u:papers"),
        ("(1)", "u:fee"),
        ("hai", "u:papers"),
        ("le phi", "u:fee"),
        ("LỆ PHÍ?", "u:fee"),
        ("hồ sơ cần mang", "u:papers"),
        ("4", None),
        ("0", None),
        ("2026", None),
        ("lệ phí bao nhiêu", None),
        ("", None),
        ("?", None),
    ],
)
def test_a_choice_is_made_by_number_or_by_its_words(typed: str, payload: str | None) -> None:
    chosen = find_choice(typed, BUTTONS)
    assert (chosen.payload if chosen else None) == payload


def test_words_come_before_numbers() -> None:
    buttons = (Button(title="Sau", payload="f:later"), Button(title="Hai", payload="f:two"))
    chosen = find_choice("sau", buttons)
    assert chosen is not None
    assert chosen.payload == "f:later"


def test_choices_stand_numbered_at_the_end_and_are_not_said_twice() -> None:
    answer = Answer(kind=AnswerKind.CLARIFY, text="Bạn muốn hỏi về:\n- Lệ phí\n- Hồ sơ cần mang", buttons=BUTTONS)
    text = render_choices(answer).text
    assert text == f"Bạn muốn hỏi về:\n\n{INVITATION}\n1. Lệ phí\n2. Hồ sơ cần mang\n3. Thôi"


def test_a_long_answer_is_cut_between_sentences_after_composing() -> None:
    sentence = "Bạn mang theo thẻ căn cước cũ và đơn đề nghị đến công an xã nơi cư trú."
    source = CitedSource(document="Luật Căn cước", article="Điều 21", effective_from=date(2024, 7, 1))
    answer = Answer(
        kind=AnswerKind.ANSWER,
        text=unicodedata.normalize("NFD", " ".join([sentence] * 60)),
        sources=(source,),
    )
    parts = render_plain_parts(answer, longest=2000)
    assert len(parts) == 3
    assert all(count_characters(part) <= 2000 and part.endswith(".") for part in parts)
    assert " ".join(" ".join(parts).split()) == " ".join([sentence] * 60) + " Căn cứ: Luật Căn cước, Điều 21."


@pytest.mark.parametrize("text", ["x" * 4321, "🙂" * 3000, "từ " * 2000, "dòng\n" * 1000])
def test_what_has_no_sentences_is_cut_all_the_same_and_nothing_is_lost(text: str) -> None:
    parts = render_plain_parts(Answer(kind=AnswerKind.ANSWER, text=text), longest=2000)
    assert all(0 < count_characters(part) <= 2000 for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())


def test_nothing_becomes_no_message() -> None:
    assert render_plain_parts(Answer(kind=AnswerKind.ANSWER, text=" \n "), longest=2000) == []
