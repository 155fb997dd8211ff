"""What a message means within its conversation: "nộp ở đâu" after a question on funeral support.

Each name that may be meant was ranked thrice: by the message alone, by the message joined with the question before
(joining.py), and by the message joined with the title of the answer before. How much each of them counts, and that
it stays with the topic, is learnt from dialogues in which people go on or change the subject (decision 42,
`python -m bot learn-in-context`).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from bot.content.catalogue import Catalogue
from bot.content.schema import AnswerUnit, QuestionKind
from bot.understanding.evidence import OUT_OF_SCOPE
from bot.understanding.question_kind import find_question_kind
from bot.understanding.ranking import Weights
from bot.understanding.words_of_names import Numbers

Shares = Mapping[str, float]
"""Confidences by name; with those that may not be meant here they sum to 1."""

_READINGS = ("alone", "joined", "titled")
_STAYS = ("topic", "field")
_WAYS = ("", "_long", "_bare", "_states", "_aside")
IN_CONTEXT = (
    *(f"{each}{way}" for each in (*_READINGS, *_STAYS, "outside") for way in _WAYS),
    *("kind", "kind_of_topic", "kind_of_field"),
    *(f"{each}{way}" for each in ("still_asked", "kind_told") for way in ("", "_states", "_field")),
    *("told", "told_long", "told_kind", "told_states", "told_aside"),
    *("skill", "talk"),
)
"""The names of the columns, as data/in-context.json has them."""
_LEAST = 1e-4
_LONGEST = 20
"""Words; a longer message stands by itself as much as one of so many."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """What a conversation is about when a message comes. `subject`: in words, masked, as it was asked."""

    subject: str
    topic: str | None = None
    unit: str | None = None
    """The answer told last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """A message that may go on from another, and what was made of it by itself.

    `names_thing`: it says by itself what it is about. `kind`: what it asks, where that is seen. `states`: it asks
    nothing, "nhà em có sổ cận nghèo", but says more of what was asked before. `aside`: how like it is to what
    people tell of themselves, 0 to 1.
    """

    words: int
    names_thing: bool
    kind: QuestionKind | None
    states: bool = False
    aside: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Readings:
    """How likely each name is: by the message alone, joined with the question before, with the last title."""

    alone: Shares
    joined: Shares
    titled: Shares

    def list_names(self) -> list[str]:
        """List every name that one of them ranked, each once."""
        return list(dict.fromkeys((*self.alone, *self.joined, *self.titled)))


class InContext(Weights):
    """How much each column counts, from data/in-context.json."""

    columns = IN_CONTEXT
    learnt_by = "learn-in-context"


def list_features(readings: Readings, before: Before, reply: Reply, catalogue: Catalogue) -> Numbers:
    """Return a row of `IN_CONTEXT` for each name of the readings."""
    names = readings.list_names()
    last = catalogue.units.get(before.unit or "")
    # Who only adds something, "em vừa tròn 25 tuổi", still wants to know what was asked before: the fee.
    still_asked = find_question_kind(before.subject) if reply.kind is None else None
    long, bare = min(reply.words, _LONGEST) / _LONGEST, float(not reply.names_thing)
    states, aside = float(reply.states), reply.aside
    rows = np.zeros((len(names), len(IN_CONTEXT)))
    for row, name in zip(rows, names, strict=True):
        unit = catalogue.units.get(name)
        is_kind = unit is not None and reply.kind is not None and unit.kind is reply.kind
        in_topic, in_field = _stays(unit, before)
        shares = (readings.alone, readings.joined, readings.titled)
        in_each_way = (
            *(math.log(max(each.get(name, 0.0), _LEAST)) for each in shares),
            *(in_topic, in_field, float(name == OUT_OF_SCOPE)),
        )
        is_still = unit is not None and still_asked is not None and unit.kind is still_asked
        is_told_kind = unit is not None and last is not None and reply.kind is None and unit.kind is last.kind
        told = float(name == before.unit)
        row[:] = (
            *(each * way for each in in_each_way for way in (1.0, long, bare, states, aside)),
            *(is_kind, is_kind * in_topic, is_kind * in_field),
            *(value for each in (is_still, is_told_kind) for value in (each, each * states, each * in_field)),
            *(told, told * long, told * is_kind, told * states, told * aside),
            *(name.startswith("skill."), name.startswith(("smalltalk.", "handover."))),
        )
    return rows


def _stays(unit: AnswerUnit | None, before: Before) -> tuple[float, float]:
    """Return 1 for a unit of the topic that was spoken of, and 1 for one of its field."""
    if unit is None or before.topic is None:
        return 0.0, 0.0
    return float(unit.topic == before.topic), float(find_field(unit.topic) == find_field(before.topic))


def find_field(topic: str) -> str:
    """Return the field of a topic, such as cu-tru of cu-tru.tam-tru."""
    return topic.partition(".")[0]
