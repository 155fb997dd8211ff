"""Every process says every few seconds that it lives and how its parts are; who falls silent is seen."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.clock import Clock
from bot.storage.database import Database
from bot.storage.heartbeats import Heartbeat, delete_heartbeat, record_heartbeat

BEAT_EVERY = timedelta(seconds=10)
SILENT_AFTER = timedelta(seconds=45)
"""A process that was not heard for so long is taken to be dead."""
WEB, DELIVERY, SCHEDULE, RECEIVE = "web", "delivery", "schedule", "receive"
PARTS = (WEB, DELIVERY, SCHEDULE)
"""The kinds of processes without which the service is not whole."""
AT_TIMES = (RECEIVE,)
"""The kinds that only run where somebody starts them: looked after once they were heard."""

log = structlog.get_logger()


def name_process(part: str) -> str:
    """Return a name for this process that no other has."""
    return f"{part}@{socket.gethostname()}:{os.getpid()}"


async def beat_once(
    database: Database, part: str, now: datetime, *, state: Mapping[str, str] | None = None
) -> None:
    """Say that this process lives now."""
    beat = Heartbeat(process=name_process(part), part=part, heard_at=now, state=state or {})
    async with database.begin() as tx:
        await record_heartbeat(tx, beat)


@asynccontextmanager
async def beating(
    database: Database, part: str, *, describe: Callable[[], Mapping[str, str]], clock: Clock
) -> AsyncIterator[None]:
    """Say that this process lives while the block runs. `describe`: how its own parts are, by name."""

    async def beat() -> None:
        while True:
            try:
                await beat_once(database, part, clock(), state=describe())
            except (SQLAlchemyError, OSError) as error:
                log.warning("heartbeat.not_written", part=part, error=type(error).__name__)
            await asyncio.sleep(BEAT_EVERY.total_seconds())

    task = asyncio.create_task(beat(), name=f"heartbeat of {part}")
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        # The database may be away; then the row grows old, and that is seen.
        with suppress(SQLAlchemyError, OSError):
            async with database.begin() as tx:
                await delete_heartbeat(tx, name_process(part))
