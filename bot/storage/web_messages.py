"""Messages waiting for a citizen's browser."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from bot.storage.encryption import Cipher
from bot.storage.tables import WebMessageRow

NOTIFY_CHANNEL = "web_message"
_COLUMN = "web_messages.body"


@dataclass(frozen=True, slots=True, kw_only=True)
class WebMessage:
    """One message that a browser has not shown yet."""

    id: int
    body: dict[str, Any] = field(repr=False)


async def record_web_message(
    tx: AsyncSession, cipher: Cipher, *, chat: str, body: dict[str, Any], idempotency_key: str
) -> bool:
    """Keep a message and announce it when the transaction commits; False where it is already known."""
    said = json.dumps(body, ensure_ascii=False)
    added = await tx.scalar(
        insert(WebMessageRow)
        .values(
            chat=chat,
            body_encrypted=cipher.encrypt(said, column=_COLUMN, row=idempotency_key),
            idempotency_key=idempotency_key,
        )
        .on_conflict_do_nothing(index_elements=["idempotency_key"])
        .returning(WebMessageRow.id)
    )
    if added is None:
        return False
    await tx.execute(select(func.pg_notify(NOTIFY_CHANNEL, chat)))
    return True


async def list_web_messages(tx: AsyncSession, cipher: Cipher, chat: str, *, after: int = 0) -> list[WebMessage]:
    """Return the waiting messages of a chat, oldest first."""
    rows = await tx.scalars(
        select(WebMessageRow)
        .where(WebMessageRow.chat == chat, WebMessageRow.id > after)
        .order_by(WebMessageRow.id)
        .limit(100)
    )
    return [WebMessage(id=row.id, body=_open(row, cipher)) for row in rows]


async def delete_web_message(tx: AsyncSession, chat: str, message_id: int) -> None:
    """Forget a message that was shown, if it is of this chat."""
    await tx.execute(delete(WebMessageRow).where(WebMessageRow.id == message_id, WebMessageRow.chat == chat))


def _open(row: WebMessageRow, cipher: Cipher) -> dict[str, Any]:
    if row.body_encrypted is None:
        return row.body or {}
    body: dict[str, Any] = json.loads(cipher.decrypt(row.body_encrypted, column=_COLUMN, row=row.idempotency_key))
    return body
