"""A sender that sends nowhere: it keeps what it was given, and fails when it is told to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from bot.domain.answers import Answer
from bot.domain.messages import Channel, ChatAddress


@dataclass
class FakeSender:
    """The port `Sender` for tests. `failures`: what the next calls raise, in order."""

    channel: Channel = Channel.TELEGRAM
    failures: list[Exception] = field(default_factory=list)
    sent: list[tuple[ChatAddress, Answer, str]] = field(default_factory=list)

    async def send(self, address: ChatAddress, answer: Answer, *, idempotency_key: str) -> None:
        if self.failures:
            raise self.failures.pop(0)
        self.sent.append((address, answer, idempotency_key))

    def fail_with(self, failures: Iterable[Exception]) -> None:
        """Let the next calls raise these."""
        self.failures += failures

    def list_texts(self, chat: str) -> list[str]:
        """Return what one chat was sent, oldest first."""
        return [answer.text for address, answer, _ in self.sent if address.chat == chat]
