"""The work queue (Procrastinate on the same PostgreSQL). A job is only a bell: the rows say what is to be sent.

A job is deferred in the transaction that writes its rows, and the rows name the job. Procrastinate knows when a
worker went silent, so the sweep can tell a row whose job is still coming from one whose job is lost.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from enum import IntEnum

from procrastinate import App, JobContext, PsycopgConnector
from pydantic import SecretStr
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.messages import Channel
from bot.storage.database import CONNECT_TIMEOUT_S, STATEMENT_TIMEOUT_MS, plain_url, raw_connection

QUEUE = "deliveries"
BULK_QUEUE = "broadcasts"
"""Broadcasts have workers of their own in each process, so that none of them holds what is urgent up."""
TASK = "deliver"
BATCH = 500
"""Rows to a job: enough to make the job cheap, few enough for another worker to take over quickly."""
HEARTBEAT = timedelta(seconds=3)
SILENCE = timedelta(seconds=10)
"""A worker that has not been heard for so long is dead, and its jobs are free."""
_FINISHED_KEPT_HOURS = 72


class Priority(IntEnum):
    """What goes first when both wait; Procrastinate takes the higher number first."""

    REPLY = 30
    """An answer to something the citizen just asked."""
    REMINDER = 20
    """One message, for one person, that has its time."""
    BULK = 10
    """A broadcast."""


PRIORITIES = {"replies": Priority.REPLY, "reminders": Priority.REMINDER}


def choose_priority(purpose: str) -> Priority:
    """Return how urgent messages of a purpose are."""
    return PRIORITIES.get(purpose, Priority.BULK)


class DeliveryQueue:
    """Defers jobs, and runs them where a worker is attached. Deferring needs no open connection of its own."""

    def __init__(self, url: SecretStr, *, silence: timedelta = SILENCE) -> None:
        self.silence = silence
        self.app = App(
            connector=PsycopgConnector(
                conninfo=plain_url(url),
                min_size=1,
                max_size=4,
                timeout=CONNECT_TIMEOUT_S,
                kwargs={
                    "connect_timeout": CONNECT_TIMEOUT_S,
                    "options": f"-c statement_timeout={STATEMENT_TIMEOUT_MS} -c timezone=UTC",
                },
            )
        )

    async def defer(
        self, tx: AsyncSession, *, channel: Channel, priority: Priority, after: timedelta = timedelta()
    ) -> int:
        """Add a job in the caller's transaction and return its id, for the rows to name."""
        deferrer = self.app.configure_task(
            TASK,
            queue=BULK_QUEUE if priority is Priority.BULK else QUEUE,
            priority=int(priority),
            schedule_in={"milliseconds": int(after.total_seconds() * 1000)} if after else None,
            connection=await raw_connection(tx),
        )
        return await deferrer.defer_async(channel=channel.value)

    def attach(self, deliver: Callable[[int, Channel, Priority], Awaitable[object]]) -> None:
        """Let jobs be done by a function that takes the job's id, its channel and how urgent it is."""

        @self.app.task(name=TASK, queue=QUEUE, pass_context=True)
        async def run(context: JobContext, channel: str) -> None:
            assert context.job.id is not None
            priority = max((each for each in Priority if each <= context.job.priority), default=Priority.BULK)
            await deliver(context.job.id, Channel(channel), priority)

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[None]:
        """Hold the queue's own connections while the block runs: to work jobs off, or to look after them."""
        async with self.app.open_async():
            yield

    async def retry_stalled_jobs(self) -> int:
        """Free the jobs of workers that died, and return how many; Procrastinate does not do so by itself."""
        jobs = self.app.job_manager
        stalled = list(
            await jobs.get_stalled_jobs(task_name=TASK, seconds_since_heartbeat=self.silence.total_seconds())
        )
        for job in stalled:
            await jobs.retry_job(job)
        return len(stalled)

    async def delete_finished_jobs(self) -> None:
        """Delete jobs that ended some days ago."""
        await self.app.job_manager.delete_old_jobs(
            nb_hours=_FINISHED_KEPT_HOURS, include_failed=True, include_cancelled=True, include_aborted=True
        )
