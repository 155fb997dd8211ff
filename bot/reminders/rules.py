"""Reminder rules and the words of consent, as data: data/reminders/ and data/consents/."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from bot.domain.citation import LegalSource, RelatedUnit
from bot.reminders.events import Event, Tet, Yearly
from bot.yaml_files import read_yaml

PURPOSE = "reminders"
"""The consent that reminders stand on."""


class RulesInvalid(ValueError):
    """A file of reminder rules or consents does not fit its schema."""


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


_Kind = TypeVar("_Kind", bound=_Record)


class RuleTexts(_Record):
    """What citizens read. `{event_on}` is filled in, and `{age}`, `{grace_years}`, `{title}` where there are."""

    details: str
    details_past: str


class ReminderRule(_Record):
    """One thing to be reminded of (quy tắc nhắc), and when.

    `offsets`: how long before the event, the longest first. `sent_at`: Hanoi time. `kept_after`: the citizen's
    dates are forgotten so long after the event. `urgent`: may come beside others, at any hour. `fact_names`: how
    each date is called where it is said what was used. `menu`: its button where citizens choose, None where
    another skill sets it.
    """

    id: str
    title: str
    effective_from: date
    effective_to: date | None = None
    sources: tuple[LegalSource, ...] = Field(min_length=1)
    checked_on: date
    event: Event
    offsets: tuple[timedelta, ...] = Field(min_length=1)
    sent_at: time
    snooze: timedelta
    kept_after: timedelta
    urgent: bool = False
    fact_names: Mapping[str, str] = Field(default_factory=dict)
    menu: str | None = None
    related: tuple[RelatedUnit, ...] = ()
    texts: RuleTexts

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if list(self.offsets) != sorted(set(self.offsets), reverse=True) or self.offsets[-1] <= timedelta():
            raise ValueError("offsets must fall and be positive")
        return self

    @property
    def comes_again(self) -> bool:
        """Whether the event comes every year."""
        return isinstance(self.event, Yearly | Tet)

    @property
    def version(self) -> str:
        """A short hash of what decides who is reminded and when; texts may change without it."""
        names = {"id", "event", "offsets", "sent_at", "effective_from", "effective_to"}
        return sha256(self.model_dump_json(include=names).encode()).hexdigest()[:16]

    def holds_on(self, day: date) -> bool:
        """Tell whether the rule is in force on a day."""
        return self.effective_from <= day and (self.effective_to is None or day <= self.effective_to)


class ConsentWording(_Record):
    """The words a citizen agrees to (lời xin đồng ý). `name`: where a purpose is asked in several ways, which."""

    purpose: str
    name: str = ""
    version: int = Field(ge=1)
    text: str

    @property
    def sha256(self) -> str:
        """The hash that the ledger keeps of the words."""
        return sha256(self.text.encode()).hexdigest()


def load_rules(folder: Path) -> Mapping[str, ReminderRule]:
    """Return every reminder rule under a folder, by id.

    Raises:
        RulesInvalid: a file does not fit the schema.
    """
    return {rule.id: rule for rule in (_read(ReminderRule, raw) for raw in _list_records(folder, "rules"))}


def load_consents(folder: Path) -> Mapping[str, ConsentWording]:
    """Return the words of every consent under a folder, by name, which is the purpose where none is given.

    Raises:
        RulesInvalid: a file does not fit the schema.
    """
    found = (_read(ConsentWording, raw) for raw in _list_records(folder, "consents"))
    return {wording.name or wording.purpose: wording for wording in found}


def _list_records(folder: Path, key: str) -> list[Any]:
    records: list[Any] = []
    for file in sorted(folder.glob("*.yml")):
        given = read_yaml(file)
        if not isinstance(given, dict) or list(given) != [key] or not isinstance(given[key], list):
            raise RulesInvalid(f"{file.name}: one list named {key} is expected")
        records += given[key]
    return records


def _read(model: type[_Kind], raw: Any) -> _Kind:
    try:
        return model.model_validate(raw)
    except ValidationError as error:
        raise RulesInvalid(str(error)) from error
