"""The weights of a classifier, without those that stayed zero: most of a thousand classes have nothing to do with
a feature. Packing a model of all weights took longer than learning them."""

from __future__ import annotations

from typing import Dict, Mapping

import numpy as np
from scipy.sparse import csr_matrix


class SparseWeights:
    """What each feature says for which classes."""

    def __init__(self, matrix: csr_matrix) -> None:
        """Take the weights, float32: a row for each feature, a column for each class."""
        self._matrix = matrix

    @classmethod
    def of(cls, weights: np.ndarray) -> "SparseWeights":
        """Return the weights of a matrix (features, classes), as exact as they are kept."""
        return cls(csr_matrix(weights.astype(np.float16).astype(np.float32)))

    @classmethod
    def restore(cls, arrays: Mapping[str, np.ndarray], *, classes: int) -> "SparseWeights":
        """Return the weights that `list_arrays` described."""
        starts = arrays["starts"]
        rows = (arrays["values"].astype(np.float32), arrays["classes"].astype(np.int32), starts)
        return cls(csr_matrix(rows, shape=(len(starts) - 1, classes)))

    def list_arrays(self) -> Dict[str, np.ndarray]:
        """Return what they are made of, to be kept: float16 is half of the file, and the ranking stays."""
        return {
            "values": self._matrix.data.astype(np.float16),
            "classes": self._matrix.indices.astype(np.min_scalar_type(self._matrix.shape[1])),
            "starts": self._matrix.indptr,
        }

    def add_up(self, ids: np.ndarray, amounts: np.ndarray) -> np.ndarray:
        """Return what features speak for each class. `ids`: the features; `amounts`: how much of each there is."""
        # Only the few rows that a text touches.
        return self._matrix[ids].T @ amounts
