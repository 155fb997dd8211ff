"""Thresholds by cost: a wrong answer costs more than a choice, and answering what is not ours most of all."""

from __future__ import annotations

import numpy as np

from bot.evaluation.choose_thresholds import choose_thresholds, find_mean_cost, weigh_by_folds
from bot.evaluation.learn_ranking import Example, mark_right
from bot.settings import DATA
from bot.understanding.decision import Thresholds
from bot.understanding.evidence import FEATURES, OUT_OF_SCOPE

THRESHOLDS = Thresholds.load(DATA / "decision.yml")
WEIGHTS = dict.fromkeys(FEATURES, 0.0) | {"chance": 1.0}


def _make(shares: dict[str, float], right: str) -> Example:
    features = np.zeros((len(shares), len(FEATURES)))
    features[:, FEATURES.index("chance")] = np.log(list(shares.values()))
    features[:, FEATURES.index("nearest")] = 0.9
    names = tuple(shares)
    return Example(names=names, features=features, is_right=mark_right(names, {right}))


def _cost(shares: dict[str, float], right: str, thresholds: Thresholds = THRESHOLDS) -> float:
    return find_mean_cost([(_make(shares, right), WEIGHTS)], thresholds)


def test_what_each_decision_costs() -> None:
    sure, unsure = (
        {"a": 0.9, "b": 0.099, OUT_OF_SCOPE: 0.001},
        {"a": 0.3, "b": 0.25, "c": 0.45, OUT_OF_SCOPE: 0.001},
    )
    hesitant = THRESHOLDS.model_copy(update={"answer_from": 0.6})
    assert _cost(sure, "a") == 0
    assert 0 < _cost(unsure, "a", hesitant) < _cost(unsure, "elsewhere", hesitant)
    assert _cost(unsure, "elsewhere", hesitant) < _cost(sure, "b")
    assert _cost(sure, OUT_OF_SCOPE) > _cost(sure, "b")
    assert _cost({"a": 0.2, OUT_OF_SCOPE: 0.8}, OUT_OF_SCOPE) == 0


def test_the_cheapest_settings_are_found() -> None:
    # Who leads with less than half is wrong here: it is cheaper to offer a choice.
    doubtful = [_make({"a": 0.42, "b": 0.4, "c": 0.18, OUT_OF_SCOPE: 0.0005}, "c") for _ in range(8)]
    clear = [_make({"a": 0.9, "b": 0.1, OUT_OF_SCOPE: 0.0005}, "a") for _ in range(8)]
    weighed = [(example, WEIGHTS) for example in (*doubtful, *clear)]
    best, cost = choose_thresholds(weighed, THRESHOLDS)
    assert best.answer_from > 0.42
    assert cost < find_mean_cost(weighed, THRESHOLDS.model_copy(update={"answer_from": 0.25}))


def test_each_question_is_weighed_by_others() -> None:
    groups = [[_make({"a": 0.6, "b": 0.4}, "a")] * 2 for _ in range(9)]
    weighed = weigh_by_folds(groups)
    assert len(weighed) == 18
    assert all(weights.keys() == set(FEATURES) for _, weights in weighed)
