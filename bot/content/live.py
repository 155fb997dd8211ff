"""The catalogue that every turn reads: loaded at start, replaced within 2 seconds of any change."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import psycopg
import structlog
from pydantic import ValidationError
from sqlalchemy.exc import SQLAlchemyError

from bot.content.catalogue import Catalogue, load_catalogue
from bot.storage.database import Database

CHANNEL = "content_changed"
RECHECK_S = 30.0
"""A notice can be lost while the connection is; the catalogue is read again at least this often."""
_RETRY_S = 1.0

log = structlog.get_logger()


class LiveCatalogue:
    """Holds the newest catalogue and tells its followers when there is a newer one."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._current: Catalogue | None = None
        self._followers: list[Callable[[Catalogue], None]] = []
        self._builders: list[Callable[[Catalogue], None]] = []
        self._building: asyncio.Task[None] | None = None
        self._task: asyncio.Task[None] | None = None

    @property
    def current(self) -> Catalogue:
        """The newest catalogue."""
        assert self._current is not None, "load() first"
        return self._current

    def follow(
        self, follower: Callable[[Catalogue], None], *, builder: Callable[[Catalogue], None] | None = None
    ) -> None:
        """Call `follower` with each newer catalogue at once, and `builder` in a thread, for what takes seconds."""
        self._followers.append(follower)
        if builder is not None:
            self._builders.append(builder)

    async def load(self) -> None:
        """Read the catalogue now, and return when what is built from it stands."""
        await self._refresh()
        if self._building is not None:
            await self._building

    async def _refresh(self) -> None:
        async with self._database.begin() as tx:
            newest = await load_catalogue(tx)
        if newest != self._current:
            self._current = newest
            for follower in self._followers:
                follower(newest)
            if self._building is None or self._building.done():
                self._building = asyncio.create_task(self._build(), name="content.build")
            log.info("content.loaded", units=len(newest.units), documents=len(newest.documents))

    async def _build(self) -> None:
        """Build from the newest catalogue, and again while there is a newer one."""
        built = None
        while (newest := self.current) is not built:
            for builder in self._builders:
                # What is asked meanwhile is answered with what was built before.
                await asyncio.to_thread(builder, newest)
            built = newest

    async def start(self) -> None:
        """Load, then follow changes in the background."""
        await self.load()
        self._task = asyncio.create_task(self._follow_changes(), name="content.follow")

    async def stop(self) -> None:
        """Stop following changes."""
        for task in (self._task, self._building):
            if task is not None:
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)

    async def _follow_changes(self) -> None:
        while True:
            try:
                async with await self._database.listen() as connection:
                    await connection.execute(f"LISTEN {CHANNEL}")
                    await self._refresh()
                    while True:
                        async for _ in connection.notifies(timeout=RECHECK_S, stop_after=1):
                            pass
                        await self._refresh()
            except (psycopg.Error, SQLAlchemyError, OSError, ValidationError) as error:
                # Whatever it is, the catalogue in memory goes on answering.
                log.warning("content.follow_interrupted", error=type(error).__name__)
                await asyncio.sleep(_RETRY_S)
