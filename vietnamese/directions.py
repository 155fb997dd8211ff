"""The directions in which texts differ most: latent semantic analysis, by which both programs place words.

A randomized singular value decomposition (Halko, Martinsson and Tropp 2011, algorithm 4.4, doi 10.1137/090771806),
written out: SciPy's own for sparse matrices, `svds`, looks for a hundred directions one after the other.
"""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_matrix

from vietnamese.vectors import Floats

_BESIDE = 16
"""Directions that are tried beyond those kept, so that the kept ones are the right ones."""
_ENOUGH = 20_000
"""So many texts are enough to find the directions of all."""
_SEED = 6


def find_directions(matrix: csr_matrix, most: int) -> Floats:
    """Return a row for each feature, a column for each direction, at most so many.

    `matrix`: the features of one text a row, float32. Where there are fewer texts or features than `most`, there
    are as few directions.
    """
    matrix = matrix[:: max(1, matrix.shape[0] // _ENOUGH)]
    count = min(most + _BESIDE, *matrix.shape)
    tried = np.random.default_rng(_SEED).standard_normal((matrix.shape[1], count)).astype(np.float32)
    for _ in range(2):
        spanned, _ = np.linalg.qr(matrix @ tried)
        tried = matrix.T @ spanned
    # What is left is as small as the directions are few: its squares are decomposed instead of itself.
    values, turned = np.linalg.eigh(tried.T @ tried)
    kept = np.argsort(-values)[: min(most, count)]
    directions: Floats = tried @ (turned[:, kept] / np.sqrt(np.maximum(values[kept], 1e-12))).astype(np.float32)
    return directions
