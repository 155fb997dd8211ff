"""A delivery to test with: a citizen who consented, rows to send, a worker at a recording sender."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from pydantic import SecretStr
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from bot.clock import Clock, read_clock
from bot.delivery.lane import AHEAD
from bot.delivery.queue import DeliveryQueue, Priority
from bot.delivery.run import run_waiting_jobs
from bot.delivery.sweep import Swept, sweep_deliveries
from bot.delivery.worker import LEASE, DeliveryWorker
from bot.domain.answers import Answer, AnswerKind
from bot.domain.delivery import NewDelivery
from bot.domain.lanes import Paces
from bot.domain.messages import Channel, ChatAddress
from bot.storage.citizens import record_contact
from bot.storage.consents import ConsentAction, record_consent
from bot.storage.database import Database
from bot.storage.deliveries import record_deliveries
from bot.storage.lanes import ensure_lane, record_taken
from bot.storage.tables import DeliveryRow
from tests.support.recording_sender import RecordingSender

PURPOSE = "reminders"


def make_paces(per_second: float) -> Paces:
    """Let so many messages a second leave by Telegram, however many of them to one chat."""
    return Paces(per_second={Channel.TELEGRAM: per_second}, chat_gaps={})


class PlainMessages:
    """The port `MessageSource` for {"text": words}."""

    async def find_answer(self, tx: AsyncSession, message: Mapping[str, Any]) -> Answer | None:  # noqa: ARG002
        return Answer(kind=AnswerKind.FORM, text=message["text"]) if message["text"] else None


@dataclass(kw_only=True)
class Post:
    """Rows, jobs and one worker on a database."""

    database: Database
    url: SecretStr
    clock: Clock
    lease: timedelta = LEASE
    silence: timedelta = timedelta(seconds=10)
    sender: RecordingSender = field(default_factory=RecordingSender)
    sources: dict[str, Any] = field(default_factory=lambda: {"text": PlainMessages()})
    paces: Paces = field(default_factory=lambda: make_paces(2_000))

    def __post_init__(self) -> None:
        self.change_worker()

    def change_worker(self) -> None:
        """Let a new worker do the jobs from now on, at the paces that are set."""
        self.queue = DeliveryQueue(self.url, silence=self.silence)
        self.worker = self.make_worker()
        self.queue.attach(self.worker.deliver_job)

    def make_worker(self) -> DeliveryWorker:
        """Build another worker at the same sender."""
        return DeliveryWorker(
            database=self.database,
            queue=self.queue,
            senders={self.sender.channel: self.sender},
            sources=self.sources,
            clock=self.clock,
            lease=self.lease,
            paces=self.paces,
        )

    async def add_citizen(self, chat: str = "42") -> UUID:
        """Write a citizen who consented, and return the contact."""
        now = self.clock()
        async with self.database.begin() as tx:
            contact = await record_contact(tx, ChatAddress(channel=Channel.TELEGRAM, chat=chat), now=now)
            await self.record_consent(tx, contact.citizen_id, ConsentAction.GIVEN, now)
        return contact.id

    async def withdraw_consent(self, contact_id: UUID) -> None:
        """Write only the line of the ledger, as if it came between claim and send."""
        async with self.database.begin() as tx:
            citizen_id = (
                await tx.execute(text("SELECT citizen_id FROM contacts WHERE id = :id"), {"id": contact_id})
            ).scalar_one()
            await self.record_consent(tx, citizen_id, ConsentAction.WITHDRAWN, self.clock())

    async def record_consent(
        self, tx: AsyncSession, citizen_id: UUID, action: ConsentAction, now: datetime
    ) -> None:
        """Add a line to the ledger."""
        await record_consent(
            tx,
            citizen_id=citizen_id,
            purpose=PURPOSE,
            action=action,
            wording_sha256="0" * 64,
            channel=Channel.TELEGRAM,
            now=now,
        )

    async def post(
        self, contact_id: UUID, *texts: str, useful_for: timedelta = timedelta(days=1), prefix: str = ""
    ) -> int:
        """Write one row a text with their job, in one transaction; return the job."""
        now = self.clock()
        async with self.database.begin() as tx:
            job_id = await self.queue.defer(tx, channel=Channel.TELEGRAM, priority=Priority.REMINDER)
            new = [
                NewDelivery(
                    idempotency_key=f"test:{prefix}{number}",
                    contact_id=contact_id,
                    channel=Channel.TELEGRAM,
                    purpose=PURPOSE,
                    message={"text": each},
                    expires_at=now + useful_for,
                )
                for number, each in enumerate(texts)
            ]
            await record_deliveries(tx, new, job_id=job_id, now=now)
        return job_id

    async def deliver(self) -> None:
        """Work off the jobs that wait now."""
        await run_waiting_jobs(self.queue)

    async def sweep(self) -> Swept:
        """Sweep once."""
        return await sweep_deliveries(self.database, self.queue, self.clock())

    @asynccontextmanager
    async def holding(self, *, for_s: float = 3.0, is_heard: bool = True) -> AsyncIterator[None]:
        """Deliver; while the block runs a worker holds what it claimed, for its moment is some seconds away.

        `is_heard`: the worker hears what is announced meanwhile.
        """
        with pytest.MonkeyPatch.context() as patch:
            for priority in Priority:
                patch.setitem(AHEAD, priority, timedelta(seconds=for_s * 3))
            # Not because it waited, but because of what was heard.
            patch.setattr("bot.delivery.stops.STALE_AFTER_S", for_s * 10)
            async with self.database.begin() as tx:
                for is_bulk in (False, True):
                    lane = self.paces.find_lane(self.sender.channel, is_bulk=is_bulk)
                    await ensure_lane(tx, lane, self.sender.channel)
                    await record_taken(tx, lane, until=read_clock() + timedelta(seconds=for_s))
            following = asyncio.create_task(self.worker.follow() if is_heard else asyncio.sleep(0))
            deadline = time.monotonic() + 20
            while is_heard and not self.worker.is_listening:
                assert time.monotonic() < deadline
                await asyncio.sleep(0.01)
            delivering = asyncio.create_task(self.deliver())
            while "claimed" not in {state for state, _ in await self.list_states()}:
                assert time.monotonic() < deadline
                await asyncio.sleep(0.01)
            try:
                yield
                await delivering
            finally:
                for task in (following, delivering):
                    task.cancel()
                await asyncio.gather(following, delivering, return_exceptions=True)

    async def list_states(self) -> list[tuple[str, str | None]]:
        """List state and reason of every row, oldest first."""
        async with self.database.begin() as tx:
            rows = await tx.execute(select(DeliveryRow.state, DeliveryRow.reason).order_by(DeliveryRow.id))
            return [(row.state, row.reason) for row in rows]

    async def execute(self, statement: str) -> None:
        """Change the database behind the assistant's back."""
        async with self.database.begin() as tx:
            await tx.execute(text(statement))
