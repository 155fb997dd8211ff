"""The delivery worker: claims rows and commits, asks consent again, sends, records; each message once.

A process that dies between sending and recording leaves its claimed rows to the sweep, which sends them again:
at most WINDOW messages a channel. One that dies before sending loses and repeats nothing.
"""

from __future__ import annotations

import asyncio
import os
import socket
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import timedelta
from uuid import uuid4

import structlog
from prometheus_client import Counter

from bot.clock import Clock
from bot.delivery.message_source import MessageSource
from bot.delivery.pace import Pace, make_pace
from bot.delivery.queue import DeliveryQueue, choose_priority
from bot.domain.answers import Answer
from bot.domain.broadcast import BroadcastState
from bot.domain.delivery import ClaimedDelivery, DeliveryState, NotSentReason
from bot.domain.messages import Channel, ChatAddress
from bot.domain.ports import ChannelUnauthorised, DeliveryDelayed, DeliveryRefused, RefusalReason, Sender
from bot.storage.citizens import record_contact_stopped
from bot.storage.database import Database
from bot.storage.deliveries import (
    claim_deliveries,
    find_recipient,
    find_waiting_purpose,
    move_waiting,
    record_held,
    record_not_sent,
    record_put_back,
    record_sent,
)
from bot.storage.switches import load_switches

LEASE = timedelta(seconds=15)
"""How long a claim holds: longer than any send, and the most that a crash can delay a message before the sweep."""
WINDOW = 4
"""Messages in flight at once on a channel: its rate (30/s) by the time one takes (0.1 s)."""
UNAUTHORISED_PAUSE_S = 60.0
SWITCHED_OFF_PAUSE = timedelta(seconds=30)
LONGEST_RETRY_S = 600.0
UNEXPECTED_LIMIT = 8
"""So often may something unexpected go wrong with one message."""
_FIRST_RETRY_S = 5.0
_RECORD_AGAIN_S = 0.2
_SEND_SHARE = 0.6
"""A send may take this share of the lease, so that its result is recorded while the claim holds."""

log = structlog.get_logger()
_deliveries = Counter("troly06_deliveries_total", "Messages that we started, by outcome", ["channel", "outcome"])


class DeliveryWorker:
    """Delivers the rows of one job after another. Many run at once, in this process and in others."""

    def __init__(
        self,
        *,
        database: Database,
        queue: DeliveryQueue,
        senders: Mapping[Channel, Sender],
        sources: Mapping[str, MessageSource],
        clock: Clock,
        lease: timedelta = LEASE,
        pace: Callable[[Channel], Pace] = make_pace,
    ) -> None:
        self._database = database
        self._queue = queue
        self._senders = senders
        self._sources = sources
        self._clock = clock
        self._lease = lease
        self._paces = {channel: pace(channel) for channel in senders}
        self._lanes = {channel: asyncio.Lock() for channel in senders}
        self._is_stopping = False
        self.id = f"{socket.gethostname()}-{os.getpid()}-{uuid4().hex[:8]}"

    def stop(self) -> None:
        """Take no more rows; what is being sent is finished."""
        self._is_stopping = True

    async def deliver_job(self, job_id: int, channel: Channel) -> None:
        """Send every row of a job, a window at a time; what cannot go now is handed to a later job."""
        lane = self._lanes.get(channel)
        if lane is None:
            await self._hand_on(job_id, channel, after=timedelta(seconds=UNAUTHORISED_PAUSE_S))
            log.error("delivery.no_sender", channel=channel.value)
            return
        pace = self._paces[channel]
        while True:
            async with lane:
                if self._is_stopping or pace.paused_for() > 0:
                    await self._hand_on(job_id, channel, after=timedelta(seconds=pace.paused_for()))
                    return
                if not await self._may_send(channel):
                    await self._hand_on(job_id, channel, after=SWITCHED_OFF_PAUSE)
                    return
                claimed = await self._claim(job_id)
                if not claimed:
                    return
                leased_until = time.monotonic() + self._lease.total_seconds()
                await asyncio.gather(*(self._deliver(held, leased_until) for held in claimed))

    async def _may_send(self, channel: Channel) -> bool:
        """Tell whether staff let anything leave on a channel."""
        async with self._database.begin() as tx:
            switches = await load_switches(tx)
        return not switches.sending_off and channel not in switches.channels_off

    async def _claim(self, job_id: int) -> list[ClaimedDelivery]:
        async with self._database.begin() as tx:
            return await claim_deliveries(
                tx, job_id=job_id, worker=self.id, limit=WINDOW, lease=self._lease, now=self._clock()
            )

    async def _deliver(self, held: ClaimedDelivery, leased_until: float) -> None:
        try:
            await self._paces[held.channel].take()
            ready = await self._prepare(held)
            if ready is None:
                return
            # A process that was stopped and woken up finds its lease over: another one may be sending this.
            send_for = leased_until - time.monotonic() - self._lease.total_seconds() * (1 - _SEND_SHARE)
            if send_for <= 0:
                log.warning("delivery.lease_over", delivery=held.id)
                return
            was_taken = await self._send(held, *ready, send_for=send_for)
        except Exception as error:
            log.exception("delivery.failed_unexpectedly", delivery=held.id, error=type(error).__name__)
            with suppress(Exception):  # the database may be away: then the lease ends, and the sweep finds it
                await self._retry_unexpected(held)
            return
        if was_taken:
            await self._record_sent(held, leased_until)

    async def _prepare(self, held: ClaimedDelivery) -> tuple[ChatAddress, Answer] | None:
        """Return whom to send what, None where it must not be sent, which is recorded."""
        now = self._clock()
        async with self._database.begin() as tx:
            recipient = await find_recipient(tx, held)
            if recipient is None:
                return None
            reason: NotSentReason | None = None
            answer: Answer | None = None
            if held.expires_at <= now:
                reason = NotSentReason.TOO_LATE
            elif not recipient.has_consent:
                reason = NotSentReason.CONSENT_WITHDRAWN
            elif recipient.is_stopped:
                reason = NotSentReason.CONTACT_STOPPED
            elif recipient.broadcast_state == BroadcastState.STOPPED:
                reason = NotSentReason.STOPPED
            elif recipient.broadcast_state == BroadcastState.PAUSED:
                await record_held(tx, held)
                return None
            else:
                source = next((self._sources[key] for key in held.message if key in self._sources), None)
                answer = await source.find_answer(tx, held.message) if source is not None else None
            if answer is not None:
                return recipient.address, answer
            reason = reason or NotSentReason.MESSAGE_GONE
            state = DeliveryState.EXPIRED if reason is NotSentReason.TOO_LATE else DeliveryState.CANCELLED
            await record_not_sent(tx, held, state=state, reason=reason, now=now)
        _deliveries.labels(held.channel.value, reason.value).inc()
        return None

    async def _send(self, held: ClaimedDelivery, address: ChatAddress, answer: Answer, *, send_for: float) -> bool:
        """Tell whether the messenger took it; where it did not, that is recorded."""
        pace = self._paces[held.channel]
        try:
            async with asyncio.timeout(send_for):
                await self._senders[held.channel].send(address, answer, idempotency_key=held.idempotency_key)
        except DeliveryRefused as refused:
            await self._record_refused(held, refused.reason)
        except ChannelUnauthorised:
            log.error("delivery.channel_unauthorised", channel=held.channel.value)
            pace.pause(UNAUTHORISED_PAUSE_S)
            await self._put_back(held, wait_s=UNAUTHORISED_PAUSE_S)
        except DeliveryDelayed as delayed:
            if delayed.retry_after_s is not None:
                pace.pause(delayed.retry_after_s)
            await self._put_back(held, wait_s=delayed.retry_after_s or choose_retry_s(held.attempt))
        except TimeoutError:
            await self._put_back(held, wait_s=choose_retry_s(held.attempt))
        else:
            return True
        return False

    async def _record_sent(self, held: ClaimedDelivery, leased_until: float) -> None:
        """Write that it was sent, again and again while the claim holds: to put it back would send it twice."""
        _deliveries.labels(held.channel.value, "sent").inc()
        while True:
            try:
                async with self._database.begin() as tx:
                    is_ours = await record_sent(tx, held, now=self._clock())
            except Exception as error:
                log.exception("delivery.sent_not_recorded", delivery=held.id, error=type(error).__name__)
            else:
                if not is_ours:
                    log.warning("delivery.recorded_too_late", delivery=held.id)
                return
            if time.monotonic() + _RECORD_AGAIN_S >= leased_until:
                return
            await asyncio.sleep(_RECORD_AGAIN_S)

    async def _record_refused(self, held: ClaimedDelivery, reason: RefusalReason) -> None:
        now = self._clock()
        async with self._database.begin() as tx:
            if reason is not RefusalReason.MESSAGE_INVALID:
                await record_contact_stopped(tx, held.contact_id, reason=reason, now=now)
            await record_not_sent(
                tx, held, state=DeliveryState.FAILED, reason=NotSentReason(reason.value), now=now
            )
        _deliveries.labels(held.channel.value, reason.value).inc()

    async def _put_back(self, held: ClaimedDelivery, *, wait_s: float) -> None:
        """Let another job try later, or give up where later is too late."""
        now = self._clock()
        wait = timedelta(seconds=wait_s)
        async with self._database.begin() as tx:
            if now + wait >= held.expires_at:
                await record_not_sent(
                    tx, held, state=DeliveryState.EXPIRED, reason=NotSentReason.TOO_LATE, now=now
                )
            else:
                job_id = await self._queue.defer(
                    tx, channel=held.channel, priority=choose_priority(held.purpose), after=wait
                )
                await record_put_back(tx, held, job_id=job_id, not_before=now + wait)
        _deliveries.labels(held.channel.value, "delayed").inc()

    async def _hand_on(self, job_id: int, channel: Channel, *, after: timedelta) -> None:
        """Give what a job has not claimed to a later job."""
        async with self._database.begin() as tx:
            purpose = await find_waiting_purpose(tx, job_id)
            if purpose is not None:
                later = await self._queue.defer(
                    tx, channel=channel, priority=choose_priority(purpose), after=after
                )
                await move_waiting(tx, from_job=job_id, to_job=later)

    async def _retry_unexpected(self, held: ClaimedDelivery) -> None:
        if held.attempt < UNEXPECTED_LIMIT:
            await self._put_back(held, wait_s=choose_retry_s(held.attempt))
            return
        async with self._database.begin() as tx:
            await record_not_sent(
                tx, held, state=DeliveryState.FAILED, reason=NotSentReason.RETRY_LIMIT, now=self._clock()
            )
        _deliveries.labels(held.channel.value, NotSentReason.RETRY_LIMIT.value).inc()


def choose_retry_s(attempt: int) -> float:
    """Return how long to wait before trying again: twice as long each time, up to ten minutes."""
    return min(_FIRST_RETRY_S * 2.0 ** (min(attempt, 16) - 1), LONGEST_RETRY_S)
