"""Hearing what other processes announce by NOTIFY, through every loss of the connection."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import psycopg
import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.storage.database import Database

RECHECK_S = 10.0
"""So long may an announcement be missed at the most: a connection can die without a word."""
_RETRY_S = 1.0

log = structlog.get_logger()


async def follow_notices(
    database: Database,
    channel: str,
    heard: Callable[[str | None], Awaitable[None]],
    *,
    on_lost: Callable[[], None] = lambda: None,
) -> None:
    """Call `heard` with the payload of each announcement, until cancelled.

    With None where some may have been missed: after connecting, and every ten seconds. `on_lost`: called where the
    connection was lost, so that until the next None nothing is heard.
    """
    while True:
        try:
            async with await database.listen() as connection:
                await connection.execute(f"LISTEN {channel}".encode())
                await heard(None)
                while True:
                    is_silent = True
                    async for notice in connection.notifies(timeout=RECHECK_S, stop_after=1):
                        is_silent = False
                        await heard(notice.payload)
                    if is_silent:
                        await connection.execute("SELECT 1")
                        await heard(None)
        except (psycopg.Error, SQLAlchemyError, OSError, TimeoutError) as error:
            log.warning("database.not_heard", channel=channel, error=type(error).__name__)
        on_lost()
        await asyncio.sleep(_RETRY_S)
