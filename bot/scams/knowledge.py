"""What is known of scams, read from data/scams: official sites and numbers, signs, and what links look like."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Self

from pydantic import Field, field_validator

from bot.content.schema import Record, Slug, Source
from bot.yaml_files import read_yaml


class OfficialSite(Record):
    """A site of the state. `known_from`: a fact, or what the site published itself."""

    domain: str
    name: str
    known_from: str


class OfficialPhone(Record):
    """A number of the state, by the id of its parameter."""

    parameter: Slug
    name: str


class Official(Record):
    """The list, and the day it was checked on."""

    checked_on: date
    suffix: str
    sites: tuple[OfficialSite, ...]
    phones: tuple[OfficialPhone, ...]


class LinkSigns(Record):
    """What addresses of false sites look like."""

    names: tuple[str, ...]
    shorteners: frozenset[str]
    endings: frozenset[str]
    files: frozenset[str]


class Sign(Record):
    """Something that an official never asks, or that is known of scams. `say`: follows "dấu hiệu:"."""

    id: Slug
    say: str
    source: Source
    patterns: tuple[str, ...] = Field(min_length=1)
    """On lower-case text without accents."""
    unless: tuple[str, ...] = ()

    @field_validator("patterns", "unless")
    @classmethod
    def _compiles(cls, patterns: tuple[str, ...]) -> tuple[str, ...]:
        for each in patterns:
            re.compile(each)
        return patterns

    def is_in(self, folded: str) -> bool:
        """Tell whether a text shows it."""
        return any(re.search(each, folded) for each in self.patterns) and not any(
            re.search(each, folded) for each in self.unless
        )


class ScamKnowledge(Record):
    """All of data/scams."""

    official: Official
    links: LinkSigns
    signs: tuple[Sign, ...]

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read the files of a folder, each with one key at its top."""
        read: dict[str, object] = {}
        for path in sorted(folder.glob("*.yml")):
            read |= read_yaml(path)
        return cls.model_validate(read)
