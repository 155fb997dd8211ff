"""Learns the weights of the second stage from questions and the evidence for each name that may be meant.

A softmax over the candidates of one question; the loss is the logarithm of the share that the right ones get.
Held-out questions are split in two for good by a hash of their text: weights and thresholds are chosen on the
development half, and the test half says how well.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from bot.understanding.evidence import FEATURES
from bot.understanding.words_of_names import Numbers

PULL = 1e-4
"""How strongly weights are pulled to zero; chosen by cross-validation within the development half."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One question as typed: what speaks for each candidate (a row each), and which of them are right."""

    names: tuple[str, ...]
    features: Numbers
    is_right: npt.NDArray[np.bool_]


def is_for_development(text: str) -> bool:
    """Tell whether a held-out question belongs to the development half. `text`: as it stands in tests/nlu."""
    return hashlib.sha256(text.encode()).digest()[0] % 2 == 0


def mark_right(names: Sequence[str], right: Collection[str]) -> npt.NDArray[np.bool_]:
    """Return which of the candidates are right."""
    return np.array([name in right for name in names])


def learn_weights(
    examples: Sequence[Example],
    *,
    columns: Sequence[str] = FEATURES,
    only: Collection[str] | None = None,
    pull: float = PULL,
) -> dict[str, float]:
    """Return the weight of each column of the examples' features, 0 for those that are not in `only`.

    Examples without a right candidate teach nothing.
    """
    examples = [example for example in examples if example.is_right.any()]
    rows = np.concatenate([example.features for example in examples])
    is_right = np.concatenate([example.is_right for example in examples])
    starts = np.cumsum([0, *(len(example.is_right) for example in examples[:-1])])
    spread = rows.std(axis=0) + 1e-6
    is_used = np.array([only is None or name in only for name in columns])
    rows = (rows - rows.mean(axis=0)) / spread * is_used

    def find_loss(weights: Numbers) -> tuple[float, Numbers]:
        scores = rows @ weights
        whole, share = _share(scores, starts)
        right, share_of_right = _share(np.where(is_right, scores, -1e9), starts)
        loss = float((whole - right).mean()) + pull * float(weights @ weights)
        slope: Numbers = rows.T @ (share - share_of_right) / len(examples) + 2 * pull * weights
        return loss, slope

    found = minimize(find_loss, np.zeros(len(columns)), jac=True, method="L-BFGS-B", options={"maxiter": 500})
    return {name: round(float(weight), 5) for name, weight in zip(columns, found.x / spread, strict=True)}


def measure_first_choice(examples: Sequence[Example], weights: Mapping[str, float]) -> float:
    """Return how often the candidate with the highest sum is a right one, 0 to 1. `weights`: in column order."""
    weighed = np.array(list(weights.values()))
    right = [example.is_right[int(np.argmax(example.features @ weighed))] for example in examples]
    return sum(map(bool, right)) / len(right)


def _share(scores: Numbers, starts: npt.NDArray[np.int64]) -> tuple[Numbers, Numbers]:
    """Return the logarithm of the sum of exponentials of each question, and each candidate's share in it."""
    sizes = np.diff(np.append(starts, len(scores)))
    highest = np.maximum.reduceat(scores, starts)
    lifted = np.exp(scores - np.repeat(highest, sizes))
    sums = np.add.reduceat(lifted, starts)
    return highest + np.log(sums), lifted / np.repeat(sums, sizes)
