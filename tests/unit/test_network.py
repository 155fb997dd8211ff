"""The classifier's networks: they learn what tells classes apart, the same rows give the same network."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from nlu.components.network import Network, train_network

CLASSES = 40
FEATURES = 300


def _make_rows() -> tuple[csr_matrix, np.ndarray]:
    """Return rows with half of the four features that their class alone has, and some of no class."""
    dice = np.random.default_rng(2)
    labels = np.repeat(np.arange(CLASSES), 30)
    rows = (dice.random((len(labels), FEATURES)) < 0.01).astype(np.float32)
    for row, label in zip(rows, labels, strict=True):
        row[4 * label + dice.permutation(4)[:2]] = 1.0
    return csr_matrix(rows / np.linalg.norm(rows, axis=1, keepdims=True)), labels


def _train(rows: csr_matrix, labels: np.ndarray, *, classes: int = CLASSES) -> Network:
    return train_network(rows, labels, classes=classes, passes=2, directions=64, batch=64, seed=6)


def _find_best(network: Network, rows: csr_matrix) -> np.ndarray:
    return np.array([network.find_chances(row.indices, row.data).argmax() for row in rows])


def test_classes_are_told_apart_and_chances_are_of_one() -> None:
    rows, labels = _make_rows()
    learnt, kept_back = np.arange(len(labels)) % 3 > 0, np.arange(len(labels)) % 3 == 0
    network = _train(rows[learnt], labels[learnt])
    assert np.mean(_find_best(network, rows[kept_back]) == labels[kept_back]) > 0.9
    chances = network.find_chances(rows[0].indices, rows[0].data)
    assert np.isclose(np.exp(chances).sum(), 1, atol=1e-4)


def test_the_same_rows_give_the_same_network() -> None:
    rows, labels = _make_rows()
    first, again = (_train(rows, labels).list_arrays("") for _ in range(2))
    assert all(np.array_equal(first[name], again[name]) for name in first)


def test_few_rows_are_learnt_too() -> None:
    """Fewer rows than directions: a first installation, or a test, with a handful of phrasings."""
    rows = csr_matrix(np.eye(4, 6, dtype=np.float32))
    labels = np.array([0, 0, 1, 1])
    network = _train(rows, labels, classes=2)
    assert np.array_equal(_find_best(network, rows), labels)


@pytest.mark.parametrize("texts", [1, 2])
def test_texts_that_differ_in_nothing_are_learnt_without_a_number_out_of_range(texts: int) -> None:
    rows = csr_matrix(np.ones((texts, 5), dtype=np.float32))
    network = _train(rows, np.arange(texts), classes=texts)
    assert all(np.isfinite(value).all() for value in network.list_arrays("").values())


def test_rows_of_unknown_words_alone_teach_nothing_and_stop_nothing() -> None:
    network = _train(csr_matrix((3, 5), dtype=np.float32), np.array([0, 1, 1]), classes=2)
    assert np.isfinite(network.find_chances(np.array([1]), np.array([1.0], dtype=np.float32))).all()


def test_what_has_no_known_feature_has_chances_too() -> None:
    rows, labels = _make_rows()
    chances = _train(rows, labels).find_chances(rows[0].indices[:0], rows[0].data[:0])
    assert np.isfinite(chances).all()


def test_a_network_is_kept_as_arrays_and_restored() -> None:
    rows, labels = _make_rows()
    network = _train(rows, labels)
    restored = Network.restore(network.list_arrays("first_"), "first_")
    row = rows[7]
    assert np.array_equal(
        restored.find_chances(row.indices, row.data), network.find_chances(row.indices, row.data)
    )
