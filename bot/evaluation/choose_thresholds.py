"""Chooses when to answer, to offer a choice, and to say "unknown", by what each mistake costs.

A wrong answer sends somebody on the way for nothing, a choice costs a tap; the costs are a judgement, and stand in
docs/evaluation.md. Each question is decided by weights that have not seen it.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from bot.evaluation.learn_ranking import Example, learn_weights
from bot.understanding.decision import Decision, Thresholds, Verdict, choose_meaning
from bot.understanding.evidence import FEATURES, OUT_OF_SCOPE
from bot.understanding.ranking import weigh

_FOLDS = 4
_WRONG, _WRONG_BUT_OFFERED, _CHOICE, _CHOICE_WITHOUT_IT, _UNKNOWN, _OUTSIDE_ANSWERED = 3.0, 2.0, 0.7, 1.6, 1.3, 4.0
_ANSWER_FROM = (0.25, 0.3, 0.35, 0.4, 0.45, 0.5)
_OUTSIDE_FROM = (0.01, 0.02, 0.03, 0.04, 0.06, 0.1)
_ALIKE = FEATURES.index("nearest")


def weigh_by_folds(groups: Sequence[Sequence[Example]]) -> list[tuple[Example, Mapping[str, float]]]:
    """Return each example with weights learnt from other questions. `groups`: the examples of a question each."""
    found: list[tuple[Example, Mapping[str, float]]] = []
    for fold in range(_FOLDS):
        others = [each for at, group in enumerate(groups) if at % _FOLDS != fold for each in group]
        weights = learn_weights(others)
        found += [(each, weights) for group in groups[fold::_FOLDS] for each in group]
    return found


def find_mean_cost(weighed: Iterable[tuple[Example, Mapping[str, float]]], thresholds: Thresholds) -> float:
    """Return what the decisions cost on average; 0 would be every question answered right at once."""
    return float(np.mean([_find_cost(example, weights, thresholds) for example, weights in weighed]))


def choose_thresholds(
    weighed: Sequence[tuple[Example, Mapping[str, float]]], thresholds: Thresholds
) -> tuple[Thresholds, float]:
    """Return the cheapest `answer_from` and `outside_from` beside the other settings, and what they cost."""
    tried = [
        thresholds.model_copy(update={"answer_from": answer_from, "outside_from": outside_from})
        for answer_from, outside_from in itertools.product(_ANSWER_FROM, _OUTSIDE_FROM)
    ]
    costs = [find_mean_cost(weighed, each) for each in tried]
    best = int(np.argmin(costs))
    return tried[best], costs[best]


def _find_cost(example: Example, weights: Mapping[str, float], thresholds: Thresholds) -> float:
    scores = example.features @ [weights[name] for name in FEATURES]
    alike = float(example.features[:, _ALIKE].max(initial=0.0))
    decision = choose_meaning(weigh(example.names, scores), alike=alike, thresholds=thresholds)
    right = {name for name, is_right in zip(example.names, example.is_right, strict=True) if is_right}
    if OUT_OF_SCOPE in right:
        return _OUTSIDE_ANSWERED if decision.verdict is Verdict.SURE else 0.0
    return _find_cost_of_ours(decision, right)


def _find_cost_of_ours(decision: Decision, right: set[str]) -> float:
    if decision.verdict is Verdict.UNKNOWN:
        return _UNKNOWN
    if decision.verdict is Verdict.UNSURE:
        return _CHOICE if any(each.name in right for each in decision.candidates) else _CHOICE_WITHOUT_IT
    if decision.candidates[0].name in right:
        return 0.0
    return _WRONG_BUT_OFFERED if any(each.name in right for each in decision.others) else _WRONG
