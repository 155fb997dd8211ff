"""What the Zalo channel has to remember between two messages."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.storage.tables.table import Table


class ZaloPersonRow(Table):
    """Until when a person on Zalo may be written to. No row: they have been silent for a week."""

    __tablename__ = "zalo_people"
    __table_args__ = (Index(None, "changed_at"),)

    chat: Mapped[str] = mapped_column(primary_key=True)
    last_interaction_at: Mapped[datetime | None]
    """When they wrote, pressed or followed last, by Zalo's clock; nothing where the window is closed."""
    follow_changed_at: Mapped[datetime | None]
    """When they followed or left last: an older event that comes late changes nothing."""
    replies_left: Mapped[int | None]
    """How many more replies Zalo said are free in these 48 hours."""
    changed_at: Mapped[datetime]


class ZaloPhoneRow(Table):
    """A phone number given in Zalo's own form by a person who agreed to be written to. Personal: encrypted.

    It is an address for templates. It proves nothing about who the person is.
    """

    __tablename__ = "zalo_phones"

    chat: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(unique=True, server_default=text("gen_random_uuid()"))
    """By which values are encrypted anew in batches (bot/storage/reencrypt.py)."""
    phone_encrypted: Mapped[bytes]
    given_at: Mapped[datetime]


class ZaloTokenRow(Table):
    """The pair of tokens of one app, encrypted. A refresh token works once: a pair is kept before it is used."""

    __tablename__ = "zalo_tokens"

    app_id: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(unique=True, server_default=text("gen_random_uuid()"))
    """By which values are encrypted anew in batches (bot/storage/reencrypt.py)."""
    version: Mapped[int]
    access_encrypted: Mapped[bytes]
    refresh_encrypted: Mapped[bytes]
    issued_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class ZaloBellRow(Table):
    """A template that told a person of a message of ours; the message follows when they write."""

    __tablename__ = "zalo_bells"
    __table_args__ = (Index(None, "chat"),)

    delivery_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("deliveries.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    chat: Mapped[str]
    rung_at: Mapped[datetime]
