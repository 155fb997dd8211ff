"""How alike two questions are: whether they ask the same, however they were typed."""

from __future__ import annotations

import itertools

from vietnamese.concepts import find_concepts
from vietnamese.features import read_words
from vietnamese.normalise import fold

_PIECE = 3


def list_marks(text: str) -> frozenset[str]:
    """Return what a question is compared by, without accents: words, pairs, pieces of words, concepts."""
    words = [fold(word) for word in read_words(text)]
    marks = {f"f{word}" for word in words}
    marks |= {f"f{first} {second}" for first, second in itertools.pairwise(words)}
    marks |= {f"@{concept}" for concept in find_concepts(words)}
    for word in words:
        padded = f" {word} "
        marks |= {padded[at : at + _PIECE] for at in range(len(padded) - _PIECE + 1)}
    return frozenset(marks)


def measure_likeness(first: frozenset[str], second: frozenset[str]) -> float:
    """Return 0 (nothing in common) to 1 (the same) for the marks of two questions."""
    if not first or not second:
        return 0.0
    return 2 * len(first & second) / (len(first) + len(second))
