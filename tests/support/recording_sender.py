"""A sender for whole deliveries: keeps what arrived, fails when told to, can wait in the middle of a send."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from bot.domain.answers import Answer
from bot.domain.messages import Channel, ChatAddress


@dataclass
class RecordingSender:
    """The port `Sender`. `failures`: what the next sends raise; `before`: awaited in the middle of each send."""

    channel: Channel = Channel.TELEGRAM
    failures: list[Exception] = field(default_factory=list)
    before: Callable[[], Awaitable[None]] | None = None
    sent: list[tuple[str, Answer, str]] = field(default_factory=list)
    in_flight: int = 0
    most_in_flight: int = 0

    async def send(self, address: ChatAddress, answer: Answer, *, idempotency_key: str) -> None:
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)
        try:
            await (self.before() if self.before is not None else asyncio.sleep(0))
            if self.failures:
                raise self.failures.pop(0)
            self.sent.append((address.chat, answer, idempotency_key))
        finally:
            self.in_flight -= 1

    @property
    def keys(self) -> list[str]:
        """The idempotency keys of what arrived, in order."""
        return [key for _, _, key in self.sent]
