"""Whether a message is two questions: what is weighed, and that the weights shipped weigh it that way."""

from __future__ import annotations

from dataclasses import replace

from bot.content.schema import AnswerUnit
from bot.settings import DATA
from bot.understanding.decision import NOTHING, Decision, Verdict
from bot.understanding.halves import Boundary, Cut
from bot.understanding.retrieval import Candidate
from bot.understanding.two_questions import TWO_QUESTIONS, TwoQuestions, Way, find_way, list_features
from bot.understanding.understood import Understood
from tests.integration.content.data_folder import unit

FEE, PLACE, STAY = "ho-chieu.le-phi", "ho-chieu.noi-lam", "tam-tru.noi-lam"
UNITS = {
    name: AnswerUnit.model_validate(unit(name, text="Ở đây.") | {"kind": "fee", "topic": name.partition(".")[0]})
    for name in (FEE, PLACE, STAY)
}
TEXT = "làm hộ chiếu hết bao nhiêu tiền? đăng ký tạm trú ở đâu"
CUT = Cut("làm hộ chiếu hết bao nhiêu tiền", "đăng ký tạm trú ở đâu", Boundary.MARK)


def _is(name: str, confidence: float) -> Understood:
    decision = Decision(verdict=Verdict.SURE, candidates=(Candidate(name, confidence),), confidence=confidence)
    return Understood(decision=decision, word_count=12)


def _read(cut: Cut, first: Understood, second: Understood) -> Way:
    way = find_way(cut, (first, second), UNITS)
    assert way is not None
    return way


def _choose(whole: Understood, way: Way, text: str = TEXT) -> Way | None:
    weights = TwoQuestions.load(DATA / "two-questions.json")
    return weights.choose([way], list_features(text, whole, [way]))


def test_two_sure_answers_with_a_question_mark_between_them_are_two_questions() -> None:
    way = _read(CUT, _is(FEE, 0.95), _is(STAY, 0.95))
    assert _choose(_is(FEE, 0.6), way) is way


def test_a_sure_whole_with_a_half_that_is_hardly_known_is_one_question() -> None:
    text = "hôm qua không thấy ai gọi, tôi làm hộ chiếu hết bao nhiêu tiền"
    way = _read(Cut("hôm qua không thấy ai", text[22:], Boundary.NONE), _is(STAY, 0.41), _is(FEE, 0.9))
    assert _choose(_is(FEE, 0.99), way, text) is None


def test_no_way_is_no_choice() -> None:
    weights = TwoQuestions.load(DATA / "two-questions.json")
    assert weights.choose([], list_features(TEXT, _is(FEE, 0.6), [])) is None


def test_halves_with_the_same_answer_or_none_are_no_two_questions() -> None:
    unknown = Understood(decision=NOTHING, word_count=4)
    assert find_way(CUT, (_is(FEE, 0.5), _is(STAY, 0.5)), UNITS) is not None
    for second in (_is(FEE, 0.9), _is("skill.status", 0.9), unknown):
        assert find_way(CUT, (_is(FEE, 0.9), second), UNITS) is None


def test_each_row_says_what_stands_between_and_how_sure_the_halves_are() -> None:
    way = _read(CUT, _is(FEE, 0.9), _is(PLACE, 0.6))
    joined = replace(CUT, boundary=Boundary.JOINED)
    whole, marked, other = (
        dict(zip(TWO_QUESTIONS, row, strict=True))
        for row in list_features(TEXT, _is(FEE, 0.7), [way, _read(joined, *way.parts)])
    )
    assert (whole["whole"], marked["whole"], whole["first_sure"]) == (1, 0, 0)
    assert (marked["after_mark"], other["after_mark"], other["after_joined"]) == (1, 0, 1)
    assert (marked["first_sure"], marked["second_sure"]) == (0.9, 0.6)
    assert (marked["told_first"], marked["told_second"], marked["same_topic"]) == (1, 0, 1)
