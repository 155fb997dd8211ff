"""Broadcasts (thông báo): one message to many who agreed to get news, written by one and approved by another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from bot.domain.messages import Channel

PURPOSE = "announcements"
"""The consent that broadcasts stand on."""
TEXT_LONGEST = 1000
BUTTONS_AT_MOST = 3
CAP = 4
CAP_PERIOD = timedelta(days=30)
"""Nobody gets more than CAP broadcasts in this time."""
FIRST_STAGE = 100
SECOND_SHARE = 0.01
HOLD = timedelta(minutes=10)
HELD_FROM = 10_000
"""From so many recipients on, sending waits HOLD after the first hundredth: time to see a mistake and stop."""
MOST_FAILED = 0.2
"""Where a larger share of the first messages fails for reasons that are ours, sending pauses by itself."""


class BroadcastState(StrEnum):
    """Where a broadcast stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    """Waits for another person's approval."""
    APPROVED = "approved"
    """Waits for its time; then its recipients are written down."""
    SENDING = "sending"
    PAUSED = "paused"
    STOPPED = "stopped"
    """Ended by a person. Nothing of it is sent any more."""
    FINISHED = "finished"


class Stage(StrEnum):
    """How far sending has been let."""

    FIRST = "first"
    """The first hundred."""
    SECOND = "second"
    """The first hundredth."""
    HOLD = "hold"
    ALL = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """Who a broadcast is for; empty: everybody who agreed to get news.

    `provinces`, `communes`: official codes of the list since July 2025. `born_from`, `born_to`: years, both
    included. `active_days`: wrote to us within so many days. `without`: who got this broadcast gets none.
    `failed_of`: only who should have got this broadcast and did not.
    """

    topics: tuple[str, ...] = ()
    provinces: tuple[str, ...] = ()
    communes: tuple[str, ...] = ()
    born_from: int | None = None
    born_to: int | None = None
    groups: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    active_days: int | None = None
    without: UUID | None = None
    failed_of: UUID | None = None

    def dump(self) -> dict[str, Any]:
        """Return it as it is stored; what is empty is left out."""
        given: dict[str, Any] = {
            "topics": list(self.topics),
            "provinces": list(self.provinces),
            "communes": list(self.communes),
            "born_from": self.born_from,
            "born_to": self.born_to,
            "groups": list(self.groups),
            "channels": list(self.channels),
            "active_days": self.active_days,
            "without": str(self.without) if self.without else None,
            "failed_of": str(self.failed_of) if self.failed_of else None,
        }
        return {name: value for name, value in given.items() if value}

    @classmethod
    def load(cls, stored: Mapping[str, Any]) -> Audience:
        """Return what `dump` wrote."""
        return cls(
            topics=tuple(stored.get("topics", ())),
            provinces=tuple(stored.get("provinces", ())),
            communes=tuple(stored.get("communes", ())),
            born_from=stored.get("born_from"),
            born_to=stored.get("born_to"),
            groups=tuple(stored.get("groups", ())),
            channels=tuple(stored.get("channels", ())),
            active_days=stored.get("active_days"),
            without=UUID(stored["without"]) if "without" in stored else None,
            failed_of=UUID(stored["failed_of"]) if "failed_of" in stored else None,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class BroadcastContent:
    """What a broadcast says. `buttons`: titles and ids of units. `useful_for`: after it nobody gets it."""

    title: str
    """For staff only."""
    text: str
    topic: str
    buttons: tuple[tuple[str, str], ...] = ()
    useful_for: timedelta = timedelta(days=3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Broadcast:
    """A broadcast as it is kept. `send_at`: None means as soon as it is approved."""

    id: UUID
    state: BroadcastState
    version: int
    content: BroadcastContent
    audience: Audience
    authors: Sequence[str]
    note: str = ""
    approved_by: str | None = None
    send_at: datetime | None = None
    code: str
    created_at: datetime
    stage: Stage = Stage.FIRST
    hold_until: datetime | None = None
    planned: int | None = None
    """How many messages were written down; None until all are."""
    released: int = 0
    """How many of them were given to the workers."""
    settled_at: datetime | None = None
    pause_reason: str = ""

    @property
    def limit(self) -> int:
        """How many messages may be released at this stage."""
        assert self.planned is not None
        match self.stage:
            case Stage.FIRST:
                return min(FIRST_STAGE, self.planned)
            case Stage.SECOND | Stage.HOLD:
                return min(max(FIRST_STAGE, int(self.planned * SECOND_SHARE)), self.planned)
            case Stage.ALL:
                return self.planned


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """Whom a broadcast would reach now, and whom not, and why not."""

    by_channel: Mapping[Channel, int] = field(default_factory=dict)
    stopped: int = 0
    """They blocked us, or left."""
    capped: int = 0
    """They got enough in the last 30 days."""

    @property
    def total(self) -> int:
        """How many messages would go out."""
        return sum(self.by_channel.values())
