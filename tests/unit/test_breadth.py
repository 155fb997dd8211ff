"""What only names a thing gets its summary, or a choice among the things of that name."""

from __future__ import annotations

from dataclasses import replace

from bot.content.schema import AnswerUnit
from bot.settings import DATA
from bot.understanding.breadth import answer_broadly, prefer_overview
from bot.understanding.decision import Decision, Thresholds, Verdict
from bot.understanding.retrieval import Candidate
from tests.integration.content.data_folder import unit

THRESHOLDS = Thresholds.load(DATA / "decision.yml").model_copy(
    update={"certain_from": 0.7, "topic_from": 0.35, "clarify_within": 0.2}
)
UNITS = {
    each["id"]: AnswerUnit.model_validate(each)
    for each in (
        unit("card.fee") | {"kind": "fee", "topic": "card"},
        unit("card.place") | {"kind": "place", "topic": "card"},
        unit("card.all") | {"kind": "overview", "topic": "card"},
        unit("passport.fee") | {"kind": "fee", "topic": "passport"},
        unit("passport.all") | {"kind": "overview", "topic": "passport"},
        unit("sim.fee") | {"kind": "fee", "topic": "sim"},
    )
}
OVERVIEWS = {"card": "card.all", "passport": "passport.all"}


def _decision(verdict: Verdict, **shares: float) -> Decision:
    ranking = tuple(Candidate(name.replace("_", "."), share) for name, share in shares.items())
    candidates = ranking[:1] if verdict is Verdict.SURE else ranking
    return Decision(verdict=verdict, candidates=candidates, confidence=ranking[0].score, ranking=ranking)


def _names(decision: Decision) -> list[str]:
    return [candidate.name for candidate in decision.candidates]


def test_where_only_the_side_is_unsure_the_summary_tells_all() -> None:
    unsure = _decision(Verdict.UNSURE, card_fee=0.25, card_place=0.2, passport_fee=0.1)
    told = prefer_overview(unsure, units=UNITS, overviews=OVERVIEWS, thresholds=THRESHOLDS)
    assert (told.verdict, _names(told)) == (Verdict.SURE, ["card.all"])


def test_a_few_words_that_name_one_thing_get_its_summary() -> None:
    named = _decision(Verdict.SURE, card_fee=0.4, card_place=0.2, passport_fee=0.2)
    told = answer_broadly(named, units=UNITS, overviews=OVERVIEWS, thresholds=THRESHOLDS)
    assert (told.verdict, _names(told)) == (Verdict.SURE, ["card.all"])


def test_a_few_words_that_may_name_several_things_get_a_choice() -> None:
    named = _decision(Verdict.SURE, card_fee=0.35, passport_fee=0.3, sim_fee=0.2)
    told = answer_broadly(named, units=UNITS, overviews=OVERVIEWS, thresholds=THRESHOLDS)
    assert (told.verdict, _names(told)) == (Verdict.UNSURE, ["card.all", "passport.all", "sim.fee"])


def test_what_may_be_out_of_scope_is_not_answered_for_sure() -> None:
    steam = _decision(Verdict.UNSURE, card_fee=0.4, card_place=0.2)
    doubtful = replace(steam, ranking=(*steam.ranking, Candidate("out-of-scope", 0.3)))
    for widen in (answer_broadly, prefer_overview):
        assert widen(doubtful, units=UNITS, overviews=OVERVIEWS, thresholds=THRESHOLDS) == doubtful


def test_a_certain_answer_and_an_unknown_stay_as_they_are() -> None:
    certain = _decision(Verdict.SURE, card_fee=0.8, passport_fee=0.1)
    assert answer_broadly(certain, units=UNITS, overviews=OVERVIEWS, thresholds=THRESHOLDS) == certain
    unknown = _decision(Verdict.UNKNOWN, card_fee=0.1)
    assert answer_broadly(unknown, units=UNITS, overviews=OVERVIEWS, thresholds=THRESHOLDS) == unknown
