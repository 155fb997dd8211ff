"""Conditions of a programme, and whether they hold: yes, no, or not known and what would tell.

Kleene's three values: one NO settles an "all", one YES an "any", whatever is not known beside it; so nobody is
asked what no longer matters.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Annotated, Any, Self

from pydantic import Discriminator, Field, Tag, model_validator

from bot.benefits.known import Born, Known
from bot.content.schema import Record
from bot.domain.ages import birthday


class Truth(Enum):
    """Whether something holds."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class Age(Record):
    """The person has reached `at_least` years, and not yet `below`."""

    at_least: int | None = Field(default=None, ge=0, le=150)
    below: int | None = Field(default=None, ge=1, le=150)

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.at_least is None and self.below is None:
            raise ValueError("at_least or below is needed")
        return self


class AgeIs(Record):
    """Leaf: how old the person is."""

    age: Age


class Choice(Record):
    """Leaf: a fact is one of these choices."""

    fact: str
    choices: tuple[str, ...] = Field(alias="is", min_length=1)


class EntitledTo(Record):
    """Leaf: the person is entitled to one of these other programmes."""

    entitled: tuple[str, ...] = Field(min_length=1)


class AllOf(Record):
    """Every one of these holds."""

    all: tuple[Criteria, ...] = Field(min_length=1)


class AnyOf(Record):
    """At least one of these holds."""

    any: tuple[Criteria, ...] = Field(min_length=1)


_KINDS = ("all", "any", "age", "fact", "entitled")


def _kind(raw: Any) -> str | None:
    return next((kind for kind in _KINDS if (kind in raw if isinstance(raw, dict) else hasattr(raw, kind))), None)


Criteria = Annotated[
    Annotated[AllOf, Tag("all")]
    | Annotated[AnyOf, Tag("any")]
    | Annotated[AgeIs, Tag("age")]
    | Annotated[Choice, Tag("fact")]
    | Annotated[EntitledTo, Tag("entitled")],
    Discriminator(_kind),
]
Leaf = AgeIs | Choice | EntitledTo
AllOf.model_rebuild()
AnyOf.model_rebuild()

BIRTH = "birth"
"""The fact that ages are reckoned from."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Whether criteria hold. `because`: the leaves that settled it. `missing`: the facts that still could."""

    truth: Truth
    because: tuple[Leaf, ...] = ()
    missing: frozenset[str] = frozenset()


def evaluate(criteria: Criteria, known: Known, day: date, ask_programme: Callable[[str], Finding]) -> Finding:
    """Return whether criteria hold of a person on a day. `ask_programme`: whether another programme's hold."""

    def judge(each: Criteria) -> Finding:
        match each:
            case AllOf():
                return _join([judge(part) for part in each.all], settles=Truth.NO)
            case AnyOf():
                return _join([judge(part) for part in each.any], settles=Truth.YES)
            case AgeIs():
                return _leaf(each, judge_age(each.age, known, day), BIRTH)
            case Choice():
                return _leaf(each, _judge_choice(each, known), each.fact)
            case EntitledTo():
                found = _join([ask_programme(name) for name in each.entitled], settles=Truth.YES)
                return Finding(found.truth, () if found.truth is Truth.UNKNOWN else (each,), found.missing)

    return judge(criteria)


def list_leaves(criteria: Criteria) -> Iterator[Leaf]:
    """Give every leaf of criteria, in order."""
    match criteria:
        case AllOf():
            for part in criteria.all:
                yield from list_leaves(part)
        case AnyOf():
            for part in criteria.any:
                yield from list_leaves(part)
        case _:
            yield criteria


def _join(findings: list[Finding], *, settles: Truth) -> Finding:
    """Join the parts of an "all" (which one NO settles) or of an "any" (which one YES settles)."""
    settled = [each for each in findings if each.truth is settles]
    if settled:
        # All that fails is worth saying; of what suffices, the first is enough.
        told = settled if settles is Truth.NO else settled[:1]
        return Finding(settles, tuple(leaf for each in told for leaf in each.because))
    unknown = [each for each in findings if each.truth is Truth.UNKNOWN]
    if unknown:
        return Finding(Truth.UNKNOWN, (), frozenset().union(*(each.missing for each in unknown)))
    other = Truth.YES if settles is Truth.NO else Truth.NO
    return Finding(other, tuple(leaf for each in findings for leaf in each.because))


def _leaf(leaf: Leaf, truth: Truth, fact: str) -> Finding:
    if truth is Truth.UNKNOWN:
        return Finding(truth, missing=frozenset({fact}))
    return Finding(truth, (leaf,))


def judge_age(age: Age, known: Known, day: date) -> Truth:
    """Return whether a person is of an age on a day."""
    born = known.get(BIRTH)
    if not isinstance(born, Born):
        return Truth.UNKNOWN
    truths = []
    if age.at_least is not None:
        truths.append(_judge_reached(born, age.at_least, day))
    if age.below is not None:
        truths.append(_invert(_judge_reached(born, age.below, day)))
    if Truth.NO in truths:
        return Truth.NO
    return Truth.UNKNOWN if Truth.UNKNOWN in truths else Truth.YES


def _judge_reached(born: Born, age: int, day: date) -> Truth:
    if birthday(born.last, age) <= day:
        return Truth.YES
    return Truth.NO if birthday(born.first, age) > day else Truth.UNKNOWN


def _invert(truth: Truth) -> Truth:
    return {Truth.YES: Truth.NO, Truth.NO: Truth.YES, Truth.UNKNOWN: Truth.UNKNOWN}[truth]


def _judge_choice(leaf: Choice, known: Known) -> Truth:
    possible = known.get(leaf.fact)
    if not isinstance(possible, frozenset):
        return Truth.UNKNOWN
    wanted = frozenset(leaf.choices)
    if possible <= wanted:
        return Truth.YES
    return Truth.UNKNOWN if possible & wanted else Truth.NO
