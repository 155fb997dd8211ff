"""Retrieval over the answers: finds units by how citizens ask for them, also when Rasa is away.

Every phrasing and every title is a short document. Pieces of words (character n-grams) forgive typing errors
and missing accents; a question is compared with and without its accents, and the better likeness counts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer

from vietnamese.normalise import fold
from vietnamese.tidy import tidy

_BEST_PHRASINGS = 3
"""A unit scores by the mean of its best phrasings, weighted to the first: one lucky hit is not enough."""
_WEIGHTS = (0.6, 0.25, 0.15)


@dataclass(frozen=True, slots=True)
class Candidate:
    """An intent or unit that may be meant. `score`: 0 to 1."""

    name: str
    score: float


class _Weights:
    """The weights of one kind of n-gram.

    A query is weighed by hand: scikit-learn spends milliseconds on checking its input.
    """

    def __init__(self, vectorizer: TfidfVectorizer, *, offset: int) -> None:
        self._read = vectorizer.build_analyzer()
        self._position = {term: int(at) + offset for term, at in vectorizer.vocabulary_.items()}
        self._idf = vectorizer.idf_
        self._offset = offset

    def weigh(self, text: str) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Return the columns and weights of a text: sublinear counts by rarity, of length 1."""
        counts = Counter(at for term in self._read(text) if (at := self._position.get(term)) is not None)
        columns = np.fromiter(counts.keys(), dtype=np.int64, count=len(counts))
        weights = (1 + np.log(np.fromiter(counts.values(), dtype=np.float64, count=len(counts)))) * self._idf[
            columns - self._offset
        ]
        return columns, weights / (np.linalg.norm(weights) or 1.0)


class Retrieval:
    """An index of names by their phrasings. Built in a second or less, then read-only."""

    def __init__(self, phrasings: Mapping[str, Iterable[str]]) -> None:
        pairs = [(name, text) for name, texts in sorted(phrasings.items()) for text in texts]
        self._names = sorted({name for name, _ in pairs})
        position = {name: at for at, name in enumerate(self._names)}
        self._owner = np.array([position[name] for name, _ in pairs], dtype=np.int64)
        characters = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4), sublinear_tf=True, dtype=np.float32)
        words = TfidfVectorizer(
            tokenizer=str.split, token_pattern=None, ngram_range=(1, 2), sublinear_tf=True, dtype=np.float32
        )
        texts = [_both_forms(text) for _, text in pairs]
        rows = hstack(
            [
                characters.fit_transform([folded for _, folded in texts]),
                words.fit_transform([f"{kept} {folded}" for kept, folded in texts]),
            ]
        )
        self._matrix: csr_matrix = csr_matrix(rows * 0.5).T.tocsr()
        self._characters = _Weights(characters, offset=0)
        self._words = _Weights(words, offset=len(characters.vocabulary_))

    def rank(self, question: str, *, limit: int = 10) -> list[Candidate]:
        """Return the names nearest to a question, best first; none where nothing is alike."""
        kept, folded = _both_forms(question)
        parts = (self._characters.weigh(folded), self._words.weigh(f"{kept} {folded}"))
        columns, weights = (np.concatenate(each) for each in zip(*parts, strict=True))
        if not len(columns):
            return []
        row = csr_matrix((weights, columns, (0, len(columns))), shape=(1, self._matrix.shape[0]))
        likeness = row @ self._matrix
        found: dict[int, list[float]] = {}
        for at in np.argsort(-likeness.data)[: max(limit * 8, 80)]:
            scores = found.setdefault(int(self._owner[likeness.indices[at]]), [])
            if len(scores) < _BEST_PHRASINGS:
                scores.append(float(likeness.data[at]))
        ranked = [Candidate(self._names[owner], _combine(scores)) for owner, scores in found.items()]
        ranked.sort(key=lambda candidate: -candidate.score)
        return ranked[:limit]


def _combine(scores: list[float]) -> float:
    return sum(weight * score for weight, score in zip(_WEIGHTS, scores, strict=False))


def _both_forms(text: str) -> tuple[str, str]:
    kept = tidy(text)
    return kept, fold(kept)
