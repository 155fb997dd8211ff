"""What speaks for each of the names that may be meant: the numbers that the second stage weighs (ranking.py).

They compare a question with all phrasings of one name: how near the nearest are, and which of its words, pairs of
words and concepts the name was ever asked with. That tells neighbours apart by what only one of them is asked.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

from bot.understanding.retrieval import NEAREST, Asked, Candidate, Retrieval
from bot.understanding.subject import find_subject
from vietnamese.concepts import find_concepts
from vietnamese.normalise import fold
from vietnamese.vectors import LONGEST_VECTOR, Floats, Ids

Numbers = npt.NDArray[np.float64]

OUT_OF_SCOPE = "out-of-scope"
"""The intent of what the assistant is not there for."""
LEAST_CHANCE = 1e-4
_PARTS = ("concept", "concepts", "word", "words", "plain_word", "plain_words")
"""Kinds of word features: concepts, words, words without accents; each alone and in pairs."""
_ANY_WORDS = ("smalltalk.", "handover.", "danger.", OUT_OF_SCOPE)
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

FEATURES = (
    *("chance", "chance_rank", "nearest", "nearest_three", "nearest_rank"),
    *(f"covered_{part}" for part in _PARTS),
    *("phrasings", "skill"),
    *("talk", "talk_long", "talk_near", "talk_covered", "talk_covered_pairs"),
    *("outside", "outside_long", "outside_near", "outside_covered", "outside_covered_pairs"),
    *("outside_unknown", "outside_named", "outside_alike"),
    *("subject_words", "subject_concepts"),
)
"""The names of the columns, as data/ranking.json has them."""


class Evidence:
    """Finds what speaks for names, from an index of their phrasings."""

    def __init__(self, retrieval: Retrieval) -> None:
        self.retrieval = retrieval
        self._at = {name: at for at, name in enumerate(retrieval.names)}
        self._counts = np.diff(retrieval.starts)
        pieces, words = retrieval.index.pieces, retrieval.index.words
        self._word_ids = {word: len(pieces) + at for at, word in enumerate(words)}
        self._part = np.array([0] * len(pieces) + [_find_part(word) for word in words], dtype=np.int64)
        askers = self._find_words_of_names().tocsc()
        # For each word feature (from, to): the names that were ever asked with it, and how often each.
        self._spans = askers.indptr.tolist()
        self._askers, self._times = askers.indices.astype(np.intp), askers.data
        self._count = lru_cache(maxsize=1)(self._find_counts)  # what is asked of one question needs them thrice

    def _find_words_of_names(self) -> csr_matrix:
        """Return for each name the word features that it was ever asked with."""
        matrix = self.retrieval.matrix
        is_word = matrix.indices >= len(self.retrieval.index.pieces)
        before = np.concatenate([[0], np.cumsum(is_word)])
        ends = before[matrix.indptr[self.retrieval.starts]]
        shape = (len(self._counts), matrix.shape[1])
        words = csr_matrix((np.ones(ends[-1], dtype=np.float32), matrix.indices[is_word], ends), shape=shape)
        words.sum_duplicates()
        return words

    def names_thing_unlike(self, asked: Asked, prefix: str) -> bool:
        """Tell whether a question is about a thing of ours that no name with a prefix was ever asked with."""
        words, concepts = find_subject([fold(word) for word in asked.words])
        # Without its accents a word may be any of several.
        meant = [f"a{word}" for word in asked.words if not word.isascii() and fold(word) in words]
        rows = self._find_rows(asked, [*meant, *(f"@{concept}" for concept in concepts)])
        if not rows:
            return False
        ours = [at for at, name in enumerate(self.retrieval.names) if not name.startswith(_ANY_WORDS)]
        others = [at for at, name in enumerate(self.retrieval.names) if name.startswith(prefix)]
        is_typical = self._find_shares(asked, rows, ours).max(axis=0, initial=0.0) >= _TYPICAL
        return bool((is_typical & ~self._find_shares(asked, rows, others).any(axis=0)).any())

    def knows(self, name: str) -> bool:
        """Tell whether a name has phrasings or a title to be compared with."""
        return name in self._at

    def list_covering(self, asked: Asked, *, limit: int) -> list[str]:
        """List the names that were ever asked with most of the question's words, best first.

        Quick, since no phrasing is looked at. It finds what Rasa was not trained on, such as a unit of today.
        """
        ids = self._list_word_ids(asked)
        if not len(ids):
            return []
        rarity = self.retrieval.index.rarity[ids]
        covered = rarity @ (self._count(asked) > 0) / rarity.sum()
        best = np.argsort(_MANY * np.log1p(self._counts) - covered)[:limit]
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
        covered = self._cover(asked, at)
        folded = [fold(word) for word in asked.words]
        known = int((self._part[asked.ids] == 1 + _PARTS.index("plain_word")).sum())
        # Small talk and what is out of scope are asked in any words, so the same numbers say other things of them.
        otherwise = np.column_stack(
            [
                np.full(len(at), min(len(asked.words), _LONGEST) / _LONGEST),
                *(near[:, 1], covered[:, _PARTS.index("plain_word")], covered[:, _PARTS.index("plain_words")]),
            ]
        )
        is_talk = _mark(candidates, ("smalltalk.", "handover."))
        is_outside = _mark(candidates, (OUT_OF_SCOPE,))
        return np.column_stack(
            [
                *(np.log(chances), _rank(chances), near, _rank(near[:, 0]), covered),
                *(np.log1p(self._counts[at]), _mark(candidates, ("skill.",))),
                *(is_talk, is_talk[:, None] * otherwise, is_outside, is_outside[:, None] * otherwise),
                is_outside * (1 - known / max(1, len(set(folded)))),
                is_outside * min(len(find_concepts(folded)), _MOST_NAMED),
                is_outside * near[:, 0].max(),
                self._find_subjects(asked, folded, at) * ~_mark(candidates, _ANY_WORDS).astype(bool)[:, None],
            ]
        )

    def _compare(self, asked: Asked, at: int) -> tuple[float, float]:
        """Return the likeness of the nearest phrasing and of the nearest three, 0 to 1."""
        likeness = self.retrieval.compare(asked, at)
        nearest = np.sort(likeness)[::-1][:NEAREST] / LONGEST_VECTOR**2
        return float(nearest[0]), float(nearest.sum()) / NEAREST

    def _list_word_ids(self, asked: Asked) -> Ids:
        return asked.ids[self._part[asked.ids] > 0]

    def _find_counts(self, asked: Asked) -> Floats:
        """Return how many phrasings of each name (column) have each word feature of a question (row)."""
        ids = self._list_word_ids(asked)
        counts = np.zeros((len(ids), len(self._counts)), dtype=np.float32)
        for row, each in zip(counts, ids.tolist(), strict=True):
            span = slice(self._spans[each], self._spans[each + 1])
            row[self._askers[span]] = self._times[span]
        return counts

    def _cover(self, asked: Asked, at: Sequence[int]) -> Numbers:
        """Return by name and part how much of the question the name was ever asked with; rare words count more."""
        ids = self._list_word_ids(asked)
        # The rarity of each feature, in the column of its part.
        parts = np.zeros((len(ids), len(_PARTS)))
        parts[np.arange(len(ids)), self._part[ids] - 1] = self.retrieval.index.rarity[ids]
        whole = parts.sum(axis=0)
        covered = (self._count(asked)[:, at] > 0).T.astype(np.float64) @ parts
        return np.where(whole > 0, covered / np.maximum(whole, 1e-6), 1.0)

    def _find_subjects(self, asked: Asked, folded: Sequence[str], at: Sequence[int]) -> Numbers:
        """Return by name how far it is about the words, and the concepts, that the question is about, 0 to 1."""
        subjects = np.ones((len(at), 2))
        for column, (mark, found) in enumerate(zip("f@", find_subject(folded), strict=True)):
            rows = self._find_rows(asked, [mark + each for each in found])
            if rows:
                rarity = self.retrieval.index.rarity[self._list_word_ids(asked)[rows]]
                shares = self._find_shares(asked, rows, at).clip(max=_OFTEN) / _OFTEN
                subjects[:, column] = shares @ (rarity / rarity.sum())
        return subjects

    def _find_rows(self, asked: Asked, features: Sequence[str]) -> list[int]:
        """Return where some word features of a question stand among all of them; nothing for unknown ones."""
        row_of = {each: row for row, each in enumerate(self._list_word_ids(asked).tolist())}
        return [row_of[self._word_ids[each]] for each in features if each in self._word_ids]

    def _find_shares(self, asked: Asked, rows: Sequence[int], at: Sequence[int]) -> Numbers:
        """Return by name which share of its phrasings have each feature. `rows`: their places in the question."""
        counts = self._count(asked)[np.ix_(rows, at)].astype(np.float64)
        shares: Numbers = counts.T / self._counts[at][:, None]
        return shares


def _find_part(word: str) -> int:
    """Return the part of a word feature: its place in `_PARTS`, from 1; 0 is for pieces of words."""
    return 1 + 2 * "@af".index(word[0]) + (" " in word)


def _mark(candidates: Sequence[Candidate], prefixes: tuple[str, ...]) -> Numbers:
    """Return 1 for each candidate whose name begins with one of the prefixes, else 0."""
    return np.array([float(each.name.startswith(prefixes)) for each in candidates])


def _rank(scores: Numbers) -> Numbers:
    """Return 1 for the highest, 1/2 for the next, and so on."""
    return 1 / (1 + np.argsort(np.argsort(-scores)))
