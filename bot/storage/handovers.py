"""Queries on chats that staff answer. What was written is masked before it comes here, and encrypted here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Text, cast, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.handover import OPEN_STATES, Author, HandoverState
from bot.domain.messages import Channel
from bot.storage.encryption import Cipher
from bot.storage.tables import (
    ContactRow,
    DeliveryRow,
    HandoverMessageRow,
    HandoverRow,
    HandoverTotalRow,
    StaffFileRow,
)

NOTIFY_CHANNEL = "handover"
QUEUE = "queue"
"""What is notified beside the handover itself, for pages that show all of them."""
_COLUMN = "handover_messages.body"
_MESSAGES = (
    select(
        HandoverMessageRow.id,
        HandoverMessageRow.handover_id,
        HandoverMessageRow.author,
        HandoverMessageRow.staff_email,
        HandoverMessageRow.body_encrypted,
        HandoverMessageRow.file_id,
        HandoverMessageRow.said_at,
        StaffFileRow.name,
        DeliveryRow.state,
        DeliveryRow.reason,
    )
    .outerjoin(StaffFileRow, StaffFileRow.id == HandoverMessageRow.file_id)
    .outerjoin(
        DeliveryRow, DeliveryRow.idempotency_key == func.concat("handover:", cast(HandoverMessageRow.id, Text))
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Handover:
    """A chat that staff answer (lượt gặp cán bộ)."""

    id: UUID
    contact_id: UUID
    channel: Channel
    state: HandoverState
    requested_at: datetime
    expires_at: datetime
    taken_by: str | None
    taken_at: datetime | None
    ended_at: datetime | None
    is_rated: bool

    @property
    def is_open(self) -> bool:
        """Tell whether what the citizen writes goes to staff."""
        return self.state in OPEN_STATES


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoverMessage:
    """One message. `delivery`: state and reason of how one of staff reached the citizen."""

    id: UUID
    handover_id: UUID
    author: Author
    staff_email: str | None
    text: str = field(repr=False)
    file_id: UUID | None
    file_name: str | None
    said_at: datetime
    delivery: tuple[str, str | None] | None = None


async def record_handover(
    tx: AsyncSession, contact_id: UUID, channel: Channel, *, expires_at: datetime, now: datetime
) -> UUID:
    """Begin a handover and return its id."""
    handover_id = uuid4()
    tx.add(
        HandoverRow(
            id=handover_id,
            contact_id=contact_id,
            channel=channel,
            state=HandoverState.REQUESTED,
            requested_at=now,
            expires_at=expires_at,
        )
    )
    await tx.flush()
    return handover_id


async def find_handover(tx: AsyncSession, handover_id: UUID, *, lock: bool = False) -> Handover | None:
    """Return a handover. `lock`: keep it for this transaction, and its contact, which is locked first."""
    query = select(HandoverRow).where(HandoverRow.id == handover_id).execution_options(populate_existing=True)
    if lock:
        await tx.execute(
            select(ContactRow.id)
            .join(HandoverRow, HandoverRow.contact_id == ContactRow.id)
            .where(HandoverRow.id == handover_id)
            .with_for_update(of=ContactRow)
        )
        query = query.with_for_update()
    row = await tx.scalar(query)
    return _handover(row) if row is not None else None


async def list_of_contacts(tx: AsyncSession, contact_ids: Sequence[UUID]) -> list[Handover]:
    """List the handovers of some contacts, the newest first."""
    rows = await tx.scalars(
        select(HandoverRow)
        .where(HandoverRow.contact_id.in_(contact_ids))
        .order_by(HandoverRow.requested_at.desc())
    )
    return [_handover(row) for row in rows]


async def list_open(tx: AsyncSession, *, limit: int) -> list[Handover]:
    """List the handovers that are not over, who waits longest first."""
    rows = await tx.scalars(
        select(HandoverRow)
        .where(HandoverRow.state.in_(OPEN_STATES))
        .order_by(HandoverRow.requested_at, HandoverRow.id)
        .limit(limit)
    )
    return [_handover(row) for row in rows]


async def count_requested(tx: AsyncSession) -> int:
    """Count the citizens who wait for somebody to take their chat."""
    query = select(func.count()).select_from(HandoverRow).where(HandoverRow.state == HandoverState.REQUESTED)
    return (await tx.execute(query)).scalar_one()


async def change_handover(tx: AsyncSession, handover_id: UUID, **values: object) -> None:
    """Change a handover that the caller holds locked."""
    await tx.execute(update(HandoverRow).where(HandoverRow.id == handover_id).values(**values))
    await ring(tx, handover_id)


async def claim_overdue(tx: AsyncSession, *, limit: int, now: datetime) -> list[Handover]:
    """Lock handovers whose time is over."""
    rows = await tx.scalars(
        select(HandoverRow)
        .where(HandoverRow.state.in_(OPEN_STATES), HandoverRow.expires_at <= now)
        .order_by(HandoverRow.expires_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return [_handover(row) for row in rows]


async def delete_ended(tx: AsyncSession, *, ended_before: datetime) -> None:
    """Delete handovers that ended some days ago, with what was written."""
    await tx.execute(delete(HandoverRow).where(HandoverRow.ended_at < ended_before))


async def record_message(
    tx: AsyncSession,
    cipher: Cipher,
    handover_id: UUID,
    text: str,
    *,
    author: Author,
    now: datetime,
    message_id: UUID | None = None,
    staff: str | None = None,
    file_id: UUID | None = None,
) -> bool:
    """Keep a message and ring; False where one with its id is known. `text`: already masked."""
    key = message_id or uuid4()
    added = await tx.scalar(
        insert(HandoverMessageRow)
        .values(
            id=key,
            handover_id=handover_id,
            author=author,
            staff_email=staff,
            body_encrypted=cipher.encrypt(text, column=_COLUMN, row=key),
            file_id=file_id,
            said_at=now,
        )
        .on_conflict_do_nothing(index_elements=["id"])
        .returning(HandoverMessageRow.id)
    )
    if added is not None:
        await ring(tx, handover_id)
    return added is not None


async def find_message(tx: AsyncSession, cipher: Cipher, message_id: UUID) -> HandoverMessage | None:
    """Return one message."""
    row = (await tx.execute(_MESSAGES.where(HandoverMessageRow.id == message_id))).first()
    return _message(row, cipher) if row is not None else None


async def list_messages(
    tx: AsyncSession, cipher: Cipher, handover_id: UUID, *, last: int = 1000
) -> list[HandoverMessage]:
    """List the last messages of a handover, oldest first."""
    rows = await tx.execute(
        _MESSAGES.where(HandoverMessageRow.handover_id == handover_id)
        .order_by(HandoverMessageRow.number.desc())
        .limit(last)
    )
    return [_message(row, cipher) for row in reversed(rows.all())]


async def count_messages(tx: AsyncSession, handover_id: UUID, author: Author) -> int:
    """Count what one side wrote."""
    query = (
        select(func.count())
        .select_from(HandoverMessageRow)
        .where(HandoverMessageRow.handover_id == handover_id, HandoverMessageRow.author == author)
    )
    return (await tx.execute(query)).scalar_one()


async def count_one(tx: AsyncSession, day: date, channel: Channel, what: str) -> None:
    """Count something that happened on a day, without whose it was."""
    added = insert(HandoverTotalRow).values(day=day, channel=channel, what=what, count=1)
    await tx.execute(
        added.on_conflict_do_update(
            index_elements=["day", "channel", "what"], set_={"count": HandoverTotalRow.count + 1}
        )
    )


async def ring(tx: AsyncSession, handover_id: UUID) -> None:
    """Tell open pages of staff, when the transaction commits, that something changed."""
    for name in (str(handover_id), QUEUE):
        await tx.execute(select(func.pg_notify(NOTIFY_CHANNEL, name)))


def delivery_key(message_id: UUID) -> str:
    """Return the idempotency key of the delivery that carries a message of staff."""
    return f"handover:{message_id}"


def _message(row: Any, cipher: Cipher) -> HandoverMessage:
    return HandoverMessage(
        id=row.id,
        handover_id=row.handover_id,
        author=Author(row.author),
        staff_email=row.staff_email,
        text=cipher.decrypt(row.body_encrypted, column=_COLUMN, row=row.id),
        file_id=row.file_id,
        file_name=row.name,
        said_at=row.said_at,
        delivery=(row.state, row.reason) if row.state is not None else None,
    )


def _handover(row: HandoverRow) -> Handover:
    return Handover(
        id=row.id,
        contact_id=row.contact_id,
        channel=Channel(row.channel),
        state=HandoverState(row.state),
        requested_at=row.requested_at,
        expires_at=row.expires_at,
        taken_by=row.taken_by,
        taken_at=row.taken_at,
        ended_at=row.ended_at,
        is_rated=row.is_rated,
    )
