"""Retrieval over the phrasings: finds units by how citizens ask for them, also when Rasa is away.

Every phrasing and every title is a short document; a name is as near to a question as its nearest phrasing, and as
the nearest three together: one phrasing may be alike by chance, three rarely are. What
was built is kept in a folder under the hash of its phrasings, so that a start does not build it again.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix

from bot.understanding import latent
from bot.understanding.kept import Arrays, Shelf, put_together, take_apart, take_key
from bot.understanding.latent import Latent
from bot.understanding.masking import is_plain
from vietnamese.accents import Accents
from vietnamese.features import read_words
from vietnamese.spelling import Speller
from vietnamese.vectors import LONGEST_VECTOR, Floats, Ids, TextIndex

_LAYOUT = "one phrasing a row, its place, and accents"
_MOST_PIECES = 30_000
_MOST_WORDS = 60_000
_LOOKED_AT = 150
"""Phrasings looked at for one question: enough for ten names."""
NEAREST = 3


@dataclass(frozen=True, slots=True)
class Candidate:
    """An intent or unit that may be meant. `score`: 0 to 1."""

    name: str
    score: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Asked:
    """A question as the index reads it, equal to itself alone.

    `ids`: the features of all ways it may be meant. `words`: of the likeliest. `vector`: the weight of every
    feature, 0 for those it has not. `place`: where it stands among the phrasings.
    """

    words: tuple[str, ...]
    ids: Ids
    vector: Floats
    place: Floats


class Retrieval:
    """An index of names by their phrasings. Built in some seconds, then read-only.

    `matrix`: one phrasing a row, those of one name together; those of name `at` from `starts[at]` on. `key`: the
    hash of what it is built from.
    """

    def __init__(self, phrasings: Mapping[str, Iterable[str]], *, kept_in: Path | None = None) -> None:
        """Build the index, or read it where `kept_in` has it already."""
        given = {name: tuple(texts) for name, texts in sorted(phrasings.items())}
        counts = [len(texts) for texts in given.values()]
        self.names = list(given)
        self.starts = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
        self._owner = np.repeat(np.arange(len(given)), counts)
        self.key = take_key(_LAYOUT, given, latent.__file__, __file__)
        shelf = Shelf(kept_in, "phrasings")
        if not shelf.read(self.key, self._restore):
            texts = [read_words(text) for texts in given.values() for text in texts]
            self._speller, self._accents = Speller.learn(texts), Accents.learn(texts)
            self.index = TextIndex.learn(texts, most_pieces=_MOST_PIECES, most_words=_MOST_WORDS)
            self.matrix: csr_matrix = self.index.matrix(texts)
            self._latent = Latent.learn(self.matrix)
            shelf.keep(self.key, self._list_arrays())
        # The phrasings of each name by themselves: to multiply a whole matrix is quick, to cut one up is not.
        self._of_name = [self._cut_out(at) for at in range(len(given))]

    def _cut_out(self, at: int) -> csr_matrix:
        """Return the rows of one name, of which nothing is copied."""
        ends = self.matrix.indptr[self.starts[at] : self.starts[at + 1] + 1]
        span = slice(ends[0], ends[-1])
        arrays = (self.matrix.data[span], self.matrix.indices[span], ends - ends[0])
        return csr_matrix(arrays, shape=(len(ends) - 1, self.matrix.shape[1]))

    def _restore(self, kept: Arrays) -> bool:
        words = json.loads(kept["words"].tobytes())
        self.matrix = put_together(kept)
        self.index = TextIndex(words["pieces"], words["words"], kept["rarity"])
        self._latent = Latent(kept["directions"], kept["places"])
        self._speller = Speller.restore(words["spelled"], words["pairs"])
        self._accents = Accents.restore(words["accented"], words["accented_pairs"])
        return True

    def _list_arrays(self) -> Arrays:
        words = {
            "pieces": self.index.pieces,
            "words": self.index.words,
            **dict(zip(("spelled", "pairs"), self._speller.counts(), strict=True)),
            **dict(zip(("accented", "accented_pairs"), self._accents.counts(), strict=True)),
        }
        return {
            "words": np.frombuffer(json.dumps(words, ensure_ascii=False).encode(), dtype=np.uint8),
            "rarity": self.index.rarity,
            "directions": self._latent.directions,
            "places": self._latent.places,
            **take_apart(self.matrix),
        }

    def read(self, question: str) -> Asked:
        """Return a question as the index reads it: slips mended, each way it may be meant; the likeliest counts.

        `question`: masked. One that was typed without accents has those it was most likely meant with.
        """
        ways = self._speller.list_ways(read_words(question))
        if is_plain(question):
            ways = [(share, self._accents.give(words)) for share, words in ways]
        vector = np.zeros(len(self.index), dtype=np.float32)
        for share, words in ways:
            ids, weights = self.index.vector(words)
            vector[ids] += share * weights
        ids = np.flatnonzero(vector).astype(np.int32)
        return Asked(words=ways[0][1], ids=ids, vector=vector, place=self._latent.place(ids, vector[ids]))

    def compare(self, asked: Asked, at: int) -> Floats:
        """Return the likeness of every phrasing of one name. `at`: its place in `names`."""
        alike: Floats = self._of_name[at] @ asked.vector
        return alike

    def compare_meaning(self, asked: Asked, at: int) -> Floats:
        """Return the likeness by meaning of every phrasing of one name. `at`: its place in `names`."""
        return self._latent.compare(asked.place, slice(self.starts[at], self.starts[at + 1]))

    def rank(self, asked: Asked, *, limit: int = 10, also: Collection[str] = ()) -> list[Candidate]:
        """Return the names nearest to a question, best first; none where nothing is alike.

        `also`: names that are listed where they are near at all, beyond the limit.

        It looks at every phrasing, which takes as long as all else that is done for a question.
        """
        likeness = self.matrix @ asked.vector
        nearest = np.argsort(-likeness)[:_LOOKED_AT]
        found: dict[int, list[float]] = {}
        for at in nearest[likeness[nearest] > 0]:
            found.setdefault(int(self._owner[at]), []).append(float(likeness[at]))
        ranked = [Candidate(self.names[owner], min(1.0, _weigh(near))) for owner, near in found.items()]
        ranked.sort(key=lambda candidate: -candidate.score)
        return [each for at, each in enumerate(ranked) if at < limit or each.name in also]


def _weigh(near: list[float]) -> float:
    """Return the mean of the nearest phrasing and of the nearest three; those that are missing are unlike."""
    return (near[0] + sum(near[:NEAREST]) / NEAREST) / 2 / LONGEST_VECTOR**2
