"""Two opinions, one decision."""

from __future__ import annotations

import pytest

from bot.settings import PROJECT_ROOT
from bot.understanding.decision import OUT_OF_SCOPE, Thresholds, Verdict, choose_meaning
from bot.understanding.retrieval import Candidate

THRESHOLDS = Thresholds(
    likeness_weight=4.0,
    outside_start=0.0,
    outside_less=0.0,
    sharpness=1.0,
    alone_sharpness=2.0,
    answer_from=0.6,
    certain_from=0.8,
    outside_from=0.1,
    topic_from=0.7,
    clarify_from=0.3,
    clarify_within=0.3,
    alike_from=0.15,
)
KNOWN = {"a", "b", "c"}


def _candidates(**scores: float) -> list[Candidate]:
    return [Candidate(name.replace("_", "-"), score) for name, score in scores.items()]


@pytest.mark.parametrize(
    ("rasa", "retrieved", "verdict", "names"),
    [
        (_candidates(a=0.9, b=0.1), _candidates(a=0.8, b=0.3), Verdict.SURE, ["a"]),
        (_candidates(a=0.5, b=0.5), _candidates(a=0.55, b=0.5), Verdict.UNSURE, ["a", "b"]),
        (_candidates(a=0.9), _candidates(a=0.1), Verdict.UNKNOWN, []),
        (
            _candidates(a=0.3, b=0.29, c=0.28),
            _candidates(a=0.3, b=0.3, c=0.3, d=0.3),
            Verdict.UNSURE,
            ["a", "b", "c"],
        ),
        ([], _candidates(a=0.6, b=0.3), Verdict.SURE, ["a"]),
        ([], [], Verdict.UNKNOWN, []),
        (_candidates(gone=0.9), _candidates(gone=0.9), Verdict.UNKNOWN, []),
        (_candidates(out_of_scope=0.9, a=0.1), _candidates(a=0.3), Verdict.UNKNOWN, []),
        (_candidates(a=0.7, out_of_scope=0.3), _candidates(a=0.3), Verdict.UNSURE, ["a"]),
    ],
)
def test_choices(rasa: list[Candidate], retrieved: list[Candidate], verdict: Verdict, names: list[str]) -> None:
    assert OUT_OF_SCOPE == "out-of-scope"
    decision = choose_meaning(rasa=rasa, retrieved=retrieved, known=KNOWN, named=2, thresholds=THRESHOLDS)
    assert decision.verdict is verdict
    assert [candidate.name for candidate in decision.candidates] == names


@pytest.mark.parametrize(("named", "verdict"), [(0, Verdict.UNKNOWN), (3, Verdict.SURE)])
def test_a_question_that_names_things_of_an_office_is_hardly_out_of_scope(named: int, verdict: Verdict) -> None:
    decision = choose_meaning(
        rasa=_candidates(a=0.55, out_of_scope=0.45),
        retrieved=_candidates(a=0.3, out_of_scope=0.3),
        known=KNOWN,
        named=named,
        thresholds=THRESHOLDS.model_copy(update={"outside_start": 2.0, "outside_less": 1.5}),
    )
    assert decision.verdict is verdict


def test_an_answer_that_is_likely_but_not_certain_comes_with_what_else_may_be_meant() -> None:
    likely = choose_meaning(
        rasa=_candidates(a=0.65, b=0.35),
        retrieved=_candidates(a=0.4, b=0.4),
        known=KNOWN,
        named=2,
        thresholds=THRESHOLDS,
    )
    assert (likely.verdict, [other.name for other in likely.others]) == (Verdict.SURE, ["b"])
    certain = choose_meaning(
        rasa=_candidates(a=0.9, b=0.1),
        retrieved=_candidates(a=0.8, b=0.3),
        known=KNOWN,
        named=2,
        thresholds=THRESHOLDS,
    )
    assert (certain.verdict, certain.others) == (Verdict.SURE, ())


def test_the_shipped_settings_are_sound() -> None:
    shipped = Thresholds.load(PROJECT_ROOT / "data" / "decision.yml")
    assert 0 < shipped.clarify_from < shipped.answer_from < 1
    assert shipped.answer_from <= shipped.topic_from < 1
    assert 0 < shipped.outside_from < 0.5
