"""What a question is compared by: words and pairs of words in both forms, concepts, and pieces of words.

Both programs read questions with these features: the understanding server to classify, the assistant to search.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from functools import lru_cache

from vietnamese.concepts import find_concepts
from vietnamese.normalise import fold, split_words
from vietnamese.tidy import tidy

LONGEST_PIECE = 4
_LONGEST_WORD = 24
"""Letters of one word that are read; more is noise."""


def read_words(text: str) -> list[str]:
    """Return the words of a text, tidied, without punctuation."""
    return split_words(tidy(text))


def list_word_features(words: Sequence[str]) -> list[str]:
    """Return words, neighbours, concepts and pairs of concepts; "a" with accents, "f" without, "@" a concept."""
    features = [f"a{word}" for word in words]
    features += [f"a{first} {second}" for first, second in itertools.pairwise(words)]
    features += _list_plain_features(fold(" ".join(words)))
    return features


@lru_cache(maxsize=64)
def _list_plain_features(folded: str) -> tuple[str, ...]:
    """Return the features that accents do not change; kept, because ways of typing one phrase share them."""
    words = folded.split()
    concepts = sorted(find_concepts(words))
    return (
        *(f"f{word}" for word in words),
        *(f"f{first} {second}" for first, second in itertools.pairwise(words)),
        *(f"@{concept}" for concept in concepts),
        *(f"@{first} @{second}" for at, first in enumerate(concepts) for second in concepts[at + 1 :]),
    )


def list_pieces(word: str) -> list[str]:
    """Return the pieces of one word without accents, of 1 to 4 characters, its edges marked by spaces."""
    padded = f" {fold(word)[:_LONGEST_WORD]} "
    return [
        padded[at : at + length]
        for length in range(1, LONGEST_PIECE + 1)
        for at in range(len(padded) - length + 1)
        if padded[at : at + length] != " "
    ]
