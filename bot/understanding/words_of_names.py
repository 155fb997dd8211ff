"""Which words, pairs of words and concepts each name was ever asked with, and how often."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

from bot.understanding.retrieval import Asked, Retrieval
from vietnamese.vectors import Floats, Ids

Numbers = npt.NDArray[np.float64]

PARTS = ("concept", "concepts", "word", "words", "plain_word", "plain_words")
"""Kinds of word features: concepts, words, words without accents; each alone and in pairs."""
COUNTED_PARTS = ("concept", "plain_word", "plain_words")
"""The kinds whose counts are told apart; with accents a word is counted no better."""
_AS_ANYBODY = 10.0
"""So many phrasings of each name are taken to be asked as anybody asks: what was said twice proves little."""
_SCALE = 10.0


class Occurrences:
    """Where features stand: which rows of a matrix have each, and how often."""

    def __init__(self, matrix: csr_matrix) -> None:
        by_feature = matrix.tocsc()
        self._rows = matrix.shape[0]
        self._spans = by_feature.indptr.tolist()
        self._at, self._times = by_feature.indices.astype(np.intp), by_feature.data

    def count(self, ids: Ids) -> Floats:
        """Return how often, or how much, each row (column) has each of some features (row)."""
        counts = np.zeros((len(ids), self._rows), dtype=np.float32)
        for row, each in zip(counts, ids.tolist(), strict=True):
            span = slice(self._spans[each], self._spans[each + 1])
            row[self._at[span]] = self._times[span]
        return counts


class WordsOfNames:
    """Counts, for each name of an index, its phrasings that have a word feature."""

    def __init__(self, retrieval: Retrieval) -> None:
        self._retrieval = retrieval
        self._counts = np.diff(retrieval.starts)
        pieces, words = retrieval.index.pieces, retrieval.index.words
        self._ids = {word: len(pieces) + at for at, word in enumerate(words)}
        self._part = np.array([0] * len(pieces) + [_find_part(word) for word in words], dtype=np.int64)
        asked_with = self._find_words_of_names()
        self._askers = Occurrences(asked_with)
        self._whole = np.asarray(asked_with.sum(axis=0), dtype=np.float64).ravel()
        self._count = lru_cache(maxsize=1)(self._find_counts)  # what is asked of one question needs them thrice

    def _find_words_of_names(self) -> csr_matrix:
        """Return for each name the word features that it was ever asked with."""
        matrix = self._retrieval.matrix
        is_word = matrix.indices >= len(self._retrieval.index.pieces)
        before = np.concatenate([[0], np.cumsum(is_word)])
        ends = before[matrix.indptr[self._retrieval.starts]]
        shape = (len(self._counts), matrix.shape[1])
        words = csr_matrix((np.ones(ends[-1], dtype=np.float32), matrix.indices[is_word], ends), shape=shape)
        words.sum_duplicates()
        return words

    @property
    def phrasings(self) -> npt.NDArray[np.int64]:
        """Return how many phrasings each name has."""
        return self._counts

    def list_ids(self, asked: Asked) -> Ids:
        """Return the word features of a question: words, pairs and concepts, no pieces of words."""
        return asked.ids[self._part[asked.ids] > 0]

    def count_known(self, asked: Asked) -> int:
        """Return how many words of a question any phrasing has, without accents and in each way it is meant."""
        return int((self._part[asked.ids] == 1 + PARTS.index("plain_word")).sum())

    def cover(self, asked: Asked, at: Sequence[int]) -> Numbers:
        """Return by name and part how much of the question the name was ever asked with; rare words count more."""
        return self._cover(asked, (self._count(asked)[:, at] > 0).T)

    def cover_with(self, asked: Asked, texts: Occurrences, at: Sequence[int]) -> Numbers:
        """Return by text and part how much of the question each text has. `at`: the rows of the texts."""
        return self._cover(asked, (texts.count(self.list_ids(asked))[:, at] > 0).T)

    def cover_all(self, asked: Asked) -> Floats:
        """Return by name, all of them, how much of the question it was ever asked with, 0 to 1."""
        ids = self.list_ids(asked)
        if not len(ids):
            return np.zeros(len(self._counts), dtype=np.float32)
        rarity = self._retrieval.index.rarity[ids]
        covered: Floats = rarity @ (self._count(asked) > 0) / rarity.sum()
        return covered

    def weigh_counts(self, asked: Asked, at: Sequence[int]) -> Numbers:
        """Return by name and part how much likelier the question's words are from who means it than from anybody.

        Logarithms, as naive Bayes adds them up: a word that half of the phrasings of a name have says more than
        one that a single phrasing has.
        """
        ids = self.list_ids(asked)
        parts = np.zeros((len(ids), len(COUNTED_PARTS)))
        for column, part in enumerate(COUNTED_PARTS):
            parts[self._part[ids] == 1 + PARTS.index(part), column] = 1
        usual = (self._whole[ids] / max(1.0, self._counts.sum()))[:, None]
        counts = self._count(asked)[:, at].astype(np.float64)
        shares = (counts + _AS_ANYBODY * usual) / (self._counts[at] + _AS_ANYBODY)
        found: Numbers = np.log(shares / usual).T @ parts / _SCALE
        return found

    def find_rows(self, asked: Asked, features: Sequence[str]) -> list[int]:
        """Return where some word features of a question stand among all of them; nothing for unknown ones."""
        row_of = {each: row for row, each in enumerate(self.list_ids(asked).tolist())}
        return [row_of[self._ids[each]] for each in features if self._ids.get(each) in row_of]

    def find_rarity(self, asked: Asked, rows: Sequence[int]) -> Floats:
        """Return how rare word features of a question are. `rows`: their places in it."""
        rarity: Floats = self._retrieval.index.rarity[self.list_ids(asked)[rows]]
        return rarity

    def find_shares(self, asked: Asked, rows: Sequence[int], at: Sequence[int]) -> Numbers:
        """Return by name which share of its phrasings have each feature. `rows`: their places in the question."""
        counts = self._count(asked)[np.ix_(rows, at)].astype(np.float64)
        shares: Numbers = counts.T / self._counts[at][:, None]
        return shares

    def _cover(self, asked: Asked, has: npt.NDArray[np.bool_]) -> Numbers:
        ids = self.list_ids(asked)
        # The rarity of each feature, in the column of its part.
        parts = np.zeros((len(ids), len(PARTS)))
        parts[np.arange(len(ids)), self._part[ids] - 1] = self._retrieval.index.rarity[ids]
        whole = parts.sum(axis=0)
        return np.where(whole > 0, has.astype(np.float64) @ parts / np.maximum(whole, 1e-6), 1.0)

    def _find_counts(self, asked: Asked) -> Floats:
        """Return how many phrasings of each name (column) have each word feature of a question (row)."""
        return self._askers.count(self.list_ids(asked))


def _find_part(word: str) -> int:
    """Return the part of a word feature: its place in `PARTS`, from 1; 0 is for pieces of words."""
    return 1 + 2 * "@af".index(word[0]) + (" " in word)
