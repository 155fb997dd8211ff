"""Mends typing slips with the words that citizens are known to use: "tạj trú" to "tạm trú", "hếtbao" to "hết bao".

What was meant is read off the whole text: each word may be as it stands or one slip of the thumb away from known
words, alone or run together, and the likeliest row of words by how they follow one another is taken. A word that
fits where it stands is not looked at.
"""

from __future__ import annotations

import heapq
import itertools
import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

from vietnamese.normalise import fold
from vietnamese.syllable import is_syllable

_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_SHORTEST = 2
_LONGEST = 14
_LONGEST_RUN = 40
"""Letters of words run together: "lamthecancuoc"."""
_SEEN_AT_LEAST = 2
_MOST_CANDIDATES = 8
_MOST_ROWS = 5
"""Rows of words that are gone on with; what was unlikely so far hardly becomes the likeliest."""
_MOST_WAYS = 4
_ROWS_FOR_WAYS, _ALIKE_FOR_WAYS = 8, 2
"""The same where other ways to read a text are wanted too, and how many of them may end with one word."""
_LEAST_LIKELY_WAY = 0.05
"""A way that is this much less likely than the likeliest is none."""
_WAY_SHARPNESS = 0.5
"""How far ways differ in what they count, where this much lies between their logarithms: they are too sure."""
_PAIR_SHARE = 0.8
"""How much of a word's chance comes from the word before it; the rest from how frequent it is."""
# What a slip costs, in logarithms of chance. A known word that fits badly is rarely one.
_SLIP = -2.5
_UNLIKELY_SLIP = -8.0
_RUN_TOGETHER = -3.5
_KNOWN_IS_SLIP = -5.0
_ACCENTED_IS_SLIP = -7.0
"""Whoever gave a syllable its accents nearly always meant it."""
_STRANGE_WORD = -19.0
_STRANGE_SYLLABLE = -13.5

_Parts = tuple[tuple[str, ...], tuple[str, ...], float]
"""Known words that one may have been meant for, folded; what was typed of each; what the slip costs."""
_Candidate = tuple[tuple[str, ...], str, str, float]
"""The words, the first and the last of them folded, and what the slip and the words within cost."""
_Row = tuple[float, str, tuple[str, ...]]
"""The logarithm of its chance, its last word folded, the words."""
Way = tuple[float, tuple[str, ...]]
"""How likely a text was meant so, 0 to 1, and its words."""


class Speller:
    """Knows the words of many texts and which stand side by side."""

    def __init__(self, words: Counter[str], pairs: Counter[tuple[str, str]]) -> None:
        """Take counts of words as they are written, and of folded pairs."""
        self._spelled = words
        self._words = {word for word, count in words.items() if count >= _SEEN_AT_LEAST}
        folded: Counter[str] = Counter()
        spellings: dict[str, list[str]] = {}
        for word, count in words.items():
            folded[fold(word)] += count
            spellings.setdefault(fold(word), []).append(word)
        self._folded = {word: count for word, count in folded.items() if count >= _SEEN_AT_LEAST}
        self._spellings = {word: spellings[word] for word in self._folded}
        self._pairs = pairs
        self._whole = max(1, sum(self._folded.values()))
        self._alone = {
            word: math.log((1 - _PAIR_SHARE) * count / self._whole) for word, count in self._folded.items()
        }
        # Known words by what is left when one letter is dropped: finds what is one slip away without trying all.
        self._one_letter_less: dict[str, list[str]] = {}
        for word in self._folded:
            for shorter in _drop_each_letter(word):
                self._one_letter_less.setdefault(shorter, []).append(word)
        self._list_candidates = lru_cache(maxsize=32_768)(self._find_candidates)
        self._list_edited = lru_cache(maxsize=32_768)(self._find_edited)

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
        return cls(Counter(words), Counter({split_pair(pair): count for pair, count in pairs.items()}))

    def counts(self) -> tuple[dict[str, int], dict[str, int]]:
        """Return what it was made from, to be kept: words, and pairs joined by a space."""
        return dict(self._spelled), {" ".join(pair): count for pair, count in self._pairs.items()}

    def mend(self, words: Sequence[str]) -> list[str]:
        """Return the words with slips mended; a mended word has accents only where those it had say which."""
        rows = self._list_rows(words, most=_MOST_ROWS, alike=1)
        return list(rows[0][2]) if rows else list(words)

    def list_ways(self, words: Sequence[str]) -> list[Way]:
        """Return the ways the words may be meant, likeliest first and few; their chances sum to 1."""
        rows = self._list_rows(words, most=_ROWS_FOR_WAYS, alike=_ALIKE_FOR_WAYS)[:_MOST_WAYS]
        if not rows:
            return [(1.0, tuple(words))]
        lifted = [(math.exp(_WAY_SHARPNESS * (score - rows[0][0])), row) for score, _, row in rows]
        kept = [(weight, row) for weight, row in lifted if weight >= _LEAST_LIKELY_WAY]
        whole = sum(weight for weight, _ in kept)
        return [(weight / whole, row) for weight, row in kept]

    def _list_rows(self, words: Sequence[str], *, most: int, alike: int) -> list[_Row]:
        """Return the likeliest rows of words, best first; none where there is nothing to mend.

        `most`: so many are gone on with. `alike`: so many of them may end with the same word.
        """
        folded = [fold(word) for word in words]
        doubtful = [self._is_doubtful(at, words, folded) for at in range(len(words))]
        if not any(doubtful):
            return []
        rows: list[_Row] = [(0.0, "", ())]
        for word, plain, is_doubtful in zip(words, folded, doubtful, strict=True):
            candidates = self._list_candidates(word, plain) if is_doubtful else (((word,), plain, plain, 0.0),)
            rows = self._extend(rows, candidates, most=most, alike=alike)
        return rows

    def _is_doubtful(self, at: int, words: Sequence[str], folded: Sequence[str]) -> bool:
        word, plain = words[at], folded[at]
        if not (len(word) >= _SHORTEST and word.isalpha() and len(word) <= _LONGEST_RUN):
            return False
        if plain not in self._folded:
            return True
        before = at > 0 and (folded[at - 1], plain) in self._pairs
        after = at + 1 < len(words) and (plain, folded[at + 1]) in self._pairs
        return len(words) > 1 and not before and not after

    def _extend(
        self, rows: Sequence[_Row], candidates: Iterable[_Candidate], *, most: int, alike: int
    ) -> list[_Row]:
        longer = []
        for parts, first, end, inner in candidates:
            ways = sorted(
                ((score + self._follows(last, first), row) for score, last, row in rows),
                key=lambda way: -way[0],
            )
            longer += [(score + inner, end, (*row, *parts)) for score, row in ways[:alike]]
        longer.sort(key=lambda row: -row[0])
        kept: list[_Row] = []
        ends: Counter[str] = Counter()
        for row in longer:
            if len(kept) < most and ends[row[1]] < alike:
                ends[row[1]] += 1
                kept.append(row)
        return kept

    def _follows(self, before: str, word: str) -> float:
        """Return the logarithm of the chance that a word follows another. "" is the beginning."""
        alone = self._alone.get(word)
        if alone is None:
            return _STRANGE_SYLLABLE if is_syllable(word) else _STRANGE_WORD
        together = self._pairs.get((before, word))
        if together is None or before not in self._folded:
            return alone
        seen = _PAIR_SHARE * together / self._folded[before]
        return math.log(seen + (1 - _PAIR_SHARE) * self._folded[word] / self._whole)

    def _find_candidates(self, word: str, folded: str) -> tuple[_Candidate, ...]:
        """Return what a word may have been meant for, and what the slip costs; the word itself costs nothing."""
        found: dict[tuple[str, ...], tuple[tuple[str, ...], float]] = {}
        is_known = folded in self._folded
        extra = (_KNOWN_IS_SLIP if is_known else 0.0) + (_ACCENTED_IS_SLIP if _is_accented(word) else 0.0)
        if len(word) <= _LONGEST:
            for known, slip in self._list_edited(folded):
                found[(known,)] = (word,), slip + extra
        if not is_known:
            for meant, typed, slip in self._list_parts(word, folded):
                found.setdefault(meant, (typed, slip + extra))
        likely = heapq.nsmallest(
            _MOST_CANDIDATES,
            found.items(),
            key=lambda each: -each[1][1] - sum(map(self._alone.__getitem__, each[0])),
        )
        # Only of the likeliest it is looked up how they are spelled: that takes longest.
        itself = ((word,), folded, folded, 0.0)
        return itself, *(self._weigh(meant, typed, slip) for meant, (typed, slip) in likely)

    def _weigh(self, meant: Sequence[str], typed: Sequence[str], slip: float) -> _Candidate:
        within = sum(self._follows(first, second) for first, second in itertools.pairwise(meant))
        return tuple(map(self._spell, meant, typed)), meant[0], meant[-1], slip + within

    def _list_parts(self, word: str, folded: str) -> Iterator[_Parts]:
        """Yield the known words that a word is run together from; one of two may have a slip as well."""
        for at in range(1, len(word)):
            left, right = folded[:at], folded[at:]
            typed = word[:at], word[at:]
            if left in self._folded and right in self._folded:
                yield (left, right), typed, _RUN_TOGETHER
            elif left in self._folded and len(right) > 1:
                for known, slip in self._list_edited(right):
                    yield (left, known), typed, _RUN_TOGETHER + slip
            elif right in self._folded and len(left) > 1:
                for known, slip in self._list_edited(left):
                    yield (known, right), typed, _RUN_TOGETHER + slip
        if len(word) > 2 * _SHORTEST + 1:
            parts = self._cut(folded)
            if len(parts) > 2:
                ends = itertools.accumulate(map(len, parts))
                pieces = tuple(word[end - len(part) : end] for part, end in zip(parts, ends, strict=True))
                yield parts, pieces, _RUN_TOGETHER

    def _cut(self, run: str) -> tuple[str, ...]:
        """Return the likeliest known words that a run of letters is made of, none where there are no such."""
        best: list[tuple[float, tuple[str, ...]] | None] = [(0.0, ()), *([None] * len(run))]
        for end in range(1, len(run) + 1):
            for start in range(max(0, end - 7), end):
                before, part = best[start], run[start:end]
                if before is None or part not in self._folded:
                    continue
                last = before[1][-1] if before[1] else ""
                score = before[0] + self._follows(last, part)
                held = best[end]
                if held is None or held[0] < score:
                    best[end] = score, (*before[1], part)
        return best[-1][1] if best[-1] is not None else ()

    def _spell(self, known: str, typed: str) -> str:
        """Return a known word with the accents that the typed one speaks for, none where it has none."""
        if typed.isascii():
            return known
        if typed in self._words and fold(typed) == known:
            return typed
        accents = {letter for letter in typed if not letter.isascii()}
        alike = [
            (sum(letter in accents for letter in each), self._spelled[each], each)
            for each in self._spellings[known]
        ]
        shared, _, best = max(alike)
        return best if shared else known

    def _find_edited(self, word: str) -> tuple[tuple[str, float], ...]:
        """Return the known words one slip of the thumb away, with what that slip costs."""
        found: dict[str, float] = {}
        for known in self._one_letter_less.get(word, ()):
            found[known] = _SLIP
        for shorter in _drop_each_letter(word):
            if shorter in self._folded:
                found[shorter] = _SLIP if _is_doubled(word, shorter) else _UNLIKELY_SLIP
            for known in self._one_letter_less.get(shorter, ()):
                cost = _compare(word, known)
                if cost is not None:
                    found[known] = max(cost, found.get(known, cost))
        found.pop(word, None)
        return tuple(found.items())


def split_pair(pair: str) -> tuple[str, str]:
    """Return the two words of a pair that was kept as one text, joined by a space; the first may be empty."""
    first, _, second = pair.partition(" ")
    return first, second


def _is_accented(word: str) -> bool:
    """Tell whether a word is a Vietnamese syllable, typed with accents."""
    return not word.isascii() and is_syllable(word)


def _drop_each_letter(word: str) -> Iterable[str]:
    return dict.fromkeys(word[:at] + word[at + 1 :] for at in range(len(word)))


def _is_doubled(word: str, shorter: str) -> bool:
    """Tell whether a word is another with one letter pressed twice."""
    return any(word[at] == word[at + 1] and word[:at] + word[at + 1 :] == shorter for at in range(len(shorter)))


def _compare(word: str, known: str) -> float | None:
    """Return what one slip costs that makes `word` of a known one of its length; None where it takes more."""
    differ = [at for at in range(len(word)) if word[at] != known[at]]
    if len(differ) == 1:
        return _SLIP if known[differ[0]] in _list_near(word[differ[0]]) else _UNLIKELY_SLIP
    if len(differ) != 2 or differ[1] != differ[0] + 1:
        return None
    first, second = differ
    return _SLIP if word[first] == known[second] and word[second] == known[first] else None


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
