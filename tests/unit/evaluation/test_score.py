"""The score, and what counts as right."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.evaluation.baselines import ask_bm25
from bot.evaluation.questions import read_held_out
from bot.evaluation.score import UNKNOWN, Scored, find_macro_f1, sum_up
from bot.settings import DATA
from phrasings.load import load_phrasings
from vietnamese.normalise import fold


def _scored(expected: str, got: str, *, offered: bool = False) -> Scored:
    return Scored(question="?", expected=expected, got=got, offered=offered)


def test_an_offered_choice_is_no_answer_but_counts_as_offered() -> None:
    score = sum_up([_scored("a", "a"), _scored("a", "?", offered=True), _scored("b", "a"), _scored("b", "b")])
    assert (score.accuracy, score.right_or_offered, score.n) == (0.5, 0.75, 4)


def test_macro_f1_counts_each_unit_alike_however_often_it_is_asked() -> None:
    often, seldom = [_scored("a", "a")] * 8, [_scored("b", "a")] * 2
    assert find_macro_f1([*often, *seldom]) == pytest.approx((2 * 8 / (8 + 10) + 0) / 2)


def test_bm25_finds_the_nearest_phrasing_and_knows_when_no_word_is_known() -> None:
    phrasings = {"fee": ["lệ phí đổi thẻ bao nhiêu"], "place": ["làm thẻ ở đâu", "đến chỗ nào"]}
    assert ask_bm25(phrasings, ["lệ phí làm thẻ", "ở đâu", "xyz"]) == ["fee", "place", UNKNOWN]


def test_no_held_out_question_is_a_training_phrase() -> None:
    trained = {fold(phrase.casefold()): name for name, all_of in load_phrasings(DATA).items() for phrase in all_of}
    held_out = read_held_out()
    asked = [question.text for question in held_out.golden] + list(held_out.out_of_scope)
    assert [text for text in asked if fold(text.casefold()) in trained] == []


def test_a_held_out_folder_is_read_with_one_or_several_right_answers(tmp_path: Path) -> None:
    (tmp_path / "golden").mkdir()
    (tmp_path / "golden" / "a.yml").write_text("- {question: x, expect: a}\n- {question: y, expect: [a, b]}\n")
    (tmp_path / "out_of_scope.yml").write_text("- hôm nay trời đẹp\n")
    (tmp_path / "safety.yml").write_text("- {question: cháy nhà, expect: emergency}\n")
    held_out = read_held_out(tmp_path)
    assert [question.expected for question in held_out.golden] == [("a",), ("a", "b")]
    assert held_out.out_of_scope == ("hôm nay trời đẹp",)
    assert held_out.dangerous == (("cháy nhà", "emergency"),)
