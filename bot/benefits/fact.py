"""What the interview may ask, as data: each fact, its question, its choices (data/benefits/facts.yml)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Self

from pydantic import Field, model_validator

from bot.benefits.criteria import BIRTH, Age, Truth, judge_age
from bot.benefits.known import Possible, read_born
from bot.benefits.programme import Name
from bot.content.schema import Record

NOT_SAID = "-"
"""Kept for a fact that was asked and not answered: it is not asked again, and may be anything."""


class FactChoice(Record):
    """One choice. `say`: how it reads in a reason ("thuộc hộ nghèo"). `means`: other choices that it may be."""

    id: Name
    title: str = Field(max_length=40)
    say: str | None = None
    means: tuple[Name, ...] = ()

    @property
    def possible(self) -> frozenset[str]:
        """What the fact may be once this was chosen."""
        return frozenset(self.means or (self.id,))


class Assumed(Record):
    """What is taken as given at some ages, so that nobody of 80 is asked which school they go to."""

    age: Age
    choice: Name = Field(alias="is")


class Fact(Record):
    """One fact. `ask`: the question; {who} and {Who} stand for the person. `choices`: none for the birth date."""

    id: Name
    name: str
    """What it is called where it is missing: "mức độ khuyết tật"."""
    ask: str
    choices: tuple[FactChoice, ...] = ()
    assumed: tuple[Assumed, ...] = ()
    sensitive: bool = False

    @model_validator(mode="after")
    def _has_choices(self) -> Self:
        if (self.id == BIRTH) == bool(self.choices):
            raise ValueError("every fact but the birth date has choices")
        return self

    def read(self, kept: str) -> Possible | None:
        """Return what an answer leaves possible, None where it was not answered.

        Raises:
            ValueError: it is no answer to this question.
        """
        if kept == NOT_SAID:
            return None
        if self.id == BIRTH:
            return read_born(kept)
        chosen = next((each for each in self.choices if each.id == kept), None)
        if chosen is None:
            raise ValueError(f"{self.id}: {kept}")
        return chosen.possible


def read_known(facts: Mapping[str, Fact], kept: Mapping[str, str], day: date) -> dict[str, Possible]:
    """Return what is known from the answers an interview keeps, and from what an age lets assume.

    Raises ValueError as Fact.read does.
    """
    read = {name: facts[name].read(value) for name, value in kept.items()}
    known = {name: possible for name, possible in read.items() if possible is not None}
    for fact in facts.values():
        for assumed in fact.assumed:
            if fact.id not in kept and judge_age(assumed.age, known, day) is Truth.YES:
                known[fact.id] = frozenset({assumed.choice})
    return known
