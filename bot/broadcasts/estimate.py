"""When a broadcast would be through, by the pace of each channel and the hours in which it may ring."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.broadcasts.release import DAY_ENDS, DAY_STARTS
from bot.clock import HANOI
from bot.domain.broadcast import HELD_FROM, HOLD
from bot.domain.lanes import Paces
from bot.domain.messages import Channel

COST_VND: Mapping[Channel, int] = {Channel.TELEGRAM: 0, Channel.WEB: 0, Channel.ZALO_BOT: 0}
"""What the operator of a channel takes for one message that we start; what is not here, a contract says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelEstimate:
    """How many messages would go on a channel, until when, and what they would cost; None: a contract says."""

    channel: Channel
    messages: int
    finish_at: datetime
    cost_vnd: int | None


def estimate_channels(
    by_channel: Mapping[Channel, int], *, start: datetime, paces: Paces
) -> list[ChannelEstimate]:
    """Return the estimate of each channel, the one that is through last at the end."""
    found = [
        ChannelEstimate(
            channel=channel,
            messages=count,
            finish_at=estimate_finish({channel: count}, start=start, paces=paces),
            cost_vnd=count * COST_VND[channel] if channel in COST_VND else None,
        )
        for channel, count in by_channel.items()
        if count
    ]
    return sorted(found, key=lambda each: (each.finish_at, each.channel))


def estimate_finish(by_channel: Mapping[Channel, int], *, start: datetime, paces: Paces) -> datetime:
    """Return the moment at which the slowest channel is through, if sending begins at `start`."""
    seconds = max(
        (count / paces.find_rate(channel, is_bulk=True) for channel, count in by_channel.items()),
        default=0.0,
    )
    left = timedelta(seconds=seconds)
    if sum(by_channel.values()) >= HELD_FROM:
        left += HOLD
    at = start.astimezone(HANOI)
    while True:
        opens = at.replace(hour=DAY_STARTS.hour, minute=DAY_STARTS.minute, second=0, microsecond=0)
        closes = at.replace(hour=DAY_ENDS.hour, minute=DAY_ENDS.minute, second=0, microsecond=0)
        at = max(at, opens)
        if at < closes and at + left <= closes:
            return at + left
        left -= max(closes - at, timedelta())
        at = opens + timedelta(days=1)
