"""Retrieval over the phrasings: finds units by how citizens ask for them, also when Rasa is away.

Every phrasing and every title is a short document; a name is as near to a question as its nearest phrasing, and as
the nearest three together: one phrasing may be alike by chance, three rarely are. What
was built is kept in a folder under the hash of its phrasings, so that a start does not build it again.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from scipy.sparse import csr_matrix

import vietnamese
from vietnamese.features import read_words
from vietnamese.spelling import Speller
from vietnamese.vectors import LONGEST_VECTOR, TextIndex

_MOST_PIECES = 30_000
_MOST_WORDS = 60_000
_KEPT_FILES = 2
_LOOKED_AT = 150
"""Phrasings looked at for one question: enough for ten names."""
_NEAREST = 3


@dataclass(frozen=True, slots=True)
class Candidate:
    """An intent or unit that may be meant. `score`: 0 to 1."""

    name: str
    score: float


class Retrieval:
    """An index of names by their phrasings. Built in some seconds, then read-only."""

    def __init__(self, phrasings: Mapping[str, Iterable[str]], *, kept_in: Path | None = None) -> None:
        """Build the index, or read it where `kept_in` has it already."""
        given = {name: tuple(texts) for name, texts in sorted(phrasings.items())}
        self._names = list(given)
        self._owner = np.repeat(np.arange(len(given)), [len(texts) for texts in given.values()])
        file = kept_in / f"{_hash(given)}.npz" if kept_in is not None else None
        if file is None or not self._read(file):
            texts = [read_words(text) for texts in given.values() for text in texts]
            self._speller = Speller.learn(texts)
            self._index = TextIndex.learn(texts, most_pieces=_MOST_PIECES, most_words=_MOST_WORDS)
            self._matrix: csr_matrix = self._index.matrix(texts).T.tocsr()
            if file is not None:
                self._keep(file)

    def _read(self, file: Path) -> bool:
        try:
            with np.load(file, allow_pickle=False) as kept:
                words = json.loads(kept["words"].tobytes())
                self._matrix = csr_matrix((kept["data"], kept["indices"], kept["indptr"]), shape=kept["shape"])
                self._index = TextIndex(words["pieces"], words["words"], kept["rarity"])
        except (OSError, ValueError, KeyError, BadZipFile):
            return False
        self._speller = Speller.restore(words["spelled"], words["pairs"])
        return True

    def _keep(self, file: Path) -> None:
        words = {
            "pieces": self._index.pieces,
            "words": self._index.words,
            **dict(zip(("spelled", "pairs"), self._speller.counts(), strict=True)),
        }
        file.parent.mkdir(parents=True, exist_ok=True)
        for old in sorted(file.parent.glob("*.npz"), key=lambda each: each.stat().st_mtime)[:-_KEPT_FILES]:
            old.unlink(missing_ok=True)
        unfinished = file.with_name(f".{file.stem}.{os.getpid()}.npz")
        np.savez(
            unfinished,
            words=np.frombuffer(json.dumps(words, ensure_ascii=False).encode(), dtype=np.uint8),
            rarity=self._index.rarity,
            data=self._matrix.data,
            indices=self._matrix.indices,
            indptr=self._matrix.indptr,
            shape=np.array(self._matrix.shape),
        )
        unfinished.replace(file)

    def rank(self, question: str, *, limit: int = 10) -> list[Candidate]:
        """Return the names nearest to a question, best first; none where nothing is alike."""
        ids, weights = self._index.vector(self._speller.mend(read_words(question)))
        if not len(ids):
            return []
        row = csr_matrix((weights, ids, (0, len(ids))), shape=(1, self._matrix.shape[0]))
        likeness = row @ self._matrix
        found: dict[int, list[float]] = {}
        for at in np.argsort(-likeness.data)[:_LOOKED_AT]:
            found.setdefault(int(self._owner[likeness.indices[at]]), []).append(float(likeness.data[at]))
        nearest = [Candidate(self._names[owner], min(1.0, _weigh(near))) for owner, near in found.items()]
        nearest.sort(key=lambda candidate: -candidate.score)
        return nearest[:limit]


def _weigh(near: list[float]) -> float:
    """Return the mean of the nearest phrasing and of the nearest three; those that are missing are unlike."""
    return (near[0] + sum(near[:_NEAREST]) / _NEAREST) / 2 / LONGEST_VECTOR**2


def _hash(phrasings: Mapping[str, tuple[str, ...]]) -> str:
    digest = hashlib.sha256(json.dumps(phrasings, ensure_ascii=False).encode())
    for file in sorted(Path(vietnamese.__file__).parent.iterdir()):
        if file.suffix in (".py", ".tsv"):
            digest.update(file.read_bytes())
    return digest.hexdigest()[:16]
