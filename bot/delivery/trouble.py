"""What a messenger's refusals mean for its whole channel, in every process: pause, break, probe, go on.

Too many requests: nothing leaves for as long as the messenger says. No answer, again and again: the breaker opens,
and one probe goes from time to time. A refused token: nothing leaves, one probe a minute, and an alarm is raised.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import timedelta

import structlog
from prometheus_client import Gauge
from sqlalchemy.exc import SQLAlchemyError

from bot.delivery.lane import BREAKS_AT, PROBE_EVERY, Lane, choose_break
from bot.domain.lanes import PauseReason
from bot.domain.messages import Channel
from bot.domain.ports import ChannelUnauthorised, DeliveryDelayed
from bot.storage.database import Database
from bot.storage.lanes import NOTIFY_CHANNEL, list_pauses, record_pause, record_trouble, record_well
from bot.storage.listen import follow_notices

UNAUTHORISED_PAUSE = timedelta(minutes=1)
DEFAULT_PAUSE_S = 5.0
"""Waited where a messenger asks us to wait without a usable time."""

log = structlog.get_logger()
paused_gauge = Gauge(
    "troly06_channel_paused", "1 where nothing leaves on a channel, by reason", ["channel", "reason"]
)


class Troubles:
    """Tells all processes of what one has met, and this one of what others have."""

    def __init__(self, database: Database, lanes: Sequence[Lane]) -> None:
        self._database = database
        self._lanes = lanes
        self._raised: set[tuple[str, str]] = set()

    async def note(self, channel: Channel, error: Exception) -> float:
        """Record what a send met, and return for how many seconds the channel is paused; 0 where it is not."""
        if isinstance(error, ChannelUnauthorised):
            return await self._pause(channel, UNAUTHORISED_PAUSE, PauseReason.UNAUTHORISED, failures=BREAKS_AT)
        if isinstance(error, DeliveryDelayed) and error.retry_after_s is not None:
            lasts = timedelta(seconds=read_pause_s(error.retry_after_s))
            return await self._pause(channel, lasts, PauseReason.TOO_MANY)
        for lane in self._list_lanes(channel):
            lane.has_failed = True
            lane.failures_here += 1
            if lane.failures_here >= BREAKS_AT:
                lane.pause(PROBE_EVERY.total_seconds())  # nothing more leaves here while it is being recorded
        try:
            async with self._database.begin() as tx:
                failures = await record_trouble(tx, channel)
        except (SQLAlchemyError, OSError) as away:
            log.warning("delivery.trouble_not_recorded", error=type(away).__name__)
            return 0.0
        if failures < BREAKS_AT:
            return 0.0
        return await self._pause(channel, choose_break(failures), PauseReason.FAILING)

    async def note_well(self, channel: Channel) -> None:
        """Record that the messenger takes messages again."""
        async with self._database.begin() as tx:
            await record_well(tx, channel)
        for lane in self._list_lanes(channel):
            lane.has_failed = False
            lane.go_on()
        log.info("delivery.channel_well", channel=channel.value)

    async def follow(self) -> None:
        """Learn of the pauses that other processes record, until cancelled."""
        await follow_notices(self._database, NOTIFY_CHANNEL, self._look)

    async def _look(self, _payload: str | None) -> None:
        async with self._database.begin() as tx:
            pauses = {pause.channel: pause for pause in await list_pauses(tx)}
        for lane in self._lanes:
            pause = pauses.get(lane.channel)
            if pause is None:
                lane.go_on()
            else:
                lane.pause(pause.left.total_seconds())
        self._raise({(pause.channel.value, pause.reason.value) for pause in pauses.values()})

    async def _pause(
        self, channel: Channel, lasts: timedelta, reason: PauseReason, *, failures: int | None = None
    ) -> float:
        for lane in self._list_lanes(channel):
            lane.pause(lasts.total_seconds())
            lane.has_failed = lane.has_failed or failures is not None
        self._raise(self._raised | {(channel.value, reason.value)})
        try:
            async with self._database.begin() as tx:
                await record_pause(tx, channel, lasts=lasts, reason=reason, failures=failures)
        except (SQLAlchemyError, OSError) as away:
            log.warning("delivery.trouble_not_recorded", error=type(away).__name__)
        return lasts.total_seconds()

    def _raise(self, pauses: set[tuple[str, str]]) -> None:
        """Show what is paused: in the metrics, and once in the log."""
        for channel, reason in self._raised - pauses:
            paused_gauge.labels(channel, reason).set(0)
            log.info("delivery.channel_goes_on", channel=channel, reason=reason)
        for channel, reason in pauses - self._raised:
            paused_gauge.labels(channel, reason).set(1)
            say = log.error if reason == PauseReason.UNAUTHORISED else log.warning
            say("delivery.channel_paused", channel=channel, reason=reason)
        self._raised = pauses

    def _list_lanes(self, channel: Channel) -> list[Lane]:
        return [lane for lane in self._lanes if lane.channel is channel]


def read_pause_s(asked: object) -> float:
    """Return for how long a messenger asks us to wait, the default where it says nothing usable."""
    if isinstance(asked, bool) or not isinstance(asked, int | float) or not math.isfinite(asked) or asked <= 0:
        return DEFAULT_PAUSE_S
    return float(asked)
