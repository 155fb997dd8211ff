"""How likely each name is meant by a text: Rasa and retrieval side by side, weighed once.

It keeps an index of the newest catalogue beside the client of the Rasa server.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from bot.content.catalogue import Catalogue
from bot.content.schema import AnswerUnit
from bot.understanding.decision import Thresholds, rank_alone
from bot.understanding.evidence import FEATURES, Evidence
from bot.understanding.in_force import InForce, find_in_force
from bot.understanding.ranking import Ranking, list_candidates
from bot.understanding.rasa import RasaClient
from bot.understanding.retrieval import Candidate, Retrieval
from bot.understanding.words_of_names import Numbers
from vietnamese.concepts import find_concepts
from vietnamese.normalise import fold, tokens

COVERING = 6
"""Names beside Rasa's that are looked at, since they were asked with the words of the question."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    """The names that may be meant, best first, their confidences summing to 1.

    `alike`: how near the nearest phrasing of all is. `heard`: what Rasa made of it, nothing where it is away.
    """

    names: tuple[Candidate, ...]
    alike: float
    heard: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True)
class _Index:
    """What questions are compared with, and the titles, phrasings and answers that it was built from."""

    evidence: Evidence = field(default_factory=lambda: Evidence(Retrieval({})))
    titles: Mapping[str, str] = field(default_factory=dict)
    phrasings: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    told: Mapping[str, str] = field(default_factory=dict)


class Reader:
    """Ranks names for texts, which are normalised and masked."""

    def __init__(
        self, *, rasa: RasaClient, ranking: Ranking, thresholds: Thresholds, kept_in: Path | None = None
    ) -> None:
        """Take its parts. `kept_in`: where the index, and what answers tell, is kept between starts."""
        self._rasa = rasa
        self._ranking = ranking
        self._thresholds = thresholds
        self._kept_in = kept_in
        self._index = _Index()
        self._known_on: date | None = None
        self._in_force = InForce(known=frozenset(), overviews={}, topics={})
        self.catalogue = Catalogue(units={})

    def follow(self, catalogue: Catalogue) -> None:
        """Read for this catalogue from now on, by the index that there is: a matter of milliseconds."""
        self.catalogue = catalogue
        self._known_on = None

    def index(self, catalogue: Catalogue) -> None:
        """Build the index anew where titles or phrasings changed, which takes seconds, or read changed answers.

        It may run in a thread.
        """
        titles = {unit.id: unit.title for unit in catalogue.units.values()}
        told = {unit.id: " ".join(_list_told(unit)) for unit in catalogue.units.values()}
        before = self._index
        retrieval = before.evidence.retrieval
        if (titles, catalogue.phrasings) != (before.titles, before.phrasings):
            texts = {name: list(examples) for name, examples in catalogue.phrasings.items()}
            for unit_id, title in titles.items():
                texts.setdefault(unit_id, []).append(title)
            retrieval = Retrieval(texts, kept_in=self._kept_in)
        elif told == before.told:
            return
        evidence = Evidence(retrieval, told, kept_in=self._kept_in)
        # At once, since another thread may take it up for another catalogue.
        self._index = _Index(evidence, titles, catalogue.phrasings, told)

    def read_with(self, rasa: RasaClient | None = None) -> Reader:
        """Return one that reads the same way, for another catalogue or by another server.

        The index of our own is read by both; one for other titles or phrasings is not worth keeping.
        """
        other = copy(self)
        other._rasa, other._kept_in = rasa or self._rasa, None
        return other

    def find_in_force(self, day: date) -> InForce:
        """Return what may answer on a day; looked up once for each day and catalogue."""
        if self._known_on != day:
            self._known_on, self._in_force = day, find_in_force(self.catalogue, day)
        return self._in_force

    async def hear(self, masked: str) -> tuple[Candidate, ...]:
        """Return what Rasa makes of a text, nothing where it is away."""
        return tuple(await self._rasa.parse(masked))

    async def read(self, masked: str, *, day: date, also: Collection[str] = (), ask: bool = True) -> Ranked:
        """Rank the names that a text may mean. `also`: names that are looked at whatever speaks for them.

        `ask`: whether Rasa is asked; it is not where it was away a moment ago.
        """
        return self.weigh(masked, await self.hear(masked) if ask else (), day=day, also=also)

    def weigh(self, masked: str, heard: Sequence[Candidate], *, day: date, also: Collection[str] = ()) -> Ranked:
        """Rank the names that a text may mean, of which Rasa made this: `heard`."""
        if heard:
            candidates, features = self.compare(masked, heard, day=day, also=also)
            names = self._ranking.rank([each.name for each in candidates], features)
            alike = float(features[:, FEATURES.index("nearest")].max(initial=0.0))
        else:
            retrieval = self._index.evidence.retrieval
            retrieved = retrieval.rank(retrieval.read(masked), also=also)
            named = len(find_concepts(tokens(fold(masked))))
            known = self.find_in_force(day).known
            names = rank_alone(retrieved, known=known, named=named, thresholds=self._thresholds)
            alike = max((each.score for each in retrieved), default=0.0)
        return Ranked(names=tuple(names), alike=alike, heard=tuple(heard))

    def compare(
        self, masked: str, heard: Sequence[Candidate], *, day: date, also: Collection[str] = ()
    ) -> tuple[list[Candidate], Numbers]:
        """Return what is looked at a second time, and what speaks for each: what the ranking weighs."""
        evidence = self._index.evidence  # a new one may take its place meanwhile, from another thread
        asked = evidence.retrieval.read(masked)
        others = [*evidence.list_covering(asked, limit=COVERING), *also]
        listed = list_candidates(heard, others, known=self.find_in_force(day).known)
        candidates = [each for each in listed if evidence.knows(each.name)]
        return candidates, evidence.list_features(asked, candidates, heard={each.name for each in heard})

    def names_thing_unlike(self, masked: str, prefix: str) -> bool:
        """Tell whether a text is about a thing of ours that no name with a prefix was ever asked with."""
        evidence = self._index.evidence
        return evidence.names_thing_unlike(evidence.retrieval.read(masked), prefix)


def _list_told(unit: AnswerUnit) -> Iterator[str]:
    """List what a unit says, whenever it says it, by its title first."""
    yield unit.title
    for version in unit.versions:
        yield version.text
        yield version.more or ""
