"""Writes down what became of messages: all that ended since the last commit in one transaction.

A result that cannot be written is tried again for as long as the claim holds: to put a sent message back would
send it twice. After that the lease ends, and the sweep finds the row.
"""

from __future__ import annotations

import asyncio
import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from prometheus_client import Counter
from sqlalchemy.ext.asyncio import AsyncSession

from bot.clock import Clock
from bot.delivery.queue import DeliveryQueue, Priority, choose_priority
from bot.domain.delivery import ClaimedDelivery, DeliveryState, NotSentReason
from bot.domain.messages import Channel
from bot.domain.ports import RefusalReason
from bot.storage.citizens import record_contact_stopped
from bot.storage.database import Database
from bot.storage.deliveries import record_not_sent, record_put_back, record_sent

_AGAIN_S = 0.2
_GATHERS_S = 0.03
"""A commit costs more than a result does: it waits so long for others to come along."""
_MOST_AT_ONCE = 500

log = structlog.get_logger()
deliveries_total = Counter(
    "troly06_deliveries_total", "Messages that we started, by outcome", ["channel", "outcome"]
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What became of one message: sent, unless one of the others is set.

    `wait_s`: to be tried again after so long. `refused`: the messenger will never take it. `given_up`: we will not
    try again. `until`: the moment of the loop's clock at which the claim ends.
    """

    held: ClaimedDelivery
    until: float
    wait_s: float | None = None
    refused: RefusalReason | None = None
    given_up: NotSentReason | None = None


class Records:
    """Writes results, several in one commit, in the order in which they came."""

    def __init__(self, database: Database, queue: DeliveryQueue, clock: Clock) -> None:
        self._database = database
        self._queue = queue
        self._clock = clock
        self._waiting: list[tuple[Result, asyncio.Future[None]]] = []
        self._writing: asyncio.Task[None] | None = None

    async def write(self, result: Result) -> None:
        """Return when a result is written, or when its claim is over."""
        written = asyncio.get_running_loop().create_future()
        self._waiting.append((result, written))
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write_all(), name="delivery records")
        await written

    async def _write_all(self) -> None:
        loop = asyncio.get_running_loop()
        most = _MOST_AT_ONCE
        while self._waiting:
            await asyncio.sleep(_GATHERS_S)
            batch = self._waiting[:most]
            try:
                await self._write_batch([result for result, _ in batch])
            except Exception as error:  # noqa: BLE001 -- whatever it is, the next try may work
                # Without a traceback: to write one takes seconds on a busy machine, and a claim holds for fifteen.
                log.warning("delivery.not_recorded", messages=len(batch), error=type(error).__name__)
                most = 1  # one of them may be the reason: it must not hold the others up
                over = [each for each in self._waiting if loop.time() + _AGAIN_S >= each[0].until]
                self._settle(over)
                self._waiting = [each for each in self._waiting if each not in over]
                # What failed goes behind what has not been tried.
                self._waiting = self._waiting[1:] + self._waiting[:1]
                await asyncio.sleep(_AGAIN_S)
                continue
            self._waiting = self._waiting[len(batch) :]
            self._settle(batch)

    def _settle(self, written: Sequence[tuple[Result, asyncio.Future[None]]]) -> None:
        for _, future in written:
            if not future.done():
                future.set_result(None)

    async def _write_batch(self, results: Sequence[Result]) -> None:
        now = self._clock()
        sent: list[ClaimedDelivery] = []
        later: defaultdict[tuple[Channel, Priority, int], list[ClaimedDelivery]] = defaultdict(list)
        given_up: list[Result] = []
        for result in results:
            held = result.held
            if result.wait_s is not None and now + timedelta(seconds=result.wait_s) < held.expires_at:
                # Rounded up to whole seconds, so that what waits alike shares a job.
                later[held.channel, choose_priority(held.purpose), math.ceil(result.wait_s)].append(held)
            elif result.wait_s is None and result.refused is None and result.given_up is None:
                sent.append(held)
            else:
                given_up.append(result)
        async with self._database.begin() as tx:
            known = await record_sent(tx, sent, now=now) if sent else 0
            for (channel, priority, wait_s), some in later.items():
                wait = timedelta(seconds=wait_s)
                job_id = await self._queue.defer(tx, channel=channel, priority=priority, after=wait)
                await record_put_back(tx, some, job_id=job_id, not_before=now + wait)
            for result in given_up:
                await _record_given_up(tx, result, now)
        if known < len(sent):
            log.warning("delivery.recorded_too_late", messages=len(sent) - known)
        for result in results:
            deliveries_total.labels(result.held.channel.value, _name_outcome(result)).inc()


async def _record_given_up(tx: AsyncSession, result: Result, now: datetime) -> None:
    held = result.held
    if result.refused is not None:
        if result.refused.ends_contact:
            await record_contact_stopped(tx, held.contact_id, reason=result.refused, now=now)
        state, reason = DeliveryState.FAILED, NotSentReason(result.refused.value)
    elif result.given_up is not None:
        state, reason = DeliveryState.FAILED, result.given_up
    else:
        state, reason = DeliveryState.EXPIRED, NotSentReason.TOO_LATE
    await record_not_sent(tx, held, state=state, reason=reason, now=now)


def _name_outcome(result: Result) -> str:
    if result.refused is not None:
        return result.refused.value
    if result.given_up is not None:
        return result.given_up.value
    return "sent" if result.wait_s is None else "delayed"
