"""What is held on one citizen, for staff who look after people's data. Nothing here changes anything."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.messages import Channel
from bot.storage.consents import ConsentAction, ConsentEvent
from bot.storage.tables import (
    CitizenRow,
    ConsentEventRow,
    ContactRow,
    DeliveryRow,
    HandoverRow,
    PersonLinkRow,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenContact:
    """A chat where a citizen can be reached, as it stands."""

    id: UUID
    channel: Channel
    chat: str = field(repr=False)
    created_at: datetime
    seen_at: datetime | None
    stopped_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenDelivery:
    """A message that was started for a citizen: where it stands and why, not what it says."""

    purpose: str
    channel: Channel
    state: str
    reason: str | None
    created_at: datetime
    settled_at: datetime | None


async def find_citizen(tx: AsyncSession, citizen_id: UUID) -> datetime | None:
    """Return since when a citizen is remembered, None where nobody is."""
    return await tx.scalar(select(CitizenRow.created_at).where(CitizenRow.id == citizen_id))


async def list_by_id_number(tx: AsyncSession, id_number_index: bytes) -> list[UUID]:
    """List the citizens whose chats proved to be of a person. `id_number_index`: blind."""
    return await _list(
        tx, select(PersonLinkRow.contact_id).where(PersonLinkRow.id_number_index == id_number_index)
    )


async def list_by_notice_code(tx: AsyncSession, code: str) -> list[UUID]:
    """List to whom the message went that shows a code."""
    return await _list(tx, select(DeliveryRow.contact_id).where(DeliveryRow.code == code))


async def list_by_handover(tx: AsyncSession, handover_id: UUID) -> list[UUID]:
    """List whose chat a handover is."""
    return await _list(tx, select(HandoverRow.contact_id).where(HandoverRow.id == handover_id))


async def list_seen_contacts(tx: AsyncSession, citizen_id: UUID) -> list[SeenContact]:
    """List every chat of a citizen, the oldest first."""
    rows = await tx.scalars(
        select(ContactRow).where(ContactRow.citizen_id == citizen_id).order_by(ContactRow.created_at)
    )
    return [
        SeenContact(
            id=row.id,
            channel=Channel(row.channel),
            chat=row.chat,
            created_at=row.created_at,
            seen_at=row.seen_at,
            stopped_at=row.stopped_at,
        )
        for row in rows
    ]


async def list_consents(tx: AsyncSession, citizen_id: UUID) -> list[ConsentEvent]:
    """List every line of the ledger of a citizen, the newest first."""
    rows = await tx.scalars(
        select(ConsentEventRow).where(ConsentEventRow.citizen_id == citizen_id).order_by(ConsentEventRow.id.desc())
    )
    return [
        ConsentEvent(
            purpose=row.purpose,
            action=ConsentAction(row.action),
            wording_sha256=row.wording_sha256,
            channel=Channel(row.channel),
            happened_at=row.happened_at,
        )
        for row in rows
    ]


async def list_seen_deliveries(tx: AsyncSession, contact_ids: Sequence[UUID], *, limit: int) -> list[SeenDelivery]:
    """List what was started for some chats, the newest first."""
    rows = await tx.scalars(
        select(DeliveryRow)
        .where(DeliveryRow.contact_id.in_(contact_ids))
        .order_by(DeliveryRow.id.desc())
        .limit(limit)
    )
    return [
        SeenDelivery(
            purpose=row.purpose,
            channel=Channel(row.channel),
            state=row.state,
            reason=row.reason,
            created_at=row.created_at,
            settled_at=row.settled_at,
        )
        for row in rows
    ]


async def _list(tx: AsyncSession, contact_ids: Select[UUID]) -> list[UUID]:
    found = await tx.scalars(
        select(ContactRow.citizen_id)
        .where(ContactRow.id.in_(contact_ids))
        .distinct()
        .order_by(ContactRow.citizen_id)
    )
    return list(found)
