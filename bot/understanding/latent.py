"""Likeness by meaning: "rơi bóp" is near "mất ví", for their words stand among the same others.

Latent semantic analysis: phrasings become short vectors in the directions in which they differ most
(vietnamese/directions.py). Nothing but the phrasings is learnt from.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

from vietnamese.directions import find_directions
from vietnamese.vectors import Floats, Ids

_DIRECTIONS = 128

Halves = npt.NDArray[np.float16]


class Latent:
    """`directions`: a row for each feature. `places`: where each phrasing stands, a row of length 1 each."""

    def __init__(self, directions: Halves, places: Halves) -> None:
        self.directions, self.places = directions, places
        self._places = places.astype(np.float32)  # halves take little room, but long to reckon with

    @classmethod
    def learn(cls, matrix: csr_matrix) -> Latent:
        """Find directions and places. `matrix`: the features of one phrasing a row."""
        directions = find_directions(matrix, _DIRECTIONS)
        return cls(directions.astype(np.float16), _shorten(matrix @ directions).astype(np.float16))

    def place(self, ids: Ids, weights: Floats) -> Floats:
        """Return where a text stands, a vector of length 1, or 0 where no feature of it is known."""
        placed: Floats = _shorten((weights @ self.directions[ids].astype(np.float32))[None])[0]
        return placed

    def compare(self, place: Floats, rows: slice) -> Floats:
        """Return how near phrasings stand to a place: the cosine of each."""
        near: Floats = self._places[rows] @ place
        return near


def _shorten(rows: Floats) -> Floats:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    shortened: Floats = (rows / np.maximum(lengths, 1e-9)).astype(np.float32)
    return shortened
