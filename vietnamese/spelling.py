"""Mends typing slips with the words that citizens are known to use: "tạj trú" to "tạm trú", "hếtbao" to "hết bao".

A word is touched only where nobody has used it and it is no Vietnamese syllable; what it may have been is weighed
by the words beside it.
"""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from vietnamese.normalise import fold
from vietnamese.syllable import is_syllable

_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_SHORTEST = 2
_LONGEST = 14
_SEEN_AT_LEAST = 2
_PAIR_WEIGHT = 2.5
"""How much more a known pair of words says than a frequent word."""
_NEAR_KEY = 1.2
_LETTER_MISSING = 0.6
_ACCENTS_KEPT = 1.5


class Speller:
    """Knows the words of many texts and which stand side by side."""

    def __init__(self, words: Counter[str], pairs: Counter[tuple[str, str]]) -> None:
        """Take counts of words as they are written, and of folded pairs."""
        self._spelled = words
        self._words = {word for word, count in words.items() if count >= _SEEN_AT_LEAST}
        self._folded: Counter[str] = Counter()
        for word, count in words.items():
            self._folded[fold(word)] += count
        self._folded = Counter({word: count for word, count in self._folded.items() if count >= _SEEN_AT_LEAST})
        self._pairs = pairs
        # Known words by what is left when one letter is dropped: finds what is one slip away without trying all.
        self._one_letter_less: dict[str, list[str]] = {}
        for word in self._folded:
            for shorter in _drop_each_letter(word):
                self._one_letter_less.setdefault(shorter, []).append(word)
        self.mend_word = lru_cache(maxsize=32_768)(self._mend_word)

    @classmethod
    def learn(cls, texts: Iterable[Sequence[str]]) -> Speller:
        """Return a speller that knows these texts. Each: its words, lower case, NFC."""
        words: Counter[str] = Counter()
        pairs: Counter[tuple[str, str]] = Counter()
        for text in texts:
            words.update(text)
            folded = [fold(word) for word in text]
            pairs.update(itertools.pairwise(folded))
        return cls(words, pairs)

    @classmethod
    def restore(cls, words: Mapping[str, int], pairs: Mapping[str, int]) -> Speller:
        """Return the speller that `counts` described."""
        return cls(Counter(words), Counter({_split(pair): count for pair, count in pairs.items()}))

    def counts(self) -> tuple[dict[str, int], dict[str, int]]:
        """Return what it was made from, to be kept: words, and pairs joined by a space."""
        return dict(self._spelled), {" ".join(pair): count for pair, count in self._pairs.items()}

    def mend(self, words: Sequence[str]) -> list[str]:
        """Return the words with slips mended; a mended word has no accents unless those it had fit."""
        mended: list[str] = []
        for at, word in enumerate(words):
            before = fold(mended[-1]) if mended else ""
            after = fold(words[at + 1]) if at + 1 < len(words) else ""
            mended += self.mend_word(word, before, after).split()
        return mended

    def _mend_word(self, word: str, before: str, after: str) -> str:
        if not _SHORTEST <= len(word) <= _LONGEST or not word.isalpha():
            return word
        folded = fold(word)
        if folded in self._folded or (is_syllable(word) and not word.isascii()):
            return word
        # A syllable nobody used may still be meant: only words that fit beside their neighbours replace it.
        best, best_score = word, 0.0
        must_fit = is_syllable(word)
        for candidate, bonus in self._list_candidates(word, folded):
            frequent, fitting = self._weigh(candidate, before, after)
            score = bonus + frequent + fitting if fitting or not must_fit else 0.0
            if score > best_score:
                best, best_score = candidate, score
        return best

    def _weigh(self, candidate: str, before: str, after: str) -> tuple[float, float]:
        """Return how frequent it is, and how well it stands between its neighbours."""
        parts = [fold(part) for part in candidate.split()]
        frequent = sum(math.log1p(self._folded[part]) for part in parts) / len(parts)
        chain = [before, *parts, after]
        known = sum(math.log1p(self._pairs[pair]) for pair in itertools.pairwise(chain))
        return frequent, _PAIR_WEIGHT * known / len(parts)

    def _list_candidates(self, word: str, folded: str) -> Iterable[tuple[str, float]]:
        for at in range(len(word)):
            shorter = word[:at] + word[at + 1 :]
            if shorter in self._words:  # a key pressed twice leaves the accents right
                yield shorter, _ACCENTS_KEPT
        for at in range(1, len(word)):
            left, right = word[:at], word[at:]
            if self._is_known(left) and self._is_known(right) and (fold(left), fold(right)) in self._pairs:
                yield f"{left} {right}", _ACCENTS_KEPT
        yield from self._list_edited(folded)

    def _list_edited(self, word: str) -> Iterable[tuple[str, float]]:
        """Yield the known words one slip of the thumb away, with how likely that slip is."""
        for known in self._one_letter_less.get(word, ()):
            yield known, _LETTER_MISSING
        for shorter in _drop_each_letter(word):
            if shorter in self._folded:
                yield shorter, 0.0
            for known in self._one_letter_less.get(shorter, ()):
                bonus = _compare(word, known)
                if bonus is not None:
                    yield known, bonus

    def _is_known(self, word: str) -> bool:
        return word in self._words or (word.isascii() and word in self._folded)


def _split(pair: str) -> tuple[str, str]:
    first, _, second = pair.partition(" ")
    return first, second


def _drop_each_letter(word: str) -> Iterable[str]:
    return dict.fromkeys(word[:at] + word[at + 1 :] for at in range(len(word)))


def _compare(word: str, known: str) -> float | None:
    """Return how likely one slip makes `word` of a known one of its length; None where it takes more than one."""
    differ = [at for at in range(len(word)) if word[at] != known[at]]
    if len(differ) == 1:
        return _NEAR_KEY if known[differ[0]] in _list_near(word[differ[0]]) else 0.0
    first, second = differ[0], differ[-1]
    swapped = len(differ) == 2 and second == first + 1
    if swapped and word[first] == known[second] and word[second] == known[first]:
        return _NEAR_KEY
    return None


@lru_cache(maxsize=64)
def _list_near(key: str) -> str:
    for row_at, row in enumerate(_ROWS):
        if (at := row.find(key)) >= 0:
            around = row[max(0, at - 1) : at + 2]
            for other in (row_at - 1, row_at + 1):
                if 0 <= other < len(_ROWS):
                    around += _ROWS[other][max(0, at - 1) : at + 2]
            return around
    return ""
