"""What citizens are told of each state of an application: data/applications/states.yml."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from bot.domain.application import ApplicationState
from bot.domain.citation import LegalSource, RelatedUnit
from bot.yaml_files import read_yaml


class StatesInvalid(ValueError):
    """The file does not fit its schema, or misses a state."""


class _Record(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class StateWords(_Record):
    """The words for one state."""

    name: str
    next_step: str
    related: tuple[RelatedUnit, ...]


class LateWords(_Record):
    """What the office must do by law when it is late, and what the citizen can do."""

    text: str
    sources: tuple[LegalSource, ...]
    related: tuple[RelatedUnit, ...]


class ApplicationWords(_Record):
    """The words for all states."""

    checked_on: date
    late: LateWords
    states: Mapping[ApplicationState, StateWords]


def load_words(path: Path) -> ApplicationWords:
    """Return the words of a file.

    Raises:
        StatesInvalid: it does not fit the schema, or a state has no words.
    """
    try:
        words = ApplicationWords.model_validate(read_yaml(path))
    except ValidationError as error:
        raise StatesInvalid(str(error)) from error
    missing = set(ApplicationState) - set(words.states)
    if missing:
        raise StatesInvalid(f"no words for {', '.join(sorted(missing))}")
    return words
