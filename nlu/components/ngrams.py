"""N-gram features of a text in both of its forms, weighted by TF-IDF, without pickles."""

from __future__ import annotations

from dataclasses import dataclass
from typing import List, Tuple

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import TfidfVectorizer

from vietnamese.normalise import fold
from vietnamese.tidy import tidy

Forms = Tuple[str, str]
"""A text with its accents, and folded."""


def both_forms(text: str) -> Forms:
    """Return a text tidied, and tidied and folded."""
    kept = tidy(text)
    return kept, fold(kept)


@dataclass
class NgramWeights:
    """A vocabulary and its weights. `kind`: "char_wb" (1 to 4, folded) or "word" (1 to 2, both forms)."""

    kind: str
    terms: List[str]
    idf: np.ndarray
    _vectorizer: TfidfVectorizer

    @classmethod
    def fit(cls, kind: str, texts: List[Forms], *, most: int) -> "NgramWeights":
        """Learn the vocabulary of texts, the `most` frequent n-grams that occur at least twice."""
        vectorizer = _make(kind, max_features=most, min_df=2 if len(texts) > 200 else 1)
        vectorizer.fit(_lines(kind, texts))
        terms = sorted(vectorizer.vocabulary_, key=vectorizer.vocabulary_.__getitem__)
        return cls(kind, terms, vectorizer.idf_.astype(np.float32), vectorizer)

    @classmethod
    def load(cls, kind: str, terms: List[str], idf: np.ndarray) -> "NgramWeights":
        """Return what was learned before."""
        vectorizer = _make(kind, vocabulary={term: at for at, term in enumerate(terms)})
        vectorizer.idf_ = idf.astype(np.float32)
        return cls(kind, terms, idf, vectorizer)

    def transform(self, texts: List[Forms]) -> csr_matrix:
        """Return one row for each text."""
        return self._vectorizer.transform(_lines(self.kind, texts))


def _make(kind: str, **settings: object) -> TfidfVectorizer:
    if kind == "char_wb":
        return TfidfVectorizer(
            analyzer="char_wb",
            ngram_range=(1, 4),
            sublinear_tf=True,
            lowercase=False,
            dtype=np.float32,
            **settings,
        )
    return TfidfVectorizer(
        tokenizer=str.split,
        token_pattern=None,
        ngram_range=(1, 2),
        sublinear_tf=True,
        lowercase=False,
        dtype=np.float32,
        **settings,
    )


def _lines(kind: str, texts: List[Forms]) -> List[str]:
    return [folded if kind == "char_wb" else f"{kept} | {folded}" for kept, folded in texts]
