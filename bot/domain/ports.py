"""What the core asks of the outside: each port has a fake for tests and a contract test run on both."""

from __future__ import annotations

from enum import StrEnum
from typing import Protocol

from bot.domain.answers import Answer
from bot.domain.messages import Channel, ChatAddress, CitizenMessage


class RefusalReason(StrEnum):
    """Why a messenger will never deliver to this person."""

    BLOCKED = "blocked"
    """The citizen blocked us or left."""
    NO_SUCH_CHAT = "no-such-chat"
    MESSAGE_INVALID = "message-invalid"
    OUTSIDE_WINDOW = "outside-window"
    """The citizen has been silent for so long that only a template would arrive, and none is set."""
    DECLINED = "declined"
    """The citizen told the messenger that they do not want this kind of message."""

    @property
    def ends_contact(self) -> bool:
        """Tell whether nothing else will ever be delivered to this person either, until they come back."""
        return self in (RefusalReason.BLOCKED, RefusalReason.NO_SUCH_CHAT)


class DeliveryRefused(Exception):
    """The messenger will never deliver this message, for example because the citizen blocked us."""

    def __init__(self, reason: RefusalReason) -> None:
        super().__init__(reason.value)
        self.reason = reason


class DeliveryDelayed(Exception):
    """The messenger did not take the message now; try again after `retry_after_s` seconds.

    `holds_channel`: until then it takes no other message either; False where only this one has to wait.
    """

    def __init__(self, retry_after_s: float | None = None, *, holds_channel: bool = True) -> None:
        super().__init__(f"retry after {retry_after_s}")
        self.retry_after_s = retry_after_s
        self.holds_channel = holds_channel


class ChannelUnauthorised(Exception):
    """The messenger refuses our own credentials: nothing can be sent on this channel until staff act."""


class Sender(Protocol):
    """Sends a message that we start, on one messenger."""

    channel: Channel

    async def send(self, address: ChatAddress, answer: Answer, *, idempotency_key: str) -> None:
        """Hand one message to the messenger.

        Raises:
            DeliveryRefused: it will never be delivered.
            DeliveryDelayed: not now.
            ChannelUnauthorised: our credentials are refused.
        """
        ...


class TakesTurns(Protocol):
    """Answers what a citizen sends: bot.conversation.turn.Assistant, or a fake in a channel's tests."""

    async def take_turn(self, message: CitizenMessage) -> Answer:
        """Return the answer to one message. It never raises: what goes wrong becomes an apology."""
        ...
