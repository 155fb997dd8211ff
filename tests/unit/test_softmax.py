"""The classifier's softmax: it learns what tells classes apart, and the same phrases give the same weights."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from nlu.components.softmax import softmax, train_softmax
from nlu.components.sparse_weights import SparseWeights

CLASSES = 40


def _make_rows(features: int) -> tuple[csr_matrix, np.ndarray]:
    dice = np.random.default_rng(2)
    labels = np.repeat(np.arange(CLASSES), 30)
    rows = (dice.random((len(labels), features)) < 0.05).astype(np.float32)
    rows[np.arange(len(labels)), labels] = 1.0
    return csr_matrix(rows), labels


@pytest.mark.parametrize("features", [120, 700])
def test_classes_are_told_apart_and_shares_are_of_one(features: int) -> None:
    """The frequent features are kept otherwise than the rest: with 120 there is no rest."""
    rows, labels = _make_rows(features)
    every = np.arange(len(labels))
    weights, bias = train_softmax(rows, labels, classes=CLASSES, passes=[every] * 3, rate=1.0, batch=64)
    scores = rows @ weights + bias
    assert np.mean(scores.argmax(axis=1) == labels) > 0.95
    assert np.allclose(softmax(scores).sum(axis=1), 1)


def test_the_same_rows_give_the_same_weights() -> None:
    rows, labels = _make_rows(700)
    every = np.arange(len(labels))
    first, again = (
        train_softmax(rows, labels, classes=CLASSES, passes=[every], rate=1.0, batch=64) for _ in range(2)
    )
    assert np.array_equal(first[0], again[0])
    assert np.array_equal(first[1], again[1])


def test_a_pass_over_some_rows_learns_from_these_alone() -> None:
    rows, labels = _make_rows(700)
    seen = np.flatnonzero(labels < CLASSES // 2)
    weights, bias = train_softmax(rows, labels, classes=CLASSES, passes=[seen] * 3, rate=1.0, batch=64)
    best = (rows @ weights + bias).argmax(axis=1)
    assert np.mean(best[seen] == labels[seen]) > 0.95
    assert best.max() < CLASSES // 2


def test_weights_without_zeros_score_as_all_of_them_do() -> None:
    rows, labels = _make_rows(700)
    weights, _ = train_softmax(rows, labels, classes=CLASSES, passes=[np.arange(200)], rate=1.0, batch=64)
    kept = SparseWeights.of(weights)
    arrays = kept.list_arrays()
    assert len(arrays["values"]) < weights.size
    row = rows[7]
    for each in (kept, SparseWeights.restore(arrays, classes=CLASSES)):
        found = each.add_up(row.indices, row.data)
        assert np.allclose(found, (row @ weights)[0], atol=0.02)
        assert not each.add_up(row.indices[:0], row.data[:0]).any()
