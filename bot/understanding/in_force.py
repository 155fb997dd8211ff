"""Which names may answer on a day, and where they belong."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from bot.content.catalogue import Catalogue
from bot.content.schema import QuestionKind

DANGER = "danger."
"""Before the name of a safety rule: messages about dangers to life that no pattern knows, known by likeness."""
ASIDE = "aside."
"""Before the name of what people tell of themselves without asking anything: "vợ em là người Lào"."""
_INTENT_PREFIXES = ("skill.", "smalltalk.", "handover.", DANGER, ASIDE)


@dataclass(frozen=True, slots=True, kw_only=True)
class InForce:
    """`known`: units and intents. `overviews`: the summary of each topic that has one. `topics`: units of each."""

    known: frozenset[str]
    overviews: Mapping[str, str]
    topics: Mapping[str, tuple[str, ...]]


def find_in_force(catalogue: Catalogue, day: date) -> InForce:
    """Return what a catalogue may answer with on a day."""
    units = catalogue.list_units_on(day)
    topics: defaultdict[str, list[str]] = defaultdict(list)
    for unit in units:
        topics[unit.topic].append(unit.id)
    intents = {name for name in catalogue.phrasings if name.startswith(_INTENT_PREFIXES)}
    return InForce(
        known=frozenset({unit.id for unit in units} | intents),
        overviews={unit.topic: unit.id for unit in units if unit.kind is QuestionKind.OVERVIEW},
        topics={topic: tuple(each) for topic, each in topics.items()},
    )
