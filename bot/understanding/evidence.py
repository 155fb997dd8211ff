"""What speaks for each of the names that may be meant: the numbers that the second stage weighs (ranking.py).

They compare a question with all phrasings of one name: how near the nearest are, and which of its words, pairs of
words and concepts the name was ever asked with. That tells neighbours apart by what only one of them is asked.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix

from bot.understanding.kept import Shelf, put_together, take_apart, take_key
from bot.understanding.retrieval import NEAREST, Asked, Candidate, Retrieval
from bot.understanding.subject import find_subject
from bot.understanding.words_of_names import COUNTED_PARTS, PARTS, Numbers, Occurrences, WordsOfNames
from vietnamese.concepts import find_concepts
from vietnamese.features import read_words
from vietnamese.normalise import fold
from vietnamese.vectors import LONGEST_VECTOR, Floats

OUT_OF_SCOPE = "out-of-scope"
"""The intent of what the assistant is not there for."""
LEAST_CHANCE = 1e-4
_ANY_WORDS = ("smalltalk.", "handover.", "danger.", "aside.", OUT_OF_SCOPE)
"""Names that are asked in any words, and are about nothing."""
_OFTEN = 0.1
"""A name is about a thing that this share of its phrasings name; of less, it is about it by so much less."""
_TYPICAL = 0.3
"""A thing that this share of the phrasings of some name have is what that name is about."""
_LONGEST = 12
_MOST_NAMED = 4
_SAID_SO = 0.7
"""A question that is so like a phrasing says what the phrasing says."""
_MANY = 0.15
"""Whoever has many phrasings covers many questions by chance."""
TOLD_PARTS = ("concept", "plain_word", "plain_words")
"""What an answer tells is compared by these: whoever writes it takes care of accents, whoever asks may not."""

FEATURES = (
    *("chance", "chance_rank", "nearest", "nearest_three", "nearest_rank"),
    *(f"covered_{part}" for part in PARTS),
    *("phrasings", "skill"),
    *("talk", "talk_long", "talk_near", "talk_covered", "talk_covered_pairs"),
    *("outside", "outside_long", "outside_near", "outside_covered", "outside_covered_pairs"),
    *("outside_unknown", "outside_named", "outside_alike"),
    *("subject_words", "subject_concepts"),
    *("meant_nearest", "meant_nearest_three"),
    *(f"counted_{part}" for part in COUNTED_PARTS),
    *(f"told_{part}" for part in TOLD_PARTS),
)
"""The names of the columns, as data/ranking.json has them."""


class Evidence:
    """Finds what speaks for names, from an index of their phrasings and from what their answers tell."""

    def __init__(
        self, retrieval: Retrieval, told: Mapping[str, str] | None = None, *, kept_in: Path | None = None
    ) -> None:
        """Take the index. `told`: the text of each answer, by name. `kept_in`: where what was read is kept."""
        self.retrieval = retrieval
        self._words = WordsOfNames(retrieval)
        self._at = {name: at for at, name in enumerate(retrieval.names)}
        self._told = Occurrences(self._read_answers(told or {}, Shelf(kept_in, "answers")))

    def _read_answers(self, told: Mapping[str, str], shelf: Shelf) -> csr_matrix:
        """Return which features (column) the answer of each name has; none where there is no answer."""
        key = take_key(self.retrieval.key, told, __file__)
        kept = shelf.read(key, put_together)
        if kept is not None:
            return kept
        found = self.retrieval.index.matrix(read_words(told.get(name, "")) for name in self.retrieval.names)
        shelf.keep(key, take_apart(found))
        return found

    def names_thing_unlike(self, asked: Asked, prefix: str) -> bool:
        """Tell whether a question is about a thing of ours that no name with a prefix was ever asked with."""
        words, concepts = find_subject([fold(word) for word in asked.words])
        # Without its accents a word may be any of several.
        meant = [f"a{word}" for word in asked.words if not word.isascii() and fold(word) in words]
        rows = self._words.find_rows(asked, [*meant, *(f"@{concept}" for concept in concepts)])
        if not rows:
            return False
        ours = [at for at, name in enumerate(self.retrieval.names) if not name.startswith(_ANY_WORDS)]
        others = [at for at, name in enumerate(self.retrieval.names) if name.startswith(prefix)]
        is_typical = self._words.find_shares(asked, rows, ours).max(axis=0, initial=0.0) >= _TYPICAL
        return bool((is_typical & ~self._words.find_shares(asked, rows, others).any(axis=0)).any())

    def knows(self, name: str) -> bool:
        """Tell whether a name has phrasings or a title to be compared with."""
        return name in self._at

    def list_covering(self, asked: Asked, *, limit: int) -> list[str]:
        """List the names that were ever asked with most of the question's words, best first.

        Quick, since no phrasing is looked at. It finds what Rasa was not trained on, such as a unit of today.
        """
        covered = self._words.cover_all(asked)
        best = np.argsort(_MANY * np.log1p(self._words.phrasings) - covered)[:limit]
        return [self.retrieval.names[at] for at in best if covered[at] > 0]

    def list_features(self, asked: Asked, candidates: Sequence[Candidate], *, heard: Collection[str]) -> Numbers:
        """Return a row of `FEATURES` for each candidate. `score` of a candidate: its chance by Rasa.

        `heard`: the names that Rasa ranked.
        """
        if not candidates:
            return np.zeros((0, len(FEATURES)))
        at = [self._at[each.name] for each in candidates]
        chances = np.array([max(each.score, LEAST_CHANCE) for each in candidates])
        near = np.array([self._compare(asked, each) for each in at])
        # Rasa would hardly leave out what it learnt in these words: it does not know the name yet, as that of an
        # answer which was published a minute ago.
        is_new = [each.name not in heard for each in candidates] & (near[:, 0] >= max(_SAID_SO, near[:, 0].max()))
        chances[is_new] = chances.max()
        covered = self._words.cover(asked, at)
        folded = [fold(word) for word in asked.words]
        # Small talk and what is out of scope are asked in any words, so the same numbers say other things of them.
        otherwise = np.column_stack(
            [
                np.full(len(at), min(len(asked.words), _LONGEST) / _LONGEST),
                *(near[:, 1], covered[:, PARTS.index("plain_word")], covered[:, PARTS.index("plain_words")]),
            ]
        )
        is_talk = _mark(candidates, ("smalltalk.", "handover."))
        is_outside = _mark(candidates, (OUT_OF_SCOPE,))
        told = self._words.cover_with(asked, self._told, at)[:, [PARTS.index(part) for part in TOLD_PARTS]]
        return np.column_stack(
            [
                *(np.log(chances), _rank(chances), near, _rank(near[:, 0]), covered),
                *(np.log1p(self._words.phrasings[at]), _mark(candidates, ("skill.",))),
                *(is_talk, is_talk[:, None] * otherwise, is_outside, is_outside[:, None] * otherwise),
                is_outside * (1 - self._words.count_known(asked) / max(1, len(set(folded)))),
                is_outside * min(len(find_concepts(folded)), _MOST_NAMED),
                is_outside * near[:, 0].max(),
                self._find_subjects(asked, folded, at) * ~_mark(candidates, _ANY_WORDS).astype(bool)[:, None],
                np.array([self._compare_meaning(asked, each) for each in at]),
                self._words.weigh_counts(asked, at),
                told,
            ]
        )

    def _compare(self, asked: Asked, at: int) -> tuple[float, float]:
        """Return the likeness of the nearest phrasing and of the nearest three, 0 to 1."""
        nearest, of_three = _find_nearest(self.retrieval.compare(asked, at))
        return nearest / LONGEST_VECTOR**2, of_three / LONGEST_VECTOR**2

    def _compare_meaning(self, asked: Asked, at: int) -> tuple[float, float]:
        """Return the likeness by meaning of the nearest phrasing and of the nearest three, -1 to 1."""
        return _find_nearest(self.retrieval.compare_meaning(asked, at))

    def _find_subjects(self, asked: Asked, folded: Sequence[str], at: Sequence[int]) -> Numbers:
        """Return by name how far it is about the words, and the concepts, that the question is about, 0 to 1."""
        subjects = np.ones((len(at), 2))
        for column, (mark, found) in enumerate(zip("f@", find_subject(folded), strict=True)):
            rows = self._words.find_rows(asked, [mark + each for each in found])
            if rows:
                rarity = self._words.find_rarity(asked, rows)
                shares = self._words.find_shares(asked, rows, at).clip(max=_OFTEN) / _OFTEN
                subjects[:, column] = shares @ (rarity / rarity.sum())
        return subjects


def _find_nearest(likeness: Floats) -> tuple[float, float]:
    """Return the likeness of the nearest phrasing, and the mean of the nearest three; missing ones are unlike."""
    nearest = np.sort(likeness)[::-1][:NEAREST]
    return float(nearest[0]), float(nearest.sum()) / NEAREST


def _mark(candidates: Sequence[Candidate], prefixes: tuple[str, ...]) -> Numbers:
    """Return 1 for each candidate whose name begins with one of the prefixes, else 0."""
    return np.array([float(each.name.startswith(prefixes)) for each in candidates])


def _rank(scores: Numbers) -> Numbers:
    """Return 1 for the highest, 1/2 for the next, and so on."""
    return 1 / (1 + np.argsort(np.argsort(-scores)))
