"""The classifier's softmax: it learns what tells classes apart, and the same phrases give the same weights."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from nlu.components.softmax import softmax, train_softmax

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
    weights, bias = train_softmax(rows, labels, classes=CLASSES, epochs=3, rate=1.0, batch=64)
    scores = rows @ weights + bias
    assert np.mean(scores.argmax(axis=1) == labels) > 0.95
    assert np.allclose(softmax(scores).sum(axis=1), 1)


def test_the_same_rows_give_the_same_weights() -> None:
    rows, labels = _make_rows(700)
    first, again = (train_softmax(rows, labels, classes=CLASSES, epochs=1, rate=1.0, batch=64) for _ in range(2))
    assert np.array_equal(first[0], again[0])
    assert np.array_equal(first[1], again[1])
