"""Vectors made all at once are those made one by one."""

from __future__ import annotations

import numpy as np

from vietnamese.vectors import TextIndex

TEXTS = [text.split() for text in ("làm thẻ căn cước", "đổi thẻ căn cước ở đâu ở đâu", "lạ hoắc", "")]


def test_a_matrix_holds_the_vectors() -> None:
    index = TextIndex.learn(TEXTS[:2], most_pieces=200, most_words=200)
    matrix = index.matrix(TEXTS)
    assert matrix.shape == (len(TEXTS), len(index))
    for row, text in zip(matrix, TEXTS, strict=True):
        ids, weights = index.vector(text)
        assert list(row.indices) == list(ids)
        assert np.allclose(row.data, weights)
