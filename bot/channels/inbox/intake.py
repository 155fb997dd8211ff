"""Keeping what arrives: committed to the inbox before it is acknowledged, several updates in one commit."""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import structlog
from prometheus_client import Counter
from sqlalchemy.exc import DataError, SQLAlchemyError

from bot.domain.messages import Channel
from bot.storage.database import Database
from bot.storage.inbox import ReceivedUpdate, record_updates

LARGEST_COMMIT = 200
MOST_COMMITS_WAITING = 25
"""More mean that the database is slower than the messenger, which can wait."""
GATHERS_S = 0.01
"""A commit costs more than an update does: it waits so long for others to come along."""
COMMITS_WITHIN_S = 2.0
REST_AFTER_FAILURE_S = 0.5
"""While the database is away it is asked again this often; in between the answer is "no" at once."""

log = structlog.get_logger()
received_total = Counter("troly06_inbound_updates_total", "Updates from messengers", ["channel", "outcome"])
_SEEMS_UNSTORABLE = re.compile(r"\\u0000|[\ud800-\udfff]")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")  # jsonb takes neither NUL nor half of a surrogate pair


class InboxUnavailable(Exception):
    """The update could not be kept now; it must not be acknowledged, so that the messenger sends it again."""


class UpdateUnreadable(Exception):
    """This is no update of the messenger, and no repetition will make it one."""


@dataclass(slots=True)
class _Batch:
    """Updates that share a commit. `is_settled`: it is known, or was waited for long enough."""

    updates: list[ReceivedUpdate] = field(default_factory=list)
    is_kept: bool = False
    is_settled: asyncio.Event = field(default_factory=asyncio.Event)


class Intake:
    """Keeps updates. While one commit is under way those that arrive wait together for the next."""

    def __init__(self, database: Database, channel: Channel, *, on_kept: Callable[[], None]) -> None:
        self._database = database
        self._channel = channel
        self._on_kept = on_kept
        self._waiting: deque[_Batch] = deque()
        self._committing: asyncio.Task[None] | None = None
        self._away_until = 0.0

    async def keep(self, updates: Sequence[ReceivedUpdate]) -> None:
        """Return when the updates are committed; those that are known already change nothing.

        Raises:
            InboxUnavailable: they are not, or it is not known.
        """
        if not updates:
            return
        if time.monotonic() < self._away_until or len(self._waiting) >= MOST_COMMITS_WAITING:
            raise InboxUnavailable
        batch = self._find_room(len(updates))
        batch.updates += updates
        if self._committing is None or self._committing.done():
            self._committing = asyncio.create_task(self._commit_all())
        await batch.is_settled.wait()
        if not batch.is_kept:
            raise InboxUnavailable

    async def stop(self) -> None:
        """Finish the commit that is under way."""
        if self._committing is not None:
            await asyncio.gather(self._committing, return_exceptions=True)

    def _find_room(self, count: int) -> _Batch:
        """Return the batch that is filled now, a new one where it would get too large."""
        if not self._waiting or len(self._waiting[-1].updates) + count > LARGEST_COMMIT:
            batch = _Batch()
            asyncio.get_running_loop().call_later(COMMITS_WITHIN_S, batch.is_settled.set)
            self._waiting.append(batch)
        return self._waiting[-1]

    async def _commit_all(self) -> None:
        while self._waiting:
            await asyncio.sleep(GATHERS_S)
            batch = self._waiting.popleft()
            try:
                await self._commit(batch.updates)
            except (SQLAlchemyError, OSError, TimeoutError) as error:
                log.warning(
                    "inbox.unavailable",
                    channel=self._channel.value,
                    error=type(error).__name__,
                    waiting=sum(len(each.updates) for each in self._waiting),
                )
                self._away_until = time.monotonic() + REST_AFTER_FAILURE_S
                for each in (batch, *self._waiting):
                    each.is_settled.set()
                self._waiting.clear()
                return
            batch.is_kept = True
            batch.is_settled.set()
            self._on_kept()

    async def _commit(self, updates: list[ReceivedUpdate]) -> None:
        try:
            async with self._database.begin() as tx:
                new = await record_updates(tx, updates)
        except DataError:
            # One of them holds what PostgreSQL refuses: it must not take the others with it.
            if len(updates) == 1:
                received_total.labels(self._channel.value, "unstorable").inc()
                log.warning("inbox.update_unstorable", channel=self._channel.value)
                return
            for update in updates:
                await self._commit([update])
            return
        received_total.labels(self._channel.value, "kept").inc(new)
        received_total.labels(self._channel.value, "repeated").inc(len(updates) - new)


def read_json(body: bytes) -> Any:
    """Return what the body of a webhook call holds.

    Raises:
        UpdateUnreadable: it is no JSON.
    """
    try:
        return json.loads(body, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        raise UpdateUnreadable from None


def make_storable(found: Any) -> Any:
    """Return an update without what PostgreSQL's jsonb cannot hold.

    Raises:
        UpdateUnreadable: it is nested too deeply, or has a number that jsonb does not know.
    """
    try:
        # 1e999 reads as infinity
        written = json.dumps(found, allow_nan=False, ensure_ascii=False)
        # Nearly no update holds any: they are copied only where this one seems to.
        return _without_unstorable(found) if _SEEMS_UNSTORABLE.search(written) else found
    except (ValueError, RecursionError):
        raise UpdateUnreadable from None


def _without_unstorable(found: Any) -> Any:
    if isinstance(found, str):
        return _UNSTORABLE.sub("", found)
    if isinstance(found, dict):
        return {_UNSTORABLE.sub("", key): _without_unstorable(value) for key, value in found.items()}
    if isinstance(found, list):
        return [_without_unstorable(value) for value in found]
    return found


def _refuse_constant(name: str) -> None:
    raise ValueError(name)
