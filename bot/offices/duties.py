"""Which kinds of office do what: data/offices/duties.yml."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Self

from pydantic import Field, model_validator

from bot.content.schema import Record, Slug
from bot.domain.office import OfficeKind
from bot.yaml_files import read_yaml
from vietnamese.normalise import fold, normalise, tokens


class Duty(Record):
    """Something that citizens go to an office for.

    `procedures`: ids, or their beginnings. `about`: the procedure whose place passage answers where it is done.
    `equipped`: not every office of its kinds does it. `words`: what citizens call it, without accents.
    """

    id: Slug
    title: str
    procedures: tuple[Slug, ...] = Field(min_length=1)
    kinds: tuple[OfficeKind, ...] = Field(min_length=1)
    equipped: bool = False
    about: Slug
    words: tuple[str, ...] = Field(min_length=1)


class Duties(Record):
    """All duties, and what each kind of office is called."""

    duties: tuple[Duty, ...]
    kinds: Mapping[OfficeKind, str]

    @model_validator(mode="after")
    def _names_every_kind(self) -> Self:
        if set(self.kinds) != set(OfficeKind):
            raise ValueError("every kind of office needs a name")
        return self

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read the file."""
        return cls.model_validate(read_yaml(path))

    def get(self, duty_id: str) -> Duty | None:
        """Return the duty of an id, if there is one."""
        return next((each for each in self.duties if each.id == duty_id), None)

    def find_for_procedure(self, procedure_id: str) -> Duty | None:
        """Return who does a procedure: the duty that names most of its id."""
        named = [
            (len(beginning), duty)
            for duty in self.duties
            for beginning in duty.procedures
            if procedure_id == beginning or procedure_id.startswith(f"{beginning}.")
        ]
        return max(named, key=lambda each: each[0])[1] if named else None

    def find_in(self, text: str) -> Duty | None:
        """Return what a text is about: the duty whose longest word stands in it."""
        said = f" {' '.join(tokens(fold(normalise(text))))} "
        found = [
            (len(word), duty) for duty in self.duties for word in (*duty.words, duty.id) if f" {word} " in said
        ]
        return max(found, key=lambda each: each[0])[1] if found else None

    def find_kind(self, text: str) -> OfficeKind | None:
        """Return the kind of office that a list names: "Công an cấp xã", "commune-police"."""
        wanted = _plain(text)
        for kind, name in self.kinds.items():
            if wanted in (_plain(kind.value), _plain(name), *map(_plain, name.split(","))):
                return kind
        return None


def _plain(text: str) -> str:
    return " ".join(tokens(fold(normalise(text))))
