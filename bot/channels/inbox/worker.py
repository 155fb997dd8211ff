"""Working off the inbox: one update of a chat at a time, chats side by side, none lost when a worker dies."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import structlog
from prometheus_client import Counter
from sqlalchemy.exc import SQLAlchemyError

from bot.channels.inbox.intake import UpdateUnreadable
from bot.domain.messages import Channel
from bot.domain.ports import ChannelUnauthorised, DeliveryDelayed, DeliveryRefused
from bot.storage.database import Database
from bot.storage.inbox import (
    LEASE,
    NOTIFY_CHANNEL,
    ClaimedUpdate,
    claim_next,
    record_failed,
    record_processed,
)
from bot.storage.listen import follow_notices

MOST_ATTEMPTS = 5
CHATS_AT_ONCE = 16
LOOKS_EVERY = timedelta(seconds=1)
"""How often the inbox is looked at unasked: for updates that another process kept, or whose lease ran out."""
TAKES_AT_MOST = timedelta(seconds=15)
"""Longest time for one update, shorter than its lease."""
DRAINS_WITHIN = timedelta(seconds=10)
_PAUSES = (timedelta(seconds=1), timedelta(seconds=5), timedelta(seconds=30), timedelta(minutes=2))
_UNAUTHORISED_PAUSE = timedelta(minutes=1)

log = structlog.get_logger()
_processed = Counter("troly06_inbound_processed_total", "Updates worked off", ["channel", "outcome"])


class InboxWorker:
    """Claims updates and has each processed. `process` raises where the update has to be tried again."""

    def __init__(
        self,
        database: Database,
        channel: Channel,
        process: Callable[[ClaimedUpdate], Awaitable[None]],
        *,
        chats_at_once: int = CHATS_AT_ONCE,
        lease: timedelta = LEASE,
        looks_every: timedelta = LOOKS_EVERY,
        takes_at_most: timedelta = TAKES_AT_MOST,
    ) -> None:
        self._database = database
        self._channel = channel
        self._process = process
        self._chats_at_once = chats_at_once
        self._lease = lease
        self._looks_every = looks_every
        self._takes_at_most = takes_at_most
        self._bell = asyncio.Event()
        self._in_flight: set[asyncio.Task[None]] = set()
        self._done: list[ClaimedUpdate] = []

    def wake(self) -> None:
        """Look at the inbox now."""
        self._bell.set()

    async def run(self) -> None:
        """Work until cancelled, then finish what is in flight."""
        hearing = asyncio.create_task(
            follow_notices(self._database, NOTIFY_CHANNEL, self._hear), name="inbox bell"
        )
        try:
            while True:
                self._bell.clear()
                claimed = await self._settle_and_claim(self._chats_at_once - len(self._in_flight))
                for update in claimed:
                    task = asyncio.create_task(self._work(update))
                    self._in_flight.add(task)
                    task.add_done_callback(self._finish)
                if not claimed:
                    await self._wait()
        finally:
            hearing.cancel()
            await asyncio.gather(hearing, return_exceptions=True)
            if self._in_flight:
                await asyncio.wait(self._in_flight, timeout=DRAINS_WITHIN.total_seconds())
            for task in self._in_flight:
                task.cancel()
            await asyncio.gather(*self._in_flight, return_exceptions=True)
            await self._settle_and_claim(0)

    async def _hear(self, channel: str | None) -> None:
        if channel in (None, self._channel.value):
            self._bell.set()

    async def _wait(self) -> None:
        try:
            async with asyncio.timeout(self._looks_every.total_seconds()):
                await self._bell.wait()
        except TimeoutError:
            pass

    async def _settle_and_claim(self, limit: int) -> list[ClaimedUpdate]:
        """Settle what was done since the last time and take up to `limit` new ones, in one transaction."""
        done = list(self._done)  # more may be done while this is written
        if limit <= 0 and not done:
            return []
        try:
            async with self._database.begin() as tx:
                settled = await record_processed(tx, *done)
                claimed = await claim_next(tx, self._channel, limit=limit, lease=self._lease) if limit > 0 else []
        except (SQLAlchemyError, OSError, TimeoutError) as error:
            log.warning(
                "inbox.unavailable", channel=self._channel.value, error=type(error).__name__, unsettled=len(done)
            )
            return []
        if settled < len(done):
            log.warning("inbox.lease_lost", channel=self._channel.value, updates=len(done) - settled)
        self._done = self._done[len(done) :]
        return claimed

    def _finish(self, task: asyncio.Task[None]) -> None:
        self._in_flight.discard(task)
        self._bell.set()  # the chat's next update can be taken now

    async def _work(self, claimed: ClaimedUpdate) -> None:
        reason, retry_after = await self._attempt(claimed)
        if reason is None:
            _processed.labels(self._channel.value, "done").inc()
            self._done.append(claimed)
            return
        if claimed.attempt >= MOST_ATTEMPTS:
            retry_after = None
        outcome = "given-up" if retry_after is None else "retried"
        _processed.labels(self._channel.value, outcome).inc()
        log.warning(
            "inbox.update_failed",
            channel=self._channel.value,
            reason=reason,
            attempt=claimed.attempt,
            outcome=outcome,
        )
        try:
            async with self._database.begin() as tx:
                await record_failed(tx, claimed, reason=reason, retry_after=retry_after)
        except (SQLAlchemyError, OSError, TimeoutError) as error:
            # The lease runs out and the update is taken again.
            log.error("inbox.settle_failed", channel=self._channel.value, error=type(error).__name__)

    async def _attempt(self, claimed: ClaimedUpdate) -> tuple[str | None, timedelta | None]:
        """Return why it failed, None where it did not, and after how long to try again, None for never."""
        if claimed.attempt > MOST_ATTEMPTS:
            return "worker-died", None  # each time it was tried: the update itself may be the reason
        try:
            async with asyncio.timeout(self._takes_at_most.total_seconds()):
                await self._process(claimed)
        except Exception as error:  # noqa: BLE001 -- one update must not stop the others
            return choose_retry(error, attempt=claimed.attempt)
        return None, None


def choose_retry(error: Exception, *, attempt: int) -> tuple[str, timedelta | None]:
    """Return the reason to record for a failure, and after how long to try again, None for never."""
    pause = _PAUSES[min(attempt, len(_PAUSES)) - 1]
    if isinstance(error, UpdateUnreadable):
        return "unreadable", None
    if isinstance(error, DeliveryRefused):
        return error.reason.value, None
    if isinstance(error, DeliveryDelayed):
        return "delayed", max(pause, timedelta(seconds=error.retry_after_s or 0))
    if isinstance(error, ChannelUnauthorised):
        return "unauthorised", max(pause, _UNAUTHORISED_PAUSE)
    if isinstance(error, TimeoutError):
        return "took-too-long", pause
    log.error("inbox.update_crashed", error=type(error).__name__, exc_info=error)
    # A fault of ours, not of the network: the citizen's next message should not wait long behind it.
    return type(error).__name__, timedelta(seconds=attempt)
