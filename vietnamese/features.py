"""What a question is compared by: words and pairs of words in both forms, concepts, and pieces of words.

Both programs read questions with these features: the understanding server to classify, the assistant to search.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from vietnamese.concepts import find_concepts
from vietnamese.normalise import fold, tokens
from vietnamese.tidy import tidy

LONGEST_PIECE = 4
_LONGEST_WORD = 24
"""Letters of one word that are read; more is noise."""


def read_words(text: str) -> list[str]:
    """Return the words of a text, tidied, without punctuation."""
    return tokens(tidy(text))


def list_word_features(words: Sequence[str]) -> list[str]:
    """Return words, neighbours, concepts and pairs of concepts; "a" with accents, "f" without, "@" a concept."""
    folded = [fold(word) for word in words]
    features = [f"a{word}" for word in words]
    features += [f"f{word}" for word in folded]
    features += [f"a{first} {second}" for first, second in itertools.pairwise(words)]
    features += [f"f{first} {second}" for first, second in itertools.pairwise(folded)]
    concepts = sorted(find_concepts(folded))
    features += [f"@{concept}" for concept in concepts]
    features += [f"@{first} @{second}" for at, first in enumerate(concepts) for second in concepts[at + 1 :]]
    return features


def list_pieces(word: str) -> list[str]:
    """Return the pieces of one word without accents, of 1 to 4 characters, its edges marked by spaces."""
    padded = f" {fold(word)[:_LONGEST_WORD]} "
    return [
        padded[at : at + length]
        for length in range(1, LONGEST_PIECE + 1)
        for at in range(len(padded) - length + 1)
        if padded[at : at + length] != " "
    ]
