"""Answers and the lane: an answer never waits for its turn, but what we start makes room for it.

Answers that were sent are taken from the lane a moment later, so that both together keep the channel's rate. What
the messenger tells whoever answers (wait; your token is refused) holds for the workers too, and the reverse.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Collection
from contextlib import suppress
from datetime import timedelta

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.delivery.lane import BREAKS_AT
from bot.delivery.trouble import UNAUTHORISED_PAUSE, read_pause_s
from bot.domain.lanes import Paces, PauseReason
from bot.domain.messages import Channel
from bot.domain.ports import ChannelUnauthorised, DeliveryDelayed
from bot.storage.database import Database
from bot.storage.lanes import NOTIFY_CHANNEL, ensure_lane, list_pauses, record_pause, record_replies
from bot.storage.listen import follow_notices

TOLD_EVERY_S = 0.5

log = structlog.get_logger()


class ReplyGate:
    """One channel's lane, as those see it who answer. `heeds`: the pauses in which no answer may leave either."""

    def __init__(
        self,
        database: Database,
        paces: Paces,
        channel: Channel,
        *,
        heeds: Collection[PauseReason] = (PauseReason.TOO_MANY, PauseReason.UNAUTHORISED),
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database = database
        self._heeds = heeds
        self._channel = channel
        self._name = paces.find_lane(channel)
        self._per_second = paces.find_rate(channel)
        self._monotonic = monotonic
        self._paused_until = 0.0
        self._sent = 0
        self._pauses: list[tuple[timedelta, PauseReason]] = []
        self._bell = asyncio.Event()

    def paused_for(self) -> float:
        """Return for how many seconds no answer may leave."""
        return max(0.0, self._paused_until - self._monotonic())

    def count_sent(self) -> None:
        """Note that a message left."""
        self._sent += 1

    def note(self, error: Exception) -> None:
        """Note what the messenger said, for every process to obey."""
        if isinstance(error, ChannelUnauthorised):
            self._pauses.append((UNAUTHORISED_PAUSE, PauseReason.UNAUTHORISED))
        elif isinstance(error, DeliveryDelayed) and error.retry_after_s is not None:
            lasts = timedelta(seconds=read_pause_s(error.retry_after_s))
            self._pauses.append((lasts, PauseReason.TOO_MANY))
        self._bell.set()

    async def run(self) -> None:
        """Tell the lane what was sent and said, and hear what others were told, until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(follow_notices(self._database, NOTIFY_CHANNEL, self._look))
            tasks.create_task(self._keep_telling())

    async def _keep_telling(self) -> None:
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(TOLD_EVERY_S):
                    await self._bell.wait()
            self._bell.clear()
            try:
                await self._tell()
            except (SQLAlchemyError, OSError, TimeoutError) as error:
                log.warning("delivery.replies_not_told", error=type(error).__name__)

    async def _tell(self) -> None:
        sent, pauses = self._sent, list(self._pauses)
        if not sent and not pauses:
            return
        async with self._database.begin() as tx:
            await ensure_lane(tx, self._name, self._channel)
            if sent:
                await record_replies(tx, self._name, sent=sent, per_second=self._per_second)
            for lasts, reason in pauses:
                failures = BREAKS_AT if reason is PauseReason.UNAUTHORISED else None
                await record_pause(tx, self._channel, lasts=lasts, reason=reason, failures=failures)
        self._sent -= sent
        self._pauses = self._pauses[len(pauses) :]

    async def _look(self, _payload: str | None) -> None:
        async with self._database.begin() as tx:
            ours = [pause for pause in await list_pauses(tx) if pause.channel is self._channel]
        # Where a messenger only fails, an answer may still try: a citizen waits for it.
        holding = [pause.left.total_seconds() for pause in ours if pause.reason in self._heeds]
        self._paused_until = self._monotonic() + max(holding, default=0.0)
