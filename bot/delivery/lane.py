"""A lane as one process sees it: when its next messages may leave, and that none may for a while.

The truth is the row in `lanes`. A worker that has locked it takes a block of moments a little ahead of now. What
is urgent may take them further ahead than a broadcast may, so a broadcast at full rate never stands before it.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.delivery.queue import Priority
from bot.domain.messages import Channel
from bot.storage.lanes import LaneNow

BLOCK = timedelta(seconds=0.25)
"""So much of a lane's time is taken at once."""
AHEAD = {
    Priority.BULK: timedelta(seconds=0.3),
    Priority.REMINDER: timedelta(seconds=0.6),
    Priority.REPLY: timedelta(seconds=1),
}
"""How far ahead of now moments may be taken. Between two of these lies more than one block."""
LEAD = timedelta(seconds=0.02)
"""An idle lane begins this much later, so that the first moments are not over before the rows are read."""
BREAKS_AT = 5
"""After so many failures in a row the messenger is only probed."""
PROBE_EVERY = timedelta(seconds=5)
LONGEST_BREAK = timedelta(minutes=1)
LEAST_IN_FLIGHT = 8
UNPROVEN_IN_FLIGHT = 4
"""So many leave a process before the messenger took one of them: a refused token is learnt from a handful."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """What a worker may take: `slots` messages from `starts_at` on, or nothing before `wait`."""

    slots: int = 0
    starts_at: datetime | None = None
    wait: timedelta = timedelta()
    is_probe: bool = False


@dataclass(slots=True, kw_only=True)
class Lane:
    """One lane in one process."""

    name: str
    channel: Channel
    per_second: float
    monotonic: Callable[[], float] = time.monotonic
    sending: set[asyncio.Task[None]] = field(default_factory=set)
    has_failed: bool = False
    """Whether the database counts failures that the next success must clear."""
    failures_here: int = 0
    """Failures in a row that this process met."""
    is_proven: bool = False
    """Whether the messenger took a message of this process since it last had to pause."""
    _paused_until: float = 0.0

    @property
    def gap(self) -> timedelta:
        """The time that one message takes of the lane."""
        return timedelta(seconds=1 / self.per_second)

    @property
    def most_in_flight(self) -> int:
        """Messages that may be on their way: what leaves in a second and a bit, for a slow messenger."""
        return max(LEAST_IN_FLIGHT, round(1.5 * self.per_second)) if self.is_proven else UNPROVEN_IN_FLIGHT

    def pause(self, seconds: float) -> None:
        """Let nothing more leave this process for a while."""
        self.is_proven = False
        self._paused_until = max(self._paused_until, self.monotonic() + seconds)

    def go_on(self) -> None:
        """Let messages leave again."""
        self._paused_until = 0.0

    def paused_for(self) -> float:
        """Return for how many seconds nothing may leave this process."""
        return max(0.0, self._paused_until - self.monotonic())

    def choose_share(self, lane: LaneNow, priority: Priority) -> Share:
        """Return what may be taken now of the lane as the database has it."""
        if lane.paused_until is not None and lane.paused_until > lane.now:
            return Share(wait=lane.paused_until - lane.now)
        starts_at = max(lane.taken_until, lane.now + LEAD)
        if lane.failures >= BREAKS_AT:
            return Share(slots=1, starts_at=starts_at, is_probe=True)
        wait = starts_at - lane.now - AHEAD[priority]
        if wait > timedelta():
            return Share(wait=wait)
        slots = max(1, round(BLOCK / self.gap))
        return Share(slots=slots if self.is_proven else min(slots, UNPROVEN_IN_FLIGHT), starts_at=starts_at)


def choose_break(failures: int, *, chance: Callable[[], float] = random.random) -> timedelta:
    """Return how long a failing messenger is left alone: longer each time, by chance, at least between probes."""
    longest = min(PROBE_EVERY * 2.0 ** min(failures - BREAKS_AT, 16), LONGEST_BREAK)
    return PROBE_EVERY + (longest - PROBE_EVERY) * chance()
