"""Lanes (làn gửi): how fast messages may leave on a channel, and why none may."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from bot.domain.messages import Channel

TELEGRAM_PER_SECOND = 30.0
"""What Telegram allows a bot that sends to many chats."""
TELEGRAM_PAID_PER_SECOND = 1_000.0
"""What it allows for messages that are paid for (allow_paid_broadcast)."""
ZALO_PER_SECOND = 60.0
"""3,600 of the 4,000 requests a minute that Zalo allows an app.

Of answers every call is counted, also what is refused and repeated. Of what we start each message is counted once,
so the rest is for its further calls: a second part, a list of choices, a picture, a new token.
"""
ZALO_BOT_PER_SECOND = 5.0
"""Zalo publishes no rate for bots."""
DEFAULT_PER_SECOND = 30.0


class PauseReason(StrEnum):
    """Why nothing leaves on a channel."""

    TOO_MANY = "too-many"
    """The messenger asked us to wait."""
    FAILING = "failing"
    """It does not answer, or not as it should; a probe goes from time to time."""
    UNAUTHORISED = "unauthorised"
    """It refuses our token: staff must set a right one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Paces:
    """How many messages a second may leave on each channel, from all processes together.

    `paid`: broadcasts of these channels are paid for, and have this rate of their own. `chat_gaps`: so much time
    lies between two messages to one chat.
    """

    per_second: Mapping[Channel, float] = field(
        default_factory=lambda: {
            Channel.TELEGRAM: TELEGRAM_PER_SECOND,
            Channel.ZALO: ZALO_PER_SECOND,
            Channel.ZALO_BOT: ZALO_BOT_PER_SECOND,
            Channel.WEB: 500.0,
        }
    )
    paid: Mapping[Channel, float] = field(default_factory=dict)
    chat_gaps: Mapping[Channel, timedelta] = field(
        default_factory=lambda: {Channel.TELEGRAM: timedelta(seconds=1)}
    )

    def find_rate(self, channel: Channel, *, is_bulk: bool = False) -> float:
        """Return how many messages a second may leave."""
        rate = self.per_second.get(channel, DEFAULT_PER_SECOND)
        return self.paid.get(channel, rate) if is_bulk else rate

    def find_lane(self, channel: Channel, *, is_bulk: bool = False) -> str:
        """Return the name of the lane that messages take."""
        return f"{channel.value}-paid" if is_bulk and channel in self.paid else channel.value

    def find_chat_gap(self, channel: Channel) -> timedelta:
        """Return how long a chat rests after a message."""
        return self.chat_gaps.get(channel, timedelta())


STANDARD_PACES = Paces()
