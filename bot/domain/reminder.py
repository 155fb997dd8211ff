"""Reminders (lời nhắc): a subscription, its due moments, and where each stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from bot.domain.messages import Channel


class ReminderState(StrEnum):
    """Where one due moment stands."""

    WAITING = "waiting"
    """Its moment has not come, or has not been seen yet."""
    PLANNED = "planned"
    """It became a delivery; what happened then stands there."""
    SUPERSEDED = "superseded"
    """A later reminder of the same event was due at the same look, so one message is enough."""
    EXPIRED = "expired"
    """It was seen too late to be useful; never sent."""
    CANCELLED = "cancelled"
    """The citizen stopped, or gave new dates."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewReminder:
    """One due moment to be written. `occasion` is unique within a subscription."""

    occasion: str
    event_on: date
    due_at: datetime
    useful_until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """That a citizen is reminded by a rule.

    `about`: for whom, and about which benefit: "parent:social-pension"; empty where there is only one. `facts`:
    the dates the rule needs, by name; empty once it ended.
    """

    id: UUID
    citizen_id: UUID
    contact_id: UUID
    rule_id: str
    about: str = ""
    facts: Mapping[str, date] = field(repr=False)
    created_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminder:
    """One due moment of a subscription."""

    id: UUID
    rule_id: str
    event_on: date
    due_at: datetime
    useful_until: datetime
    state: ReminderState


@dataclass(frozen=True, slots=True, kw_only=True)
class DueReminder:
    """A reminder whose moment has come, and whom it is for."""

    id: UUID
    citizen_id: UUID
    contact_id: UUID
    channel: Channel
    rule_id: str
    useful_until: datetime
    is_superseded: bool
