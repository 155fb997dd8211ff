"""How fast messages may leave on a channel, and when none may."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from typing import Protocol

from bot.domain.messages import Channel

PER_SECOND: Mapping[Channel, float] = {
    Channel.TELEGRAM: 30.0,  # what Telegram allows a bot that sends to many chats
    Channel.WEB: 500.0,
}
DEFAULT_PER_SECOND = 30.0


class Pace(Protocol):
    """The share of a channel's rate that this process may use."""

    async def take(self) -> None:
        """Wait until one more message may leave."""
        ...

    def pause(self, seconds: float) -> None:
        """Let nothing leave for a while, because the messenger asked for it."""
        ...

    def paused_for(self) -> float:
        """Return for how many seconds nothing may leave; 0 where all is well."""
        ...


class SteadyPace:
    """A `Pace` that spaces messages evenly within one process."""

    def __init__(self, per_second: float, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._gap = 1 / per_second
        self._monotonic = monotonic
        self._next = 0.0
        self._paused_until = 0.0

    async def take(self) -> None:
        """Wait until one more message may leave."""
        now = self._monotonic()
        at = max(now, self._next)
        self._next = at + self._gap
        if at > now:
            await asyncio.sleep(at - now)

    def pause(self, seconds: float) -> None:
        """Let nothing leave for a while."""
        self._paused_until = max(self._paused_until, self._monotonic() + seconds)

    def paused_for(self) -> float:
        """Return for how many seconds nothing may leave."""
        return max(0.0, self._paused_until - self._monotonic())


def make_pace(channel: Channel) -> Pace:
    """Return the pace of a channel."""
    return SteadyPace(PER_SECOND.get(channel, DEFAULT_PER_SECOND))
