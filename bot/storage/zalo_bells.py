"""Templates that told somebody of a message, until the message itself follows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from bot.storage.tables import DeliveryRow, ZaloBellRow


@dataclass(frozen=True, slots=True, kw_only=True)
class StartedMessage:
    """A message that we start, as its delivery names it."""

    id: int
    contact_id: UUID
    purpose: str
    code: str
    message: Mapping[str, Any] = field(repr=False)


async def find_started(tx: AsyncSession, idempotency_key: str) -> StartedMessage | None:
    """Return the message that is sent under a key, None where it is the reply to somebody."""
    row = await tx.scalar(select(DeliveryRow).where(DeliveryRow.idempotency_key == idempotency_key))
    return _started(row) if row is not None else None


async def record_bell(tx: AsyncSession, chat: str, started: StartedMessage, *, now: datetime) -> None:
    """Write that a person was told of a message by a template."""
    await tx.execute(
        insert(ZaloBellRow)
        .values(delivery_id=started.id, chat=chat, rung_at=now)
        .on_conflict_do_nothing(index_elements=["delivery_id"])
    )


async def list_rung(tx: AsyncSession, chat: str) -> list[StartedMessage]:
    """List the messages a person was told of and has not seen, the oldest first."""
    rows = await tx.scalars(
        select(DeliveryRow)
        .join(ZaloBellRow, ZaloBellRow.delivery_id == DeliveryRow.id)
        .where(ZaloBellRow.chat == chat)
        .order_by(DeliveryRow.id)
    )
    return [_started(row) for row in rows]


async def delete_bell(tx: AsyncSession, delivery_id: int) -> None:
    """Forget a bell: its message was sent, or must not be said any more."""
    await tx.execute(delete(ZaloBellRow).where(ZaloBellRow.delivery_id == delivery_id))


async def delete_old_bells(tx: AsyncSession, *, rung_before: datetime) -> None:
    """Forget bells that nobody answered."""
    await tx.execute(delete(ZaloBellRow).where(ZaloBellRow.rung_at < rung_before))


def _started(row: DeliveryRow) -> StartedMessage:
    return StartedMessage(
        id=row.id,
        contact_id=row.contact_id,
        purpose=row.purpose,
        code=row.message["code"],
        message=row.message,
    )
