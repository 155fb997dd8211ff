"""Broadcasts (thông báo): one message to many who agreed to get news, written by one and approved by another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from bot.clock import HANOI
from bot.domain.messages import Channel

PURPOSE = "announcements"
"""The consent that broadcasts stand on."""
TEXT_LONGEST = 1000
TEXT_LONGEST_WITH_PICTURE = 800
"""Under a picture Telegram takes less: with the code it must fit into one message."""
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


class Repeat(StrEnum):
    """Whether a broadcast is written again; every run is a broadcast of its own, approved once."""

    NEVER = ""
    WEEKLY = "weekly"
    MONTHLY = "monthly"


class Unreached(StrEnum):
    """Why somebody whom a broadcast could be for would not get it now."""

    STOPPED = "stopped"
    """They blocked us, or left."""
    CAPPED = "capped"
    """They got enough in the last 30 days."""
    NO_CONSENT = "no-consent"
    """They wrote to us on these channels, and did not agree to get news."""
    OUTSIDE_WINDOW = "outside-window"
    """Silent on Zalo for a week: it is tried, and arrives only where a template is set."""


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
    """What a broadcast says.

    `buttons`: titles, and ids of units or addresses of pages. `useful_for`: after it nobody gets it.
    """

    title: str
    """For staff only."""
    text: str
    topic: str
    buttons: tuple[tuple[str, str], ...] = ()
    picture_id: UUID | None = None
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
    repeat: Repeat = Repeat.NEVER
    repeat_of: UUID | None = None
    """The run before, where this one was written by itself."""
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
    """Whom a broadcast would reach now, and whom not, and why not.

    `is_estimated`: told from a share of all people.
    """

    by_channel: Mapping[Channel, int] = field(default_factory=dict)
    unreached: Mapping[Unreached, int] = field(default_factory=dict)
    is_estimated: bool = False

    @property
    def total(self) -> int:
        """How many messages would go out."""
        return sum(self.by_channel.values())


def is_link(leads: str) -> bool:
    """Tell whether a button leads to a page, and not to a unit."""
    return leads.startswith("https://")


def choose_next_run(send_at: datetime, repeat: Repeat, *, now: datetime) -> datetime:
    """Return the first moment after now at which a repeated broadcast goes again, at the same hour in Hanoi.

    `send_at`: of the run before; for MONTHLY on a day that every month has.
    """
    at = send_at.astimezone(HANOI)
    while True:
        if repeat is Repeat.WEEKLY:
            at += timedelta(days=7)
        else:
            at = at.replace(year=at.year + at.month // 12, month=at.month % 12 + 1)
        if at > now:
            return at.astimezone(send_at.tzinfo)
