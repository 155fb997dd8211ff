"""Two opinions, one decision."""

from __future__ import annotations

import pytest

from bot.settings import PROJECT_ROOT
from bot.understanding.decision import Thresholds, Verdict, choose_meaning, rank_alone
from bot.understanding.evidence import OUT_OF_SCOPE
from bot.understanding.retrieval import Candidate

THRESHOLDS = Thresholds(
    alone_sharpness=8.0,
    alone_outside=0.0,
    alone_outside_less=0.0,
    answer_from=0.6,
    certain_from=0.8,
    outside_from=0.1,
    danger_from=0.25,
    danger_unanswered_from=0.10,
    danger_beside_thing_from=0.6,
    danger_after_from=0.50,
    danger_beside_below=0.03,
    scam_beside_below=0.15,
    topic_from=0.7,
    clarify_from=0.3,
    clarify_within=0.3,
    alike_from=0.15,
    alone_from=0.97,
    outside_after_from=0.2,
)


def _candidates(**scores: float) -> list[Candidate]:
    return [Candidate(name.replace("_", "-"), score) for name, score in scores.items()]


@pytest.mark.parametrize(
    ("ranked", "alike", "verdict", "names"),
    [
        (_candidates(a=0.9, b=0.1), 0.8, Verdict.SURE, ["a"]),
        (_candidates(a=0.5, b=0.4), 0.6, Verdict.UNSURE, ["a", "b"]),
        (_candidates(a=0.9), 0.1, Verdict.UNKNOWN, []),
        (_candidates(a=0.34, b=0.33, c=0.3), 0.3, Verdict.UNSURE, ["a", "b", "c"]),
        (_candidates(a=0.2, b=0.2), 0.6, Verdict.UNKNOWN, []),
        ([], 0.0, Verdict.UNKNOWN, []),
        (_candidates(out_of_scope=0.9, a=0.1), 0.3, Verdict.UNKNOWN, []),
        (_candidates(a=0.7, out_of_scope=0.3), 0.3, Verdict.UNSURE, ["a"]),
    ],
)
def test_choices(ranked: list[Candidate], alike: float, verdict: Verdict, names: list[str]) -> None:
    assert OUT_OF_SCOPE == "out-of-scope"
    decision = choose_meaning(ranked, alike=alike, thresholds=THRESHOLDS)
    assert decision.verdict is verdict
    assert [candidate.name for candidate in decision.candidates] == names


def test_with_rasa_away_likeness_ranks_those_who_may_answer() -> None:
    ranked = rank_alone(_candidates(a=0.6, gone=0.5, b=0.3), known={"a", "b"}, named=2, thresholds=THRESHOLDS)
    assert [each.name for each in ranked] == ["a", "b"]
    assert ranked[0].score > 0.9
    assert sum(each.score for each in ranked) == pytest.approx(1)


@pytest.mark.parametrize(("named", "first"), [(0, OUT_OF_SCOPE), (3, "a")])
def test_a_question_that_names_things_of_an_office_is_hardly_out_of_scope(named: int, first: str) -> None:
    thresholds = THRESHOLDS.model_copy(update={"alone_outside": 2.0, "alone_outside_less": 1.5})
    retrieved = _candidates(a=0.3, out_of_scope=0.3)
    assert rank_alone(retrieved, known={"a"}, named=named, thresholds=thresholds)[0].name == first


def test_an_answer_that_is_likely_but_not_certain_comes_with_what_else_may_be_meant() -> None:
    likely = choose_meaning(_candidates(a=0.65, b=0.35), alike=0.4, thresholds=THRESHOLDS)
    assert (likely.verdict, [other.name for other in likely.others]) == (Verdict.SURE, ["b"])
    certain = choose_meaning(_candidates(a=0.9, b=0.1), alike=0.8, thresholds=THRESHOLDS)
    assert (certain.verdict, certain.others) == (Verdict.SURE, ())


def test_the_shipped_settings_are_sound() -> None:
    shipped = Thresholds.load(PROJECT_ROOT / "data" / "decision.yml")
    assert 0 < shipped.clarify_from < shipped.answer_from < 1
    assert shipped.answer_from <= shipped.topic_from < 1
    assert 0 < shipped.outside_from < 0.5
