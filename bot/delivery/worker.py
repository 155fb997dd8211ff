"""The delivery worker: takes moments of a lane and as many messages, asks consent again, sends, records.

Between claim and send lies less than a second. Who stops in it is heard of by NOTIFY (`stops.py`), and what that
may concern is asked once more.

A process that dies between sending and recording leaves its claimed rows to the sweep, which sends them again: at
most what was on its way. One that dies before sending loses and repeats nothing.
"""

from __future__ import annotations

import asyncio
import math
import os
import random
import socket
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from uuid import uuid4

import structlog

from bot.clock import Clock
from bot.delivery.lane import PROBE_EVERY, Lane
from bot.delivery.message_source import MessageSource
from bot.delivery.preparation import Preparation
from bot.delivery.queue import DeliveryQueue, Priority, choose_priority
from bot.delivery.records import Records, Result
from bot.delivery.second_look import SecondLook
from bot.delivery.stops import Stops
from bot.delivery.trouble import Troubles
from bot.domain.answers import Answer
from bot.domain.delivery import ClaimedDelivery, NotSentReason
from bot.domain.lanes import STANDARD_PACES, Paces
from bot.domain.messages import Channel, ChatAddress
from bot.domain.ports import ChannelUnauthorised, DeliveryDelayed, DeliveryRefused, Sender
from bot.storage.database import Database
from bot.storage.deliveries import claim_deliveries, find_waiting_purpose, move_waiting
from bot.storage.lanes import claim_lane, ensure_lane, record_taken
from bot.storage.switches import load_switches

LEASE = timedelta(seconds=15)
"""How long a claim holds: longer than any send, and the most that a crash can delay a message before the sweep."""
SEND_TIMEOUT = timedelta(seconds=8)
NO_SENDER_PAUSE = timedelta(minutes=1)
SWITCHED_OFF_PAUSE = timedelta(seconds=30)
LONGEST_WAIT_IN_JOB = timedelta(seconds=2)
"""A job that would have to wait longer hands its rows on."""
LONGEST_RETRY_S = 600.0
UNEXPECTED_LIMIT = 8
"""So often may something unexpected go wrong with one message."""
_FIRST_RETRY_S = 5.0

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """A message that may go out now. `at`: its moment on the loop's clock; `until`: when the claim ends.

    `asked_at`: before this moment of `Stops` nobody had stopped it.
    """

    held: ClaimedDelivery
    address: ChatAddress
    answer: Answer
    at: float
    until: float
    asked_at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """What one look at the lane brought: messages to send, or how long to wait; or the job is done."""

    outgoing: Sequence[Outgoing] = ()
    wait: timedelta = field(default=timedelta())
    is_done: bool = False


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
        paces: Paces = STANDARD_PACES,
        paid_senders: Mapping[Channel, Sender] | None = None,
    ) -> None:
        self._database = database
        self._queue = queue
        self._senders: dict[str, Sender] = {}
        self._preparation = Preparation(sources, queue, paces, clock)
        self._clock = clock
        self._lease = lease
        self._paces = paces
        self._lanes: dict[str, Lane] = {}
        for is_bulk, group in ((False, senders), (True, paid_senders or {})):
            for channel, sender in group.items():
                name = paces.find_lane(channel, is_bulk=is_bulk)
                rate = paces.find_rate(channel, is_bulk=is_bulk)
                self._lanes[name] = Lane(name=name, channel=channel, per_second=rate)
                self._senders[name] = sender
        self._known_lanes: set[str] = set()
        self._records = Records(database, queue, clock)
        self._stops = Stops(database)
        self._second_look = SecondLook(database, self._preparation)
        self.troubles = Troubles(database, list(self._lanes.values()))
        self._is_stopping = False
        self.id = f"{socket.gethostname()}-{os.getpid()}-{uuid4().hex[:8]}"

    def stop(self) -> None:
        """Take no more rows; what is being sent is finished."""
        self._is_stopping = True

    @property
    def is_listening(self) -> bool:
        """Tell whether stops of citizens and broadcasts are heard; where not, each message is asked of again."""
        return self._stops.is_listening

    async def follow(self) -> None:
        """Hear of pauses and of stops, until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self.troubles.follow())
            tasks.create_task(self._stops.follow())

    async def deliver_job(self, job_id: int, channel: Channel, priority: Priority = Priority.REMINDER) -> None:
        """Send every row of a job at the lane's pace, and return when nothing of it is on its way any more."""
        await asyncio.gather(*await self.start_job(job_id, channel, priority), return_exceptions=True)

    async def start_job(
        self, job_id: int, channel: Channel, priority: Priority = Priority.REMINDER
    ) -> list[asyncio.Task[None]]:
        """Claim every row of a job at the lane's pace; what cannot go now is handed to a later job.

        Returns the sends that were begun. They need no job any more: were it held for them, the lane would stand
        idle at the end of each.
        """
        lane = self._lanes.get(self._paces.find_lane(channel, is_bulk=priority is Priority.BULK))
        if lane is None:
            await self._hand_on(job_id, channel, after=NO_SENDER_PAUSE)
            log.error("delivery.no_sender", channel=channel.value)
            return []
        started: list[asyncio.Task[None]] = []
        while True:
            while len(lane.sending) >= lane.most_in_flight:
                await asyncio.wait(lane.sending, return_when=asyncio.FIRST_COMPLETED)
            block = await self._claim_block(job_id, lane, priority)
            for outgoing in block.outgoing:
                task = asyncio.create_task(self._deliver(lane, outgoing), name="delivery")
                started.append(task)
                lane.sending.add(task)
                task.add_done_callback(lane.sending.discard)
            if block.is_done or self._is_stopping or block.wait > LONGEST_WAIT_IN_JOB:
                await self._hand_on(job_id, channel, after=block.wait)
                return started
            await asyncio.sleep(block.wait.total_seconds())

    async def drain(self) -> None:
        """Return when nothing of any job is on its way any more."""
        while sending := [task for lane in self._lanes.values() for task in lane.sending]:
            await asyncio.wait(sending)

    async def _claim_block(self, job_id: int, lane: Lane, priority: Priority) -> Block:
        """Take moments of the lane and as many rows, in one transaction: a moment without a row is lost."""
        if self._is_stopping:
            return Block(is_done=True)
        if lane.paused_for() > 0:
            return Block(wait=timedelta(seconds=lane.paused_for()))
        asked_at = self._stops.read_clock()
        async with self._database.begin() as tx:
            switches = await load_switches(tx)
            # A reply to somebody who waits is nothing that we start: only its channel stops it.
            is_held = switches.sending_off and priority is not Priority.REPLY
            if is_held or lane.channel in switches.channels_off:
                return Block(wait=max(SWITCHED_OFF_PAUSE, LONGEST_WAIT_IN_JOB + timedelta(seconds=1)))
            if lane.name not in self._known_lanes:
                await ensure_lane(tx, lane.name, lane.channel)
            now = await claim_lane(tx, lane.name)
            read_at = asyncio.get_running_loop().time()
            lane.has_failed = now.failures > 0
            share = lane.choose_share(now, priority)
            if share.starts_at is None:
                return Block(wait=share.wait)
            claimed = await claim_deliveries(
                tx,
                job_id=job_id,
                worker=self.id,
                limit=share.slots,
                lease=self._lease,
                now=self._clock(),
                chat_gap=self._paces.find_chat_gap(lane.channel),
            )
            if not claimed:
                return Block(is_done=True, wait=self._paces.find_chat_gap(lane.channel))
            ready = await self._preparation.prepare(tx, claimed)
            if ready:
                await record_taken(
                    tx,
                    lane.name,
                    until=share.starts_at + len(ready) * lane.gap,
                    paused_until=now.now + PROBE_EVERY if share.is_probe else None,
                )
        self._known_lanes.add(lane.name)
        starts = read_at + (share.starts_at - now.now).total_seconds()
        return Block(
            outgoing=[
                Outgoing(
                    held=each.held,
                    address=each.address,
                    answer=each.answer,
                    at=starts + number * lane.gap.total_seconds(),
                    until=read_at + self._lease.total_seconds(),
                    asked_at=asked_at,
                )
                for number, each in enumerate(ready)
            ]
        )

    async def _deliver(self, lane: Lane, out: Outgoing) -> None:
        loop = asyncio.get_running_loop()
        await asyncio.sleep(max(0.0, out.at - loop.time()))
        held = out.held
        if self._is_stopping or lane.paused_for() > 0:
            await self._records.write(Result(held=held, until=out.until, wait_s=lane.paused_for()))
            return
        if self._stops.may_concern(held, asked_at=out.asked_at):
            ready = await self._second_look.take(held)
            if ready is None:
                return
            out = replace(out, address=ready.address, answer=ready.answer)
        # A process that was stopped and woken up finds its lease over: another one may be sending this.
        send_for = min(out.until - loop.time() - self._lease.total_seconds() / 3, SEND_TIMEOUT.total_seconds())
        if send_for <= 0:
            log.warning("delivery.lease_over", delivery=held.id)
            return
        result = await self._send(lane, out, send_for=send_for)
        if result.wait_s is None:
            lane.failures_here, lane.is_proven = 0, True
        await self._records.write(result)
        if result.wait_s is None and lane.has_failed:
            with suppress(Exception):  # the next success tells it
                await self.troubles.note_well(lane.channel)

    async def _send(self, lane: Lane, out: Outgoing, *, send_for: float) -> Result:
        """Hand a message to its messenger, and return what became of it."""
        held, until = out.held, out.until
        try:
            async with asyncio.timeout(send_for):
                sender = self._senders[lane.name]
                await sender.send(out.address, out.answer, idempotency_key=held.idempotency_key)
        except DeliveryRefused as refused:
            return Result(held=held, until=until, refused=refused.reason)
        except (DeliveryDelayed, ChannelUnauthorised, TimeoutError) as error:
            if isinstance(error, DeliveryDelayed) and not error.holds_channel:
                return Result(held=held, until=until, wait_s=error.retry_after_s or choose_retry_s(held.attempt))
            pause_s = await self.troubles.note(lane.channel, error)
            return Result(held=held, until=until, wait_s=pause_s or choose_retry_s(held.attempt))
        except Exception as error:
            log.exception("delivery.failed_unexpectedly", delivery=held.id, error=type(error).__name__)
            if held.attempt >= UNEXPECTED_LIMIT:
                return Result(held=held, until=until, given_up=NotSentReason.RETRY_LIMIT)
            return Result(held=held, until=until, wait_s=choose_retry_s(held.attempt))
        return Result(held=held, until=until)

    async def _hand_on(self, job_id: int, channel: Channel, *, after: timedelta) -> None:
        """Give what a job has not claimed to a later job."""
        async with self._database.begin() as tx:
            purpose = await find_waiting_purpose(tx, job_id)
            if purpose is not None:
                later = await self._queue.defer(
                    tx, channel=channel, priority=choose_priority(purpose), after=after
                )
                await move_waiting(tx, from_job=job_id, to_job=later)


def choose_longest_retry_s(attempt: int) -> float:
    """Return how long to wait at the most before trying again: twice as long each time, up to ten minutes."""
    return min(_FIRST_RETRY_S * 2.0 ** (min(attempt, 16) - 1), LONGEST_RETRY_S)


def choose_retry_s(attempt: int, *, chance: Callable[[], float] = random.random) -> float:
    """Return how long to wait before trying again: by chance, so that what failed together comes back apart."""
    return math.ceil(choose_longest_retry_s(attempt) * chance()) or 1.0
