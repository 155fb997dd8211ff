"""What data/handover.yml says: hours, limits, words, and the canned replies that staff begin with."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.domain.duty import DutyHours, HoursUnreadable, Span, read_span
from bot.domain.switches import Switches
from bot.domain.working_days import WorkingCalendar
from bot.yaml_files import read_yaml


class HandoverInvalid(ValueError):
    """data/handover.yml does not fit its schema."""


class _Record(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class FirstCanned(_Record):
    """A canned reply that staff begin with."""

    title: str
    text: str


class HandoverTexts(_Record):
    """What the assistant says about a handover."""

    asked: str
    passed_on: str = Field(alias="passed-on")
    taken: str
    closed: str
    expired: str


class HandoverRules(_Record):
    """The file. `hours` and `away` hold until staff set others."""

    hours: tuple[str, ...]
    away: str
    waits_working_days: int = Field(ge=1)
    silent_hours: int = Field(ge=1)
    kept_days: int = Field(ge=1)
    texts: HandoverTexts
    canned: tuple[FirstCanned, ...]

    @property
    def silent_for(self) -> timedelta:
        """How long both sides may be silent."""
        return timedelta(hours=self.silent_hours)

    @property
    def kept_for(self) -> timedelta:
        """How long what was written is kept after the end."""
        return timedelta(days=self.kept_days)


class Duty:
    """When staff are there, by what staff set and else by the file."""

    def __init__(self, rules: HandoverRules, calendar: WorkingCalendar) -> None:
        self.rules = rules
        self.calendar = calendar

    def find_hours(self, switches: Switches) -> DutyHours:
        """Return the hours that hold now."""
        return DutyHours(spans=self.list_spans(switches), calendar=self.calendar)

    def list_spans(self, switches: Switches) -> list[Span]:
        """List the hours of a working day."""
        return [read_span(each) for each in switches.duty_hours or self.rules.hours]

    def find_away(self, switches: Switches) -> str:
        """Return what is said out of hours."""
        return switches.away or self.rules.away


def load_handover_rules(path: Path) -> HandoverRules:
    """Return the rules of the file.

    Raises:
        HandoverInvalid: it does not fit the schema.
    """
    try:
        rules = HandoverRules.model_validate(read_yaml(path))
        for each in rules.hours:
            read_span(each)
    except (ValidationError, HoursUnreadable) as error:
        raise HandoverInvalid(str(error)) from error
    return rules
