"""A linear softmax classifier for sparse rows, trained by mini-batches with AdaGrad.

One-against-rest machines of scikit-learn need minutes for hundreds of classes; this shares one pass among all.
Most of a thousand classes are as good as ruled out for a text, and what would still move them is left out: each
step then touches a few classes of each feature instead of all of them, in half the time.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Tuple

import numpy as np
from scipy.sparse import csr_matrix

_THREADS = 2
"""Rows of a batch are scored in two halves; SciPy's products run without Python's lock."""
_LEAST_ERROR = 3e-3
"""A class whose chance is off by less than this is not moved."""


def train_softmax(
    rows: csr_matrix, labels: np.ndarray, *, classes: int, epochs: int, rate: float, batch: int
) -> Tuple[np.ndarray, np.ndarray]:
    """Return weights (features, classes) and bias (classes). The same rows and labels give the same weights.

    `rows`: float32. `labels`: the class of each row, from 0. `rate`: AdaGrad's step.
    """
    learner = _Learner(rows.shape[1], classes, rate)
    dice = np.random.default_rng(6)
    batches = max(1, -(-rows.shape[0] // batch))
    with ThreadPoolExecutor(_THREADS) as pool:
        for _ in range(epochs):
            for chosen in np.array_split(dice.permutation(rows.shape[0]), batches):
                learner.learn(pool, rows[chosen], labels[chosen])
    return learner.weights, learner.bias


def softmax(scores: np.ndarray) -> np.ndarray:
    """Return each row as shares of one."""
    lifted = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return lifted / lifted.sum(axis=-1, keepdims=True)


class _Learner:
    """The weights, the bias, and how far each feature has moved its weights."""

    def __init__(self, features: int, classes: int, rate: float) -> None:
        self.weights = np.zeros((features, classes), dtype=np.float32)
        self.bias = np.zeros(classes, dtype=np.float32)
        self._moved = np.full(features, 1e-6, dtype=np.float32)
        self._rate = rate

    def learn(self, pool: ThreadPoolExecutor, rows: csr_matrix, labels: np.ndarray) -> None:
        """Take one step against the error on some rows."""
        shares = np.array_split(np.arange(rows.shape[0]), _THREADS)
        scores = np.vstack(list(pool.map(lambda share: rows[share] @ self.weights, shares)))
        error = softmax(scores + self.bias)
        error[np.arange(len(labels)), labels] -= 1
        self.bias -= 0.1 * self._rate * error.mean(axis=0)
        error[np.abs(error) <= _LEAST_ERROR] = 0
        slope = (rows.T.tocsr() @ csr_matrix(error / len(labels))).tocsr()
        touched = np.diff(slope.indptr)
        used = np.flatnonzero(touched)
        self._moved[used] += np.add.reduceat(slope.data**2, slope.indptr[used]) / len(self.bias)
        feature = np.repeat(np.arange(len(touched), dtype=np.int64), touched)
        step = self._rate / np.sqrt(self._moved[feature])
        self.weights.reshape(-1)[feature * len(self.bias) + slope.indices] -= step * slope.data
