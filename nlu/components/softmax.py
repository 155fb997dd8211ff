"""A linear softmax classifier for sparse rows, trained by mini-batches with AdaGrad; the step falls to nothing.

One-against-rest machines of scikit-learn need minutes for hundreds of classes; this shares one pass among all.
Most of a thousand classes are as good as ruled out for a text, and what would still move them is left out: each
step then touches a few classes of each feature instead of all of them, in half the time. A few hundred features
stand in so many rows that a dense product is sooner done with them than a sparse one.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Sequence, Tuple

import numpy as np
from scipy.sparse import csr_matrix

_THREADS = 2
"""Rows of a batch are scored in two halves; SciPy's products run without Python's lock."""
_LEAST_ERROR = 3e-3
"""A class whose chance is off by less than this is not moved."""
_DENSE_FEATURES = 512
"""So many of the most frequent features are kept dense."""
_START = 1e-6


def train_softmax(
    rows: csr_matrix, labels: np.ndarray, *, classes: int, passes: Sequence[np.ndarray], rate: float, batch: int
) -> Tuple[np.ndarray, np.ndarray]:
    """Return weights (features, classes) and bias (classes). The same arguments give the same weights.

    `rows`: float32. `labels`: the class of each row, from 0. `passes`: the rows that each pass reads, by number.
    `rate`: AdaGrad's step at the start.
    """
    # The most frequent features first, so that both kinds are slices.
    order = np.argsort(-np.bincount(rows.indices, minlength=rows.shape[1]), kind="stable")
    rows = rows[:, order].tocsr()
    dense, sparse = rows[:, :_DENSE_FEATURES].tocsr(), rows[:, _DENSE_FEATURES:].tocsr()
    learner = _Learner(dense.shape[1], sparse.shape[1], classes)
    dice = np.random.default_rng(6)
    batches = [
        chosen
        for read in passes
        for chosen in np.array_split(dice.permutation(read), max(1, -(-len(read) // batch)))
    ]
    with ThreadPoolExecutor(_THREADS) as pool:
        for at, chosen in enumerate(batches):
            left = 1 - at / len(batches)
            learner.learn(pool, dense[chosen].toarray(), sparse[chosen], labels[chosen], rate=rate * left)
    weights = np.empty((rows.shape[1], classes), dtype=np.float32)
    weights[order] = np.vstack([learner.dense, learner.sparse])
    return weights, learner.bias


def softmax(scores: np.ndarray) -> np.ndarray:
    """Return each row as shares of one."""
    lifted = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return lifted / lifted.sum(axis=-1, keepdims=True)


class _Learner:
    """The weights of both kinds of features, the bias, and how far each feature has moved its weights."""

    def __init__(self, dense: int, sparse: int, classes: int) -> None:
        self.dense = np.zeros((dense, classes), dtype=np.float32)
        self.sparse = np.zeros((sparse, classes), dtype=np.float32)
        self.bias = np.zeros(classes, dtype=np.float32)
        self._dense_moved = np.full(dense, _START, dtype=np.float32)
        self._sparse_moved = np.full(sparse, _START, dtype=np.float32)

    def learn(
        self, pool: ThreadPoolExecutor, dense: np.ndarray, sparse: csr_matrix, labels: np.ndarray, *, rate: float
    ) -> None:
        """Take one step against the error on some rows."""
        shares = np.array_split(np.arange(len(labels)), _THREADS)
        scores = np.vstack(list(pool.map(lambda share: sparse[share] @ self.sparse, shares)))
        scores += dense @ self.dense
        error = softmax(scores + self.bias)
        error[np.arange(len(labels)), labels] -= 1
        self.bias -= 0.1 * rate * error.mean(axis=0)
        error[np.abs(error) <= _LEAST_ERROR] = 0
        error /= len(labels)
        self._move_dense(dense.T @ error, rate)
        self._move_sparse((sparse.T.tocsr() @ csr_matrix(error)).tocsr(), rate)

    def _move_dense(self, slope: np.ndarray, rate: float) -> None:
        classes = len(self.bias)
        self._dense_moved += np.einsum("fc,fc->f", slope, slope) / classes
        slope *= (rate / np.sqrt(self._dense_moved))[:, None]
        self.dense -= slope

    def _move_sparse(self, slope: csr_matrix, rate: float) -> None:
        classes = len(self.bias)
        touched = np.diff(slope.indptr)
        used = np.flatnonzero(touched)
        if not len(used):
            return
        self._sparse_moved[used] += np.add.reduceat(slope.data**2, slope.indptr[used]) / classes
        step = rate / np.sqrt(self._sparse_moved[used])
        flat = np.repeat(used * classes, touched[used]) + slope.indices
        self.sparse.reshape(-1)[flat] -= np.repeat(step, touched[used]) * slope.data
