"""Keeping what arrives: committed to the inbox before it is acknowledged, several updates in one commit."""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import Callable, Sequence
from typing import Any

import structlog
from prometheus_client import Counter
from sqlalchemy.exc import DataError, SQLAlchemyError

from bot.channels.telegram.read_update import find_chat
from bot.domain.messages import Channel
from bot.storage.database import Database
from bot.storage.inbox import ReceivedUpdate, record_updates

LARGEST_COMMIT = 200
LONGEST_QUEUE = 5_000
"""Updates waiting for a commit; more means that the database is slower than Telegram, which can wait."""
COMMITS_WITHIN_S = 2.0
REST_AFTER_FAILURE_S = 0.5
"""While the database is away it is asked again this often; in between the answer is "no" at once."""

log = structlog.get_logger()
received_total = Counter("troly06_telegram_updates_total", "Updates from Telegram", ["outcome"])
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")  # jsonb takes neither NUL nor half of a surrogate pair


class InboxUnavailable(Exception):
    """The update could not be kept now; it must not be acknowledged, so that Telegram sends it again."""


class UpdateUnreadable(Exception):
    """This is no update of Telegram, and no repetition will make it one."""


class Intake:
    """Keeps updates. While one commit is under way those that arrive wait together for the next."""

    def __init__(self, database: Database, *, on_kept: Callable[[], None]) -> None:
        self._database = database
        self._on_kept = on_kept
        self._waiting: list[tuple[ReceivedUpdate, asyncio.Future[None]]] = []
        self._committing: asyncio.Task[None] | None = None
        self._away_until = 0.0

    async def keep(self, updates: Sequence[ReceivedUpdate]) -> None:
        """Return when the updates are committed; those that are known already change nothing.

        Raises:
            InboxUnavailable: they are not, or it is not known.
        """
        if time.monotonic() < self._away_until or len(self._waiting) + len(updates) > LONGEST_QUEUE:
            raise InboxUnavailable
        loop = asyncio.get_running_loop()
        kept = [loop.create_future() for _ in updates]
        self._waiting += zip(updates, kept, strict=True)
        if self._committing is None or self._committing.done():
            self._committing = asyncio.create_task(self._commit_all())
        try:
            async with asyncio.timeout(COMMITS_WITHIN_S):
                outcomes = await asyncio.gather(*kept, return_exceptions=True)
        except TimeoutError:
            raise InboxUnavailable from None
        if any(outcome is not None for outcome in outcomes):
            raise InboxUnavailable

    async def stop(self) -> None:
        """Finish the commit that is under way."""
        if self._committing is not None:
            await asyncio.gather(self._committing, return_exceptions=True)

    async def _commit_all(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting[:LARGEST_COMMIT], self._waiting[LARGEST_COMMIT:]
            try:
                await self._commit([update for update, _ in batch])
            except (SQLAlchemyError, OSError, TimeoutError) as error:
                log.warning("telegram.inbox_unavailable", error=type(error).__name__, waiting=len(self._waiting))
                self._away_until = time.monotonic() + REST_AFTER_FAILURE_S
                batch, self._waiting = batch + self._waiting, []
                for _, kept in batch:
                    if not kept.done():
                        kept.set_exception(InboxUnavailable())
                return
            for _, kept in batch:
                if not kept.done():
                    kept.set_result(None)
            self._on_kept()

    async def _commit(self, updates: list[ReceivedUpdate]) -> None:
        try:
            async with self._database.begin() as tx:
                new = await record_updates(tx, updates)
        except DataError:
            # One of them holds what PostgreSQL refuses: it must not take the others with it.
            if len(updates) == 1:
                received_total.labels("unstorable").inc()
                log.warning("telegram.update_unstorable")
                return
            for update in updates:
                await self._commit([update])
            return
        received_total.labels("kept").inc(new)
        received_total.labels("repeated").inc(len(updates) - new)


def read_body(body: bytes) -> ReceivedUpdate:
    """Return an update from the body of a webhook call.

    Raises:
        UpdateUnreadable: it is no JSON, or has no update_id.
    """
    try:
        return read_raw(json.loads(body, parse_constant=_refuse_constant))
    except (ValueError, RecursionError):
        raise UpdateUnreadable from None


def read_raw(raw: Any) -> ReceivedUpdate:
    """Return an update from its object.

    Raises:
        UpdateUnreadable: it has no update_id.
    """
    update_id = raw.get("update_id") if isinstance(raw, dict) else None
    if not isinstance(update_id, int) or isinstance(update_id, bool):
        raise UpdateUnreadable
    try:
        storable = _make_storable(raw)
        json.dumps(storable, allow_nan=False)  # 1e999 reads as infinity, which jsonb does not know
    except (ValueError, RecursionError):
        raise UpdateUnreadable from None
    return ReceivedUpdate(channel=Channel.TELEGRAM, key=str(update_id), chat=find_chat(storable), payload=storable)


def _make_storable(found: Any) -> Any:
    if isinstance(found, str):
        return _UNSTORABLE.sub("", found)
    if isinstance(found, dict):
        return {_UNSTORABLE.sub("", key): _make_storable(value) for key, value in found.items()}
    if isinstance(found, list):
        return [_make_storable(value) for value in found]
    return found


def _refuse_constant(name: str) -> None:
    raise ValueError(name)
