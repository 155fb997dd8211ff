"""What one process at a time does: a lock in PostgreSQL, free again when the process that holds it dies."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import psycopg
import structlog

from bot.storage.database import Database

TAKE_OVER_AFTER = timedelta(seconds=2)
"""How often a process that waits asks whether it may take over, and the one that works whether it still may."""
_ANSWERS_WITHIN_S = 5.0
"""A connection that is silent for longer is dead, and the lock may be somebody else's."""

log = structlog.get_logger()


async def run_alone(database: Database, key: int, work: Callable[[], Awaitable[None]]) -> None:
    """Do `work`, which ends only when it is cancelled, while no other process does; else wait for its end.

    `key`: of the lock. It is held until the work has ended, and the work ends when the lock is lost.
    """
    while True:
        try:
            async with await database.listen() as connection:
                await _wait_for_lock(connection, key)
                await _work_while_held(connection, work)
        except (psycopg.Error, OSError, TimeoutError) as error:
            log.warning("guard.lost_database", key=key, error=type(error).__name__)
        await asyncio.sleep(TAKE_OVER_AFTER.total_seconds())


async def _wait_for_lock(connection: psycopg.AsyncConnection[tuple[object, ...]], key: int) -> None:
    while True:
        async with asyncio.timeout(_ANSWERS_WITHIN_S):
            cursor = await connection.execute("SELECT pg_try_advisory_lock(%s)", (key,))
            row = await cursor.fetchone()
        if row is not None and row[0]:
            return
        await asyncio.sleep(TAKE_OVER_AFTER.total_seconds())


async def _work_while_held(
    connection: psycopg.AsyncConnection[tuple[object, ...]], work: Callable[[], Awaitable[None]]
) -> None:
    task = asyncio.ensure_future(work())
    try:
        while not task.done():
            await asyncio.wait({task}, timeout=TAKE_OVER_AFTER.total_seconds())
            async with asyncio.timeout(_ANSWERS_WITHIN_S):
                await connection.execute("SELECT 1")  # the lock lives as long as this connection
        await task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
