"""A small neural network for sparse rows: every feature has a place, a text stands at the sum of its features'
places, bent by tanh, and one softmax over all classes reads off what is meant.

The places begin where latent semantic analysis puts them, so that words which stand among the same others begin
near each other, and what is learnt of one is learnt of both. A linear classifier learns every word of every class
by itself. Trained by mini-batches: places by AdaGrad, since most features are rare, readers by Adam (Kingma and Ba
2015, arXiv 1412.6980) without its correction of the first steps, the rest by plain steps, and every step shorter
than the one before.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Dict, Mapping, Tuple

import numpy as np
from scipy.sparse import csr_matrix

from vietnamese.directions import find_directions

_SPREAD = 0.2
"""How far texts stand from each other at first, in each direction: less than 1, where tanh bends little."""
_DROPPED = 0.3
"""So much of where a row stands is left out, another part each time (dropout): no direction may be relied on."""
_STEP_OF_PLACES, _STEP_OF_READERS = 0.3, 0.02
_STEP_OF_BENDS, _STEP_OF_BIAS = 0.1, 0.5
_NEW_IN_SLOPE, _NEW_IN_SQUARES = 0.1, 0.01
"""How much of Adam's running means is of the newest batch."""
_LEAST_TOLD_APART = 1e-3
"""A direction in which texts differ by less than this share of what they do in the widest tells nothing."""
_ENOUGH = 20_000
"""So many rows are enough to see where texts stand; less than twice as many are looked at."""
_LEAST_STEPS = 200
"""Few rows are read so often that this many batches are learnt from."""


@dataclass(frozen=True)
class Network:
    """A trained network.

    `places`: of each feature, float16 (features, directions). `bends`: added to where a text stands. `readers`:
    what each direction says for each class (directions, classes). `bias`: of each class.
    """

    places: np.ndarray
    bends: np.ndarray
    readers: np.ndarray
    bias: np.ndarray

    @classmethod
    def restore(cls, arrays: Mapping[str, np.ndarray], prefix: str) -> "Network":
        """Return the network that `list_arrays` described."""
        return cls(**{name: arrays[f"{prefix}{name}"] for name in ("places", "bends", "readers", "bias")})

    def list_arrays(self, prefix: str) -> Dict[str, np.ndarray]:
        """Return what it is made of, to be kept."""
        return {f"{prefix}{name}": value for name, value in vars(self).items()}

    def find_chances(self, ids: np.ndarray, amounts: np.ndarray) -> np.ndarray:
        """Return the logarithm of each class's chance. `ids`: the features; `amounts`: how much of each."""
        stands = np.tanh(amounts @ self.places[ids].astype(np.float32) + self.bends)
        scores = stands @ self.readers + self.bias
        scores -= scores.max()
        chances: np.ndarray = scores - np.log(np.exp(scores).sum())
        return chances


def train_network(
    rows: csr_matrix, labels: np.ndarray, *, classes: int, passes: int, directions: int, batch: int, seed: int
) -> Network:
    """Return a network that tells the class of a row. The same arguments give the same network.

    `rows`: float32. `labels`: the class of each row, from 0. `passes`: how often all rows are read; more often
    where they are few. `seed`: of the dice; another one gives a network that errs elsewhere. It takes one core:
    learning several beside each other is faster than sharing each among cores.
    """
    dice = np.random.default_rng(seed)
    count = rows.shape[0]
    a_pass = -(-count // batch)
    batches = [
        chosen
        for _ in range(max(passes, -(-_LEAST_STEPS // a_pass)))
        for chosen in np.array_split(dice.permutation(count), a_pass)
    ]
    learner = _Learner(rows, classes, directions, dice)
    for at, chosen in enumerate(batches):
        learner.learn(rows[chosen], labels[chosen], left=1 - at / len(batches))
    return Network(learner.places.astype(np.float16), learner.bends, learner.readers, learner.bias)


class _Learner:
    """The network while it learns, and how far everything has moved."""

    def __init__(self, rows: csr_matrix, classes: int, directions: int, dice: np.random.Generator) -> None:
        self._dice = dice
        self.places, self.bends = _place(rows, directions)
        first = dice.standard_normal((directions, classes)) * (0.5 / np.sqrt(directions))
        self.readers = first.astype(np.float32)
        self.bias = np.zeros(classes, dtype=np.float32)
        self._moved = np.full(rows.shape[1], 1e-6, dtype=np.float32)
        self._slope, self._slope_squared = np.zeros_like(self.readers), np.zeros_like(self.readers)

    def learn(self, rows: csr_matrix, labels: np.ndarray, *, left: float) -> None:
        """Take one step against the error on some rows. `left`: how much of the way is left, 1 to 0."""
        stands = np.tanh(rows @ self.places + self.bends)
        kept = (self._dice.random(stands.shape, dtype=np.float32) >= _DROPPED) / np.float32(1 - _DROPPED)
        seen = stands * kept
        error = _find_shares(seen @ self.readers + self.bias)
        error[np.arange(len(labels)), labels] -= 1
        error /= len(labels)
        back = (error @ self.readers.T) * kept * (1 - stands**2)
        self._move_readers(seen.T @ error, left)
        self.bias -= left * _STEP_OF_BIAS * error.sum(axis=0)
        self._move_places(rows.T.tocsr(), back, left)
        self.bends -= left * _STEP_OF_BENDS * back.sum(axis=0)

    def _move_readers(self, slope: np.ndarray, left: float) -> None:
        self._slope += _NEW_IN_SLOPE * (slope - self._slope)
        self._slope_squared += _NEW_IN_SQUARES * (slope**2 - self._slope_squared)
        self.readers -= left * _STEP_OF_READERS * self._slope / (np.sqrt(self._slope_squared) + 1e-6)

    def _move_places(self, by_feature: csr_matrix, back: np.ndarray, left: float) -> None:
        used = np.flatnonzero(np.diff(by_feature.indptr))
        if not len(used):  # rows of nothing but unknown words
            return
        slope = by_feature[used] @ back
        self._moved[used] += np.einsum("fd,fd->f", slope, slope) / slope.shape[1]
        slope *= (left * _STEP_OF_PLACES / np.sqrt(self._moved[used]))[:, None]
        self.places[used] -= slope


def _place(rows: csr_matrix, directions: int) -> Tuple[np.ndarray, np.ndarray]:
    """Return where features stand at the beginning, and what puts the middle of all texts at 0."""
    rows = rows[:: max(1, rows.shape[0] // _ENOUGH)]
    found = find_directions(rows, directions)
    stands = rows @ found
    spread = stands.std(axis=0)
    tells = spread > _LEAST_TOLD_APART * spread.max(initial=0.0)
    scale = _SPREAD / spread[tells]
    places = np.zeros((rows.shape[1], directions), dtype=np.float32)
    places[:, : tells.sum()] = found[:, tells] * scale
    bends = np.zeros(directions, dtype=np.float32)
    bends[: tells.sum()] = -stands[:, tells].mean(axis=0) * scale
    return places, bends


def _find_shares(scores: np.ndarray) -> np.ndarray:
    """Return each row as shares of one, in the place of the scores."""
    scores -= scores.max(axis=1, keepdims=True)
    np.exp(scores, out=scores)
    scores /= scores.sum(axis=1, keepdims=True)
    return scores
