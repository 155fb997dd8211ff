"""Gives a text without accents the ones it was most likely meant with: "dang ky tam tru" to "đăng ký tạm trú".

Learnt from texts that have them: how often each syllable is written in each way, and after which other. A text may
be read both as it is typed and so; the two err differently (docs/adr/0046).
"""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from vietnamese.normalise import fold
from vietnamese.spelling import split_pair

_MOST_FORMS = 8
_MOST_ROWS = 6
"""Rows of words that are gone on with; what was unlikely so far hardly becomes the likeliest."""
_PAIR_SHARE = 0.8
"""How much of a word's chance comes from the word before it; the rest from how frequent it is."""
_UNSEEN = 0.1
"""A word that was never seen counts as seen so often."""
_Rows = dict[str, tuple[float, tuple[str, ...]]]
"""By its last word: the logarithm of a row's chance, and the row."""


class Accents:
    """Knows how words are written with accents, and which stand side by side."""

    def __init__(self, words: Mapping[str, int], pairs: Mapping[tuple[str, str], int]) -> None:
        """Take counts of words and of pairs; "" is the beginning of a text."""
        self._words, self._pairs = words, pairs
        self._whole = max(1, sum(words.values()))
        forms: dict[str, list[str]] = {}
        for word in sorted(words, key=lambda each: (-words[each], each)):
            forms.setdefault(fold(word), []).append(word)
        self._forms = {plain: tuple(written[:_MOST_FORMS]) for plain, written in forms.items()}

    @classmethod
    def learn(cls, texts: Iterable[Sequence[str]]) -> Accents:
        """Return what these texts teach, those without any accent nothing. Each: its words, lower case, NFC."""
        words: Counter[str] = Counter()
        pairs: Counter[tuple[str, str]] = Counter()
        for text in texts:
            if any(not word.isascii() for word in text):
                row = ("", *text)
                words.update(row)
                pairs.update(itertools.pairwise(row))
        return cls(words, pairs)

    @classmethod
    def restore(cls, words: Mapping[str, int], pairs: Mapping[str, int]) -> Accents:
        """Return what `counts` described."""
        return cls(words, {split_pair(pair): count for pair, count in pairs.items()})

    def counts(self) -> tuple[dict[str, int], dict[str, int]]:
        """Return what it was made from, to be kept: words, and pairs joined by a space."""
        return dict(self._words), {" ".join(pair): count for pair, count in self._pairs.items()}

    def give(self, words: Sequence[str]) -> tuple[str, ...]:
        """Return the words with the accents they were most likely meant with; those that have some keep them."""
        rows: _Rows = {"": (0.0, ())}
        for word in words:
            forms = self._forms.get(word, (word,)) if word.isascii() else (word,)
            rows = self._extend(rows, forms)
        return max(rows.values())[1]

    def _extend(self, rows: _Rows, forms: Iterable[str]) -> _Rows:
        longer: _Rows = {}
        for form in forms:
            score, row = max((score + self._follows(last, form), row) for last, (score, row) in rows.items())
            longer[form] = score, (*row, form)
        return dict(sorted(longer.items(), key=lambda row: -row[1][0])[:_MOST_ROWS])

    def _follows(self, before: str, word: str) -> float:
        """Return the logarithm of the chance that a word follows another."""
        seen = self._pairs.get((before, word), 0) / max(1, self._words.get(before, 0))
        alone = (self._words.get(word, 0) + _UNSEEN) / self._whole
        return math.log(_PAIR_SHARE * seen + (1 - _PAIR_SHARE) * alone)
