"""Messages that we start, on their way to open pages: stored first, then announced to every process."""

from __future__ import annotations

from sqlalchemy.exc import SQLAlchemyError

from bot.channels.web.render import render_html
from bot.domain.answers import Answer
from bot.domain.markup import render_plain
from bot.domain.messages import Channel, ChatAddress
from bot.domain.ports import DeliveryDelayed
from bot.storage.database import Database
from bot.storage.encryption import Cipher
from bot.storage.web_messages import record_web_message


class WebSender:
    """Leaves a message for a browser; the port `bot.domain.ports.Sender`."""

    channel = Channel.WEB

    def __init__(self, database: Database, cipher: Cipher) -> None:
        self._database = database
        self._cipher = cipher

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
            "links": [{"title": link.title, "url": link.url} for link in answer.links],
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
            "file": (
                {"name": answer.file.name, "id": str(answer.file.id), "picture": answer.file.is_picture}
                if answer.file
                else None
            ),
        }
        try:
            async with self._database.begin() as tx:
                await record_web_message(
                    tx, self._cipher, chat=address.chat, body=body, idempotency_key=idempotency_key
                )
        except (SQLAlchemyError, OSError) as error:
            raise DeliveryDelayed from error
