"""A linear softmax classifier for sparse rows, trained by mini-batches with AdaGrad.

One-against-rest machines of scikit-learn need minutes for hundreds of classes; this shares one pass among all.
"""

from __future__ import annotations

import itertools
from concurrent.futures import ThreadPoolExecutor
from typing import Tuple

import numpy as np
from scipy.sparse import csr_matrix

_SHARDS = 2
"""Classes are split in two halves, one per core; SciPy's products run without Python's lock."""


def train_softmax(
    rows: csr_matrix, labels: np.ndarray, *, classes: int, epochs: int, rate: float, batch: int
) -> Tuple[np.ndarray, np.ndarray]:
    """Return weights (features, classes) and bias (classes). The same rows and labels give the same weights.

    `rows`: float32. `labels`: the class of each row, from 0. `rate`: AdaGrad's step.
    """
    learner = _Learner(rows.shape[1], classes, rate)
    dice = np.random.default_rng(6)
    batches = max(1, -(-rows.shape[0] // batch))
    with ThreadPoolExecutor(_SHARDS) as pool:
        for _ in range(epochs):
            for chosen in np.array_split(dice.permutation(rows.shape[0]), batches):
                learner.learn(pool, rows[chosen], labels[chosen])
    return np.hstack([shard.weights for shard in learner.shards]), learner.bias


def softmax(scores: np.ndarray) -> np.ndarray:
    """Return each row as shares of one."""
    lifted = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return lifted / lifted.sum(axis=-1, keepdims=True)


class _Shard:
    """The weights of some neighbouring classes, and how far each feature has moved them."""

    def __init__(self, features: int, begin: int, end: int, rate: float) -> None:
        self.weights = np.zeros((features, end - begin), dtype=np.float32)
        self._classes = slice(begin, end)
        self._moved = np.full(features, 1e-6, dtype=np.float32)
        self._rate = rate

    def score(self, rows: csr_matrix) -> np.ndarray:
        return rows @ self.weights

    def move(self, turned: csr_matrix, used: np.ndarray, error: np.ndarray) -> None:
        # In place where it can be: this moves megabytes at each step, and memory is what it waits for.
        slope = turned @ np.ascontiguousarray(error[:, self._classes])
        self._moved[used] += np.einsum("fc,fc->f", slope, slope) / slope.shape[1]
        slope *= (self._rate / np.sqrt(self._moved[used]))[:, None]
        self.weights[used] -= slope


class _Learner:
    """All shards and the bias."""

    def __init__(self, features: int, classes: int, rate: float) -> None:
        bounds = np.linspace(0, classes, _SHARDS + 1).astype(int)
        self.shards = [_Shard(features, begin, end, rate) for begin, end in itertools.pairwise(bounds)]
        self.bias = np.zeros(classes, dtype=np.float32)
        self._rate = rate

    def learn(self, pool: ThreadPoolExecutor, rows: csr_matrix, labels: np.ndarray) -> None:
        """Take one step against the error on some rows; only the features that stand in them are touched."""
        error = softmax(np.hstack(list(pool.map(lambda shard: shard.score(rows), self.shards))) + self.bias)
        error[np.arange(len(labels)), labels] -= 1
        error /= len(labels)
        is_used = np.zeros(rows.shape[1], dtype=bool)
        is_used[rows.indices] = True
        used = np.flatnonzero(is_used)
        renumbered = np.cumsum(is_used, dtype=np.int32)[rows.indices] - 1
        small = csr_matrix((rows.data, renumbered, rows.indptr), shape=(rows.shape[0], len(used)))
        turned = small.T.tocsr()
        list(pool.map(lambda shard: shard.move(turned, used, error), self.shards))
        self.bias -= 0.1 * self._rate * error.sum(axis=0)
