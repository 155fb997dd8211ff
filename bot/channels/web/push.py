"""Messages that we start, on their way to open pages: stored first, then announced to every process."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.channels.web.render import render_html
from bot.domain.answers import Answer
from bot.domain.markup import render_plain
from bot.domain.messages import Channel, ChatAddress
from bot.domain.ports import DeliveryDelayed
from bot.storage.database import Database
from bot.storage.web_messages import NOTIFY_CHANNEL, record_web_message

_RECHECK_S = 60.0
_RETRY_S = 1.0

log = structlog.get_logger()


class WebSender:
    """Leaves a message for a browser; the port `bot.domain.ports.Sender`."""

    channel = Channel.WEB

    def __init__(self, database: Database) -> None:
        self._database = database

    async def send(self, address: ChatAddress, answer: Answer, *, idempotency_key: str) -> None:
        """Store one message and tell open pages. A second call with the same key changes nothing.

        Raises:
            DeliveryDelayed: the database is away.
        """
        body = {
            "kind": answer.kind.value,
            "answer_id": answer.answer_id,
            "text": render_plain(answer.text),
            "html": render_html(answer.text),
            "buttons": [{"title": button.title, "payload": button.payload} for button in answer.buttons],
            "sources": [
                {
                    "document": source.document,
                    "article": source.article,
                    "effective_from": source.effective_from.isoformat(),
                    "effective_to": source.effective_to.isoformat() if source.effective_to else None,
                }
                for source in answer.sources
            ],
            "checked_on": answer.checked_on.isoformat() if answer.checked_on else None,
            "private": answer.private,
        }
        try:
            async with self._database.begin() as tx:
                await record_web_message(tx, chat=address.chat, body=body, idempotency_key=idempotency_key)
        except (SQLAlchemyError, OSError) as error:
            raise DeliveryDelayed from error


class WebPushListener:
    """Wakes the streams of a chat when it has a new message: one connection for the whole process."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._bells: dict[str, set[asyncio.Event]] = {}
        self._listening = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    @property
    def is_listening(self) -> bool:
        """Tell whether the database's announcements arrive."""
        return self._listening.is_set()

    async def start(self) -> None:
        """Listen in the background, and come back after a lost connection."""
        self._task = asyncio.create_task(self._listen(), name="web.push")

    async def stop(self) -> None:
        """Stop listening."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    @contextmanager
    def follow(self, chat: str) -> Iterator[asyncio.Event]:
        """Give a bell that rings for each new message of a chat."""
        bell = asyncio.Event()
        self._bells.setdefault(chat, set()).add(bell)
        try:
            yield bell
        finally:
            self._bells[chat].discard(bell)
            if not self._bells[chat]:
                del self._bells[chat]

    async def _listen(self) -> None:
        while True:
            try:
                async with await self._database.listen() as connection:
                    await connection.execute(f"LISTEN {NOTIFY_CHANNEL}")
                    self._listening.set()
                    self._ring_all()  # what came while nobody listened
                    while True:
                        async for notice in connection.notifies(timeout=_RECHECK_S):
                            for bell in self._bells.get(notice.payload, ()):
                                bell.set()
                        await connection.execute("SELECT 1")  # a connection that died quietly is found here
            except (psycopg.Error, OSError) as error:
                log.warning("web.push_interrupted", error=type(error).__name__)
            finally:
                self._listening.clear()
            await asyncio.sleep(_RETRY_S)

    def _ring_all(self) -> None:
        for bells in self._bells.values():
            for bell in bells:
                bell.set()
