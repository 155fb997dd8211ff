"""Bells that PostgreSQL rings in every process when something changed: LISTEN and NOTIFY, one connection each."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import structlog
from psycopg import sql

from bot.storage.database import Database

_RECHECK_S = 60.0
_RETRY_S = 1.0

log = structlog.get_logger()


class Bells:
    """Wakes whoever follows a name when it is notified. `channel`: the one that is listened to."""

    def __init__(self, database: Database, channel: str) -> None:
        self._database = database
        self._channel = channel
        self._bells: dict[str, set[asyncio.Event]] = {}
        self._listening = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    @property
    def is_listening(self) -> bool:
        """Tell whether the database's announcements arrive."""
        return self._listening.is_set()

    async def start(self) -> None:
        """Listen in the background, and come back after a lost connection."""
        self._task = asyncio.create_task(self._listen(), name=f"bells.{self._channel}")

    async def stop(self) -> None:
        """Stop listening."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    @contextmanager
    def follow(self, name: str) -> Iterator[asyncio.Event]:
        """Give a bell that rings whenever a name is notified."""
        bell = asyncio.Event()
        self._bells.setdefault(name, set()).add(bell)
        try:
            yield bell
        finally:
            self._bells[name].discard(bell)
            if not self._bells[name]:
                del self._bells[name]

    async def _listen(self) -> None:
        while True:
            try:
                async with await self._database.listen() as connection:
                    await connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(self._channel)))
                    self._listening.set()
                    self._ring_all()  # what came while nobody listened
                    while True:
                        async for notice in connection.notifies(timeout=_RECHECK_S):
                            for bell in self._bells.get(notice.payload, ()):
                                bell.set()
                        await connection.execute("SELECT 1")  # a connection that died quietly is found here
            except (psycopg.Error, OSError) as error:
                log.warning("bells.interrupted", channel=self._channel, error=type(error).__name__)
            finally:
                self._listening.clear()
            await asyncio.sleep(_RETRY_S)

    def _ring_all(self) -> None:
        for bells in self._bells.values():
            for bell in bells:
                bell.set()
