"""Queries on citizens and the chats where they can be reached.

Whoever changes what belongs to a contact locks the contact first, so that two of them never wait for each other.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.messages import Channel, ChatAddress
from bot.domain.ports import RefusalReason
from bot.storage.data_requests import erase_requests
from bot.storage.encryption import Cipher
from bot.storage.stops import announce_stops
from bot.storage.tables import (
    CitizenRow,
    ContactRow,
    ConversationRow,
    InboundUpdateRow,
    PrivatePageRow,
    WebMessageRow,
    ZaloBellRow,
    ZaloPhoneRow,
)
from bot.storage.tombstones import Tombstone, make_mark, record_tombstones


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """A chat where a citizen who consented can be reached (kênh liên hệ)."""

    id: UUID
    citizen_id: UUID
    address: ChatAddress = field(repr=False)
    stopped_at: datetime | None
    created_at: datetime


async def find_contact(tx: AsyncSession, address: ChatAddress, *, lock: bool = False) -> Contact | None:
    """Return the contact of a chat, None where nobody consented there. `lock`: keep it for this transaction."""
    statement = select(ContactRow).where(
        ContactRow.channel == address.channel.value, ContactRow.chat == address.chat
    )
    row = await tx.scalar(statement.with_for_update() if lock else statement)
    return _contact(row) if row is not None else None


async def record_contact(tx: AsyncSession, address: ChatAddress, *, now: datetime) -> Contact:
    """Return the contact of a chat, locked; with a new citizen where there is none. It can be reached again."""
    found = await find_contact(tx, address, lock=True)
    if found is not None:
        await record_way_open(tx, address)
        return found
    citizen = CitizenRow(created_at=now)
    tx.add(citizen)
    await tx.flush()
    await tx.execute(
        insert(ContactRow).values(
            citizen_id=citizen.id, channel=address.channel.value, chat=address.chat, created_at=now
        )
    )
    written = await find_contact(tx, address, lock=True)
    assert written is not None
    return written


async def list_contacts(tx: AsyncSession, citizen_id: UUID) -> list[Contact]:
    """List every chat of a citizen, the oldest first, and lock them."""
    rows = await tx.scalars(
        select(ContactRow)
        .where(ContactRow.citizen_id == citizen_id)
        .order_by(ContactRow.created_at, ContactRow.id)
        .with_for_update()
    )
    return [_contact(row) for row in rows]


async def list_addresses(tx: AsyncSession) -> list[ChatAddress]:
    """List the chats of everybody: for what is done to all, as after a restore."""
    rows = await tx.execute(select(ContactRow.channel, ContactRow.chat).order_by(ContactRow.id))
    return [ChatAddress(channel=Channel(row.channel), chat=row.chat) for row in rows]


async def record_contact_stopped(
    tx: AsyncSession, contact_id: UUID, *, reason: RefusalReason, now: datetime
) -> None:
    """Write that a messenger will not deliver to this chat any more."""
    await tx.execute(
        update(ContactRow).where(ContactRow.id == contact_id).values(stopped_at=now, stopped_reason=reason.value)
    )
    await announce_stops(tx, [contact_id])


async def record_way_closed(tx: AsyncSession, address: ChatAddress, *, now: datetime) -> None:
    """Write that the citizen of a chat blocked us; nothing where nobody consented there."""
    contact = await find_contact(tx, address, lock=True)
    if contact is not None and contact.stopped_at is None:
        await record_contact_stopped(tx, contact.id, reason=RefusalReason.BLOCKED, now=now)


async def record_way_open(tx: AsyncSession, address: ChatAddress) -> None:
    """Write that a chat can be reached again, because its citizen wrote to us or unblocked us."""
    await tx.execute(
        update(ContactRow)
        .where(
            ContactRow.channel == address.channel.value,
            ContactRow.chat == address.chat,
            ContactRow.stopped_at.is_not(None),
        )
        .values(stopped_at=None, stopped_reason=None)
    )


async def delete_citizen(tx: AsyncSession, citizen_id: UUID, *, cipher: Cipher, now: datetime) -> None:
    """Delete a citizen with all that points at one; a mark of each chat stays, so that no backup brings it back.

    What stays is in data/privacy/inventory.yml (`outlives`): requests without whose they were and what was said,
    and until when Zalo lets us answer. An update that is being answered now goes when it is old.
    """
    contacts = await list_contacts(tx, citizen_id)
    await record_tombstones(
        tx, [Tombstone(mark=make_mark(cipher, each.address), deleted_at=now) for each in contacts]
    )
    await announce_stops(tx, [contact.id for contact in contacts])
    for contact in contacts:
        await delete_chat(tx, contact.address)
    await erase_requests(tx, cipher, citizen_id, now=now)
    await tx.execute(delete(CitizenRow).where(CitizenRow.id == citizen_id))


async def delete_chat(tx: AsyncSession, address: ChatAddress) -> None:
    """Delete what is kept by the id of a chat alone."""
    await tx.execute(
        delete(ConversationRow).where(
            ConversationRow.channel == address.channel.value, ConversationRow.chat == address.chat
        )
    )
    await tx.execute(
        delete(InboundUpdateRow).where(
            InboundUpdateRow.channel == address.channel.value,
            InboundUpdateRow.chat == address.chat,
            InboundUpdateRow.processed_at.is_not(None),
        )
    )
    await tx.execute(
        delete(PrivatePageRow).where(
            PrivatePageRow.channel == address.channel.value, PrivatePageRow.chat == address.chat
        )
    )
    if address.channel is Channel.WEB:
        await tx.execute(delete(WebMessageRow).where(WebMessageRow.chat == address.chat))
    if address.channel is Channel.ZALO:
        await tx.execute(delete(ZaloPhoneRow).where(ZaloPhoneRow.chat == address.chat))
        await tx.execute(delete(ZaloBellRow).where(ZaloBellRow.chat == address.chat))


def _contact(row: ContactRow) -> Contact:
    return Contact(
        id=row.id,
        citizen_id=row.citizen_id,
        address=ChatAddress(channel=Channel(row.channel), chat=row.chat),
        stopped_at=row.stopped_at,
        created_at=row.created_at,
    )
