"""Retrieval over the answers: finds units by how citizens ask for them, also when Rasa is away.

Every phrasing and every title is a short document. Pieces of words (character n-grams) forgive typing errors
and missing accents; a question is compared with and without its accents, and the better likeness counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer

from vietnamese.normalise import fold
from vietnamese.tidy import tidy

_BEST_PHRASINGS = 3
"""A unit scores by the mean of its best phrasings, weighted to the first: one lucky hit is not enough."""
_WEIGHTS = np.array([0.6, 0.25, 0.15])


@dataclass(frozen=True, slots=True)
class Candidate:
    """An intent or unit that may be meant. `score`: 0 to 1."""

    name: str
    score: float


class Retrieval:
    """An index of names by their phrasings. Built in a second or less, then read-only."""

    def __init__(self, phrasings: Mapping[str, Iterable[str]]) -> None:
        pairs = [(name, text) for name, texts in sorted(phrasings.items()) for text in texts]
        self._names = sorted({name for name, _ in pairs})
        position = {name: at for at, name in enumerate(self._names)}
        self._owner = np.array([position[name] for name, _ in pairs], dtype=np.int64)
        self._characters = TfidfVectorizer(
            analyzer="char_wb", ngram_range=(2, 4), sublinear_tf=True, dtype=np.float32
        )
        self._words = TfidfVectorizer(
            analyzer="word",
            tokenizer=str.split,
            token_pattern=None,
            ngram_range=(1, 2),
            sublinear_tf=True,
            dtype=np.float32,
        )
        texts = [_both_forms(text) for _, text in pairs]
        characters = self._characters.fit_transform([folded for _, folded in texts])
        words = self._words.fit_transform([f"{kept} {folded}" for kept, folded in texts])
        self._matrix: csr_matrix = csr_matrix(hstack([characters, words])).T.tocsr()

    def rank(self, question: str, *, limit: int = 10) -> list[Candidate]:
        """Return the names nearest to a question, best first; none where nothing is alike."""
        kept, folded = _both_forms(question)
        if not folded:
            return []
        row = hstack([self._characters.transform([folded]), self._words.transform([f"{kept} {folded}"])]) * 0.5
        likeness = np.asarray((csr_matrix(row) @ self._matrix).todense()).ravel()
        best = np.argsort(-likeness)[: max(limit * 8, 80)]
        found: dict[int, list[float]] = {}
        for at in best:
            if likeness[at] <= 0:
                break
            scores = found.setdefault(int(self._owner[at]), [])
            if len(scores) < _BEST_PHRASINGS:
                scores.append(float(likeness[at]))
        ranked = [Candidate(self._names[owner], _combine(scores)) for owner, scores in found.items()]
        ranked.sort(key=lambda candidate: -candidate.score)
        return ranked[:limit]


def _combine(scores: list[float]) -> float:
    padded = np.array([*scores, *([0.0] * (_BEST_PHRASINGS - len(scores)))])
    return float(padded @ _WEIGHTS)


def _both_forms(text: str) -> tuple[str, str]:
    kept = tidy(text)
    return kept, fold(kept)
