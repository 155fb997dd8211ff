"""Words that mean the same to an office: "rớt", "đánh mất" and "bị móc túi" are all a loss.

The thesaurus is concepts.tsv beside this file: a concept, then its expressions without accents. Ages and school
years become the age groups that the law of identity cards knows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set
from functools import lru_cache
from pathlib import Path

_TABLE = Path(__file__).with_name("concepts.tsv")
_GROUPS = ((6, "under-6"), (14, "6-to-13"), (18, "14-to-17"), (60, "adult"), (200, "60-and-over"))
_SPOKEN = {
    word: number
    for number, word in enumerate(("khong", "mot", "hai", "ba", "bon", "nam", "sau", "bay", "tam", "chin", "muoi"))
}
_SCHOOL_STARTS_AT = 5
"""A child in lớp 1 is six."""
_NUMBER = re.compile(r"\d{1,3}")


def find_concepts(folded: Sequence[str]) -> list[str]:
    """Return the concepts that words mean, each once, in order. `folded`: lower case, without accents."""
    found = dict.fromkeys(concept for _, _, concept in _find_spans(tuple(folded)))
    found.update(dict.fromkeys(_find_age_groups(folded)))
    return list(found)


def drop_concepts(folded: Sequence[str], concepts: Set[str], *, keep: Sequence[str] | None = None) -> list[str]:
    """Return the words that are left when every expression of some concepts is taken out.

    `keep`: the same words as they were typed, accents and all, to be returned in the place of the folded ones.
    """
    taken = {
        at for start, end, concept in _find_spans(tuple(folded)) if concept in concepts for at in range(start, end)
    }
    return [word for at, word in enumerate(folded if keep is None else keep) if at not in taken]


@lru_cache(maxsize=16)
def _find_spans(folded: tuple[str, ...]) -> tuple[tuple[int, int, str], ...]:
    """Return the longest expressions from left to right: "mất bao lâu" is a time, and no loss.

    Kept, because several steps of understanding look at one question.
    """
    table, longest = _load()
    found: list[tuple[int, int, str]] = []
    start = 0
    while start < len(folded):
        for end in range(min(start + longest.get(folded[start], 0), len(folded)), start, -1):
            concepts = table.get(tuple(folded[start:end]))
            if concepts:
                found += ((start, end, concept) for concept in concepts)
                start = end - 1
                break
        start += 1
    return tuple(found)


def _find_age_groups(folded: Sequence[str]) -> Iterator[str]:
    for at, word in enumerate(folded):
        if word in ("tuoi", "t") and at:
            years = _read_number(folded, at - 1)
        elif word == "thang" and at + 1 < len(folded) and folded[at + 1] == "tuoi" and at:
            years = 0 if _read_number(folded, at - 1) is not None else None
        elif word == "lop" and at + 1 < len(folded):
            grade = _read_number(folded, at + 1)
            years = grade + _SCHOOL_STARTS_AT if grade is not None and 1 <= grade <= 12 else None
        else:
            continue
        if years is not None:
            yield next(f"age-{name}" for limit, name in _GROUPS if years < limit)


def _read_number(folded: Sequence[str], at: int) -> int | None:
    """Return the number that a word is, below 200; "muoi lam" and the like are read by their last two words."""
    word = folded[at]
    if _NUMBER.fullmatch(word):
        return min(int(word), 199)
    ones = {"lam": 5, "tu": 4, "mot": 1}.get(word, _SPOKEN.get(word))
    if ones is None:
        return None
    before = folded[at - 1] if at else ""
    if before == "muoi":
        tens = _SPOKEN.get(folded[at - 2], 1) if at > 1 else 1
        return (tens if tens else 1) * 10 + ones
    if before in _SPOKEN and ones == 10:  # hai mươi
        return _SPOKEN[before] * 10
    if before in _SPOKEN and 2 <= _SPOKEN[before] <= 9 and word in ("lam", "tu"):
        return _SPOKEN[before] * 10 + ones
    return ones


@lru_cache(maxsize=1)
def _load() -> tuple[dict[tuple[str, ...], tuple[str, ...]], dict[str, int]]:
    """Return the concepts by expression, and how long the longest expression is that a word begins."""
    table: dict[tuple[str, ...], tuple[str, ...]] = {}
    longest: dict[str, int] = {}
    for line in _TABLE.read_text(encoding="utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        concept, _, expressions = line.partition("\t")
        for expression in expressions.split("|"):
            key = tuple(expression.split())
            table[key] = (*table.get(key, ()), concept)
            longest[key[0]] = max(longest.get(key[0], 0), len(key))
    return table, longest
