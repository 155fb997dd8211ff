"""Turns words into sparse vectors: sublinear counts weighted by rarity (TF-IDF), words and pieces of set lengths.

Plain arrays and lists, so an index can be kept without pickles. NumPy and SciPy are in both programs.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

from vietnamese.features import list_pieces, list_word_features

Floats = npt.NDArray[np.float32]
Ids = npt.NDArray[np.int32]

PIECES_SHARE = 0.7
"""The length of the part made of pieces; the part made of words has length 1."""
LONGEST_VECTOR = float(np.sqrt(1 + PIECES_SHARE**2))
_SEEN_AT_LEAST = 2
_CACHED_WORDS = 50_000


class TextIndex:
    """Numbers for features, and their rarity. The pieces come first."""

    def __init__(self, pieces: Sequence[str], words: Sequence[str], rarity: Floats) -> None:
        """Take the features in the order of their numbers. `rarity`: inverse document frequency of each."""
        self.pieces, self.words, self.rarity = list(pieces), list(words), rarity
        self._piece_ids = {piece: at for at, piece in enumerate(self.pieces)}
        self._word_ids = {word: at + len(self.pieces) for at, word in enumerate(self.words)}
        self._pieces_of: dict[str, Ids] = {}

    def __len__(self) -> int:
        """Return how many features there are."""
        return len(self.rarity)

    @classmethod
    def learn(cls, texts: Sequence[Sequence[str]], *, most_pieces: int, most_words: int) -> TextIndex:
        """Return the index of the most frequent features of these texts, each given as its words."""
        pieces: Counter[str] = Counter()
        words: Counter[str] = Counter()
        pieces_of: dict[str, list[str]] = {}
        for text in texts:
            found: set[str] = set()
            for word in text:
                if word not in pieces_of:
                    pieces_of[word] = list_pieces(word)
                found.update(pieces_of[word])
            pieces.update(found)
            words.update(set(list_word_features(text)))
        kept_pieces = _list_frequent(pieces, most_pieces, len(texts))
        kept_words = _list_frequent(words, most_words, len(texts))
        seen = np.array(
            [pieces[each] for each in kept_pieces] + [words[each] for each in kept_words], dtype=np.float32
        )
        return cls(kept_pieces, kept_words, (np.log((1 + len(texts)) / (1 + seen)) + 1).astype(np.float32))

    def vector(self, text: Sequence[str]) -> tuple[Ids, Floats]:
        """Return the numbers and weights of a text's features, given its words."""
        parts = [self._find_pieces(word) for word in text]
        pieces = np.concatenate(parts) if parts else np.zeros(0, dtype=np.int32)
        known = self._word_ids
        words = np.array([known[each] for each in list_word_features(text) if each in known], dtype=np.int32)
        return _join(_weigh(pieces, self.rarity, length=PIECES_SHARE), _weigh(words, self.rarity, length=1.0))

    def matrix(self, texts: Iterable[Sequence[str]]) -> csr_matrix:
        """Return the vectors of many texts, one a row; the same as `vector` gives, all at once."""
        known = self._word_ids
        pieces: list[Ids] = []
        words: list[Ids] = []
        for text in texts:
            parts = [self._find_pieces(word) for word in text]
            pieces.append(np.concatenate(parts) if parts else np.zeros(0, dtype=np.int32))
            found = [known[each] for each in list_word_features(text) if each in known]
            words.append(np.array(found, dtype=np.int32))
        shape = (len(pieces), len(self))
        weighed = self._weigh_all(pieces, shape, length=PIECES_SHARE) + self._weigh_all(words, shape, length=1.0)
        return weighed.tocsr()

    def _weigh_all(self, found: Sequence[Ids], shape: tuple[int, int], *, length: float) -> csr_matrix:
        """Return one part of the vectors, a row for each text. `found`: its features, as often as they stand."""
        if not found:
            return csr_matrix(shape, dtype=np.float32)
        ends = np.cumsum([0, *map(len, found)])
        counts = csr_matrix((np.ones(ends[-1], dtype=np.float32), np.concatenate(found), ends), shape=shape)
        counts.sum_duplicates()
        weights = (1 + np.log(counts.data)) * self.rarity[counts.indices]
        row = np.repeat(np.arange(shape[0]), np.diff(counts.indptr))
        norms = np.sqrt(np.bincount(row, weights=weights.astype(np.float64) ** 2, minlength=shape[0]))
        counts.data = (weights * (length / norms[row])).astype(np.float32)
        return counts

    def _find_pieces(self, word: str) -> Ids:
        found = self._pieces_of.get(word)
        if found is None:
            known = self._piece_ids
            found = np.array([known[piece] for piece in list_pieces(word) if piece in known], dtype=np.int32)
            if len(self._pieces_of) >= _CACHED_WORDS:
                self._pieces_of.clear()
            self._pieces_of[word] = found
        return found


def _list_frequent(counts: Counter[str], most: int, texts: int) -> list[str]:
    at_least = _SEEN_AT_LEAST if texts > 200 else 1
    ranked = sorted((-count, feature) for feature, count in counts.items() if count >= at_least)
    return sorted(feature for _, feature in ranked[:most])


def _weigh(found: Ids, rarity: Floats, *, length: float) -> tuple[Ids, Floats]:
    if not len(found):
        return np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.float32)
    ids, counts = np.unique(found, return_counts=True)
    weights = (1 + np.log(counts)) * rarity[ids]
    return ids.astype(np.int32), (weights * (length / np.linalg.norm(weights))).astype(np.float32)


def _join(first: tuple[Ids, Floats], second: tuple[Ids, Floats]) -> tuple[Ids, Floats]:
    return np.concatenate([first[0], second[0]]), np.concatenate([first[1], second[1]])
