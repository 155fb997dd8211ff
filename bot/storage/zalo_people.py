"""Queries on people on Zalo: until when they may be written to, and the phone number that some gave."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from bot.storage.encryption import CannotDecrypt, Cipher
from bot.storage.tables import ZaloPersonRow, ZaloPhoneRow

WRITABLE_FOR = timedelta(days=7)
"""So long after their last interaction a person may be written to; after that only a template arrives."""
FREE_FOR = timedelta(hours=48)
"""So long our messages to them cost nothing."""
_PHONE = "zalo_phones.phone"


@dataclass(frozen=True, slots=True, kw_only=True)
class ZaloPerson:
    """How a person may be written to."""

    last_interaction_at: datetime | None
    replies_left: int | None

    def can_be_written_to(self, now: datetime) -> bool:
        """Tell whether an ordinary message arrives."""
        return self.last_interaction_at is not None and now - self.last_interaction_at <= WRITABLE_FOR

    def is_free(self, now: datetime) -> bool:
        """Tell whether an ordinary message costs nothing."""
        return (
            self.last_interaction_at is not None
            and now - self.last_interaction_at <= FREE_FOR
            and self.replies_left != 0
        )


async def find_person(tx: AsyncSession, chat: str) -> ZaloPerson | None:
    """Return how a person may be written to, None where they have been silent for a week."""
    row = await tx.get(ZaloPersonRow, chat)
    if row is None:
        return None
    return ZaloPerson(last_interaction_at=row.last_interaction_at, replies_left=row.replies_left)


async def record_interaction(tx: AsyncSession, chat: str, *, at: datetime, now: datetime) -> bool:
    """Write that a person wrote or pressed; an event that comes late moves nothing back.

    False for one from before they left: nothing may be sent to them.
    """
    written = await tx.execute(
        insert(ZaloPersonRow)
        .values(chat=chat, last_interaction_at=at, changed_at=now)
        .on_conflict_do_update(
            index_elements=["chat"],
            set_={
                "last_interaction_at": func.greatest(ZaloPersonRow.last_interaction_at, at),
                "replies_left": None,
                "changed_at": now,
            },
            where=or_(
                ZaloPersonRow.last_interaction_at.is_not(None),
                ZaloPersonRow.follow_changed_at.is_(None),
                ZaloPersonRow.follow_changed_at < at,
            ),
        )
        .returning(ZaloPersonRow.chat)
    )
    return written.first() is not None


async def record_follow(tx: AsyncSession, chat: str, *, follows: bool, at: datetime, now: datetime) -> bool:
    """Write that a person followed or left; False where something newer is known, so that it changes nothing."""
    values = {
        "last_interaction_at": at if follows else None,
        "follow_changed_at": at,
        "replies_left": None,
        "changed_at": now,
    }
    written = await tx.execute(
        insert(ZaloPersonRow)
        .values(chat=chat, **values)
        .on_conflict_do_update(
            index_elements=["chat"],
            set_=values
            if not follows
            else {**values, "last_interaction_at": func.greatest(ZaloPersonRow.last_interaction_at, at)},
            where=or_(ZaloPersonRow.follow_changed_at.is_(None), ZaloPersonRow.follow_changed_at < at),
        )
        .returning(ZaloPersonRow.chat)
    )
    return written.first() is not None


async def record_window_closed(tx: AsyncSession, chat: str, *, now: datetime) -> None:
    """Write that Zalo takes no ordinary message to this person any more."""
    await tx.execute(
        update(ZaloPersonRow)
        .where(ZaloPersonRow.chat == chat)
        .values(last_interaction_at=None, replies_left=None, changed_at=now)
    )


async def record_replies_left(tx: AsyncSession, chat: str, left: int) -> None:
    """Write how many free replies Zalo says are left."""
    await tx.execute(update(ZaloPersonRow).where(ZaloPersonRow.chat == chat).values(replies_left=left))


async def delete_silent_people(tx: AsyncSession, *, changed_before: datetime) -> None:
    """Forget the windows that are closed, and the phone numbers of people who agreed to nothing any more."""
    await tx.execute(delete(ZaloPersonRow).where(ZaloPersonRow.changed_at < changed_before))
    await tx.execute(
        text(
            "DELETE FROM zalo_phones AS phone WHERE NOT EXISTS ("
            "SELECT 1 FROM contacts WHERE contacts.channel = 'zalo' AND contacts.chat = phone.chat)"
        )
    )


async def record_phone(tx: AsyncSession, chat: str, phone: str, cipher: Cipher, *, now: datetime) -> None:
    """Keep the phone number that a person gave: digits, beginning with 84."""
    values = {"phone_encrypted": cipher.encrypt(phone, column=_PHONE, row=chat), "given_at": now}
    await tx.execute(
        insert(ZaloPhoneRow)
        .values(chat=chat, **values)
        .on_conflict_do_update(index_elements=["chat"], set_=values)
    )


async def find_phone(tx: AsyncSession, chat: str, cipher: Cipher) -> str | None:
    """Return the phone number that a person gave, None where none did."""
    stored = await tx.scalar(select(ZaloPhoneRow.phone_encrypted).where(ZaloPhoneRow.chat == chat))
    if stored is None:
        return None
    try:
        return cipher.decrypt(stored, column=_PHONE, row=chat)
    except CannotDecrypt:
        return None  # the key was changed: the number is asked for again


async def delete_phone(tx: AsyncSession, chat: str) -> None:
    """Forget the phone number of a person."""
    await tx.execute(delete(ZaloPhoneRow).where(ZaloPhoneRow.chat == chat))
