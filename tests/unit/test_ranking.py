"""The second stage: what speaks for each name, and how it is weighed."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pytest
from pydantic import ValidationError

from bot.evaluation.learn_ranking import (
    Example,
    is_for_development,
    learn_weights,
    mark_right,
    measure_first_choice,
)
from bot.settings import DATA
from bot.understanding.evidence import FEATURES, OUT_OF_SCOPE, Evidence
from bot.understanding.ranking import Ranking, list_candidates
from bot.understanding.retrieval import Candidate, Retrieval

PHRASINGS = {
    "fee": ["lệ phí đổi thẻ bao nhiêu", "đổi thẻ mất bao nhiêu tiền", "phí làm thẻ"],
    "place": ["làm thẻ ở đâu", "đến chỗ nào làm thẻ", "nộp ở nơi nào"],
    OUT_OF_SCOPE: ["hôm nay trời có mưa không", "kể chuyện cười đi"],
}


def _list_features(
    question: str, heard: Collection[str] = ("fee", "place", OUT_OF_SCOPE), **chances: float
) -> dict[str, dict[str, float]]:
    retrieval = Retrieval(PHRASINGS)
    candidates = [Candidate(name.replace("_", "-"), chance) for name, chance in chances.items()]
    rows = Evidence(retrieval).list_features(retrieval.read(question), candidates, heard=heard)
    return {each.name: dict(zip(FEATURES, row, strict=True)) for each, row in zip(candidates, rows, strict=True)}


def test_a_thing_that_a_name_was_never_asked_with_speaks_against_it() -> None:
    retrieval = Retrieval(
        {
            "lost-card": ["mất thẻ căn cước làm lại ở đâu", "bị mất căn cước thì làm sao"],
            "sim": ["đăng ký sim chính chủ ở đâu", "sim của tôi đứng tên ai"],
        }
    )
    candidates = [Candidate("lost-card", 0.6), Candidate("sim", 0.4)]
    rows = Evidence(retrieval).list_features(
        retrieval.read("bị mất sim làm lại ở đâu"), candidates, heard=PHRASINGS
    )
    of_card, of_sim = (dict(zip(FEATURES, row, strict=True)) for row in rows)
    assert (of_card["subject_concepts"], of_sim["subject_concepts"]) == (0, 1)
    assert of_card["subject_words"] < of_sim["subject_words"]
    assert of_card["covered_plain_word"] > of_sim["covered_plain_word"]


def test_a_thing_that_no_danger_is_told_with_is_noticed() -> None:
    retrieval = Retrieval(
        {
            "broken-card": ["thẻ căn cước bị rách", "căn cước bị gãy thì sao", "thẻ của em bị rách"],
            "danger.medical": ["bị chó cắn chảy máu", "chó cắn rách mặt"],
        }
    )
    evidence = Evidence(retrieval)
    assert evidence.names_thing_unlike(retrieval.read("thẻ bị chó cắn rách"), "danger.")
    assert not evidence.names_thing_unlike(retrieval.read("bị chó cắn rách chân"), "danger.")


def test_what_a_name_was_asked_with_speaks_for_it() -> None:
    found = _list_features("đổi thẻ hết bao nhiêu tiền", fee=0.5, place=0.4, out_of_scope=0.1)
    assert found["fee"]["nearest"] > found["place"]["nearest"] > found[OUT_OF_SCOPE]["nearest"]
    assert found["fee"]["covered_plain_word"] > found["place"]["covered_plain_word"]
    assert found["fee"]["chance_rank"] == 1
    assert (found["fee"]["outside"], found[OUT_OF_SCOPE]["outside"]) == (0, 1)


def test_a_phrasing_itself_is_wholly_alike_and_wholly_known() -> None:
    found = _list_features("phí làm thẻ", fee=0.5, place=0.5)
    assert found["fee"]["nearest"] == pytest.approx(1, abs=1e-5)
    assert found["fee"]["covered_words"] == pytest.approx(1)
    assert found["place"]["covered_words"] < 1


def test_what_rasa_has_not_learnt_yet_is_not_held_against_a_name() -> None:
    """An answer that was published a minute ago, asked as its phrasings have it."""
    asked = {"fee": 0.001, "place": 0.9}
    unheard = _list_features("đổi thẻ mất bao nhiêu tiền vậy", heard=("place",), **asked)
    assert unheard["fee"]["chance"] == unheard["place"]["chance"] == pytest.approx(np.log(0.9))
    for found in (
        _list_features("đổi thẻ mất bao nhiêu tiền vậy", **asked),  # Rasa knows it and thinks little of it
        _list_features("tiền học", heard=("place",), **asked),  # not its words
        _list_features("làm thẻ ở đâu", heard=("place",), **asked),  # another name's words
    ):
        assert found["fee"]["chance"] == pytest.approx(np.log(0.001))


def test_a_question_of_unknown_words_only_has_no_evidence_that_breaks() -> None:
    found = _list_features("xyzzy qwrt", fee=0.5, out_of_scope=0.5)
    assert all(np.isfinite(list(row.values())).all() for row in found.values())


def test_others_and_out_of_scope_are_looked_at_beside_rasas_best() -> None:
    rasa = [Candidate("fee", 0.6), Candidate("ended", 0.3), Candidate("place", 0.1)]
    listed = list_candidates(rasa, ["new", "fee", "draft"], known={"fee", "place", "new"})
    assert [(each.name, each.score) for each in listed] == [
        ("fee", 0.6),
        ("place", 0.1),
        (OUT_OF_SCOPE, pytest.approx(0.05)),
        ("new", pytest.approx(0.05)),
    ]


def test_names_are_found_by_their_words_without_rasa() -> None:
    retrieval = Retrieval(PHRASINGS)
    evidence = Evidence(retrieval)
    assert evidence.list_covering(retrieval.read("nộp thẻ ở chỗ nào"), limit=1) == ["place"]
    assert evidence.list_covering(retrieval.read("xyzzy"), limit=3) == []


def test_weights_are_learnt_from_what_tells_right_from_wrong() -> None:
    dice = np.random.default_rng(1)
    examples = []
    for _ in range(200):
        features = dice.normal(size=(3, len(FEATURES)))
        best = int(np.argmax(3 * features[:, 0] - 2 * features[:, 5]))
        examples.append(Example(names=("0", "1", "2"), features=features, is_right=mark_right([0, 1, 2], {best})))
    weights = learn_weights(examples)
    assert weights[FEATURES[0]] > 0 > weights[FEATURES[5]]
    assert measure_first_choice(examples, weights) > 0.95
    by_one = learn_weights(examples, only=FEATURES[:1])
    assert by_one[FEATURES[5]] == 0
    assert measure_first_choice(examples, by_one) < measure_first_choice(examples, weights)
    ranking = Ranking(weights=weights)
    names = [str(at) for at in range(3)]
    right = [example.is_right[int(ranking.rank(names, example.features)[0].name)] for example in examples]
    assert sum(right) > 190


def test_the_shipped_weights_are_those_of_todays_evidence() -> None:
    assert Ranking.load(DATA / "ranking.json").weights["chance"] > 0
    with pytest.raises(ValidationError, match="learn-ranking"):
        Ranking(weights={"chance": 1.0})


def test_the_halves_of_the_held_out_questions_are_fixed() -> None:
    texts = [f"câu hỏi {number}" for number in range(200)]
    development = [text for text in texts if is_for_development(text)]
    assert 70 < len(development) < 130
    assert development == [text for text in texts if is_for_development(text)]
