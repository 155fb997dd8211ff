"""Messages that we start."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    Identity,
    Index,
    SmallInteger,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from bot.storage.tables.table import NOW, Table


class DeliveryRow(Table):
    """One message that we start, to one contact (lượt gửi). The row is the truth, the queue only a bell."""

    __tablename__ = "deliveries"
    __table_args__ = (
        Index(None, "channel", "id", postgresql_where=text("state IN ('waiting', 'claimed')")),
        Index(None, "job_id", postgresql_where=text("state IN ('waiting', 'claimed')")),
        Index(
            "ix_deliveries_broadcast_held",
            "broadcast_id",
            "channel",
            "id",
            postgresql_where=text("state = 'held'"),
        ),
        Index(
            "ix_deliveries_broadcast_open",
            "broadcast_id",
            postgresql_where=text("broadcast_id IS NOT NULL AND state IN ('waiting', 'claimed')"),
        ),
        Index(
            "ix_deliveries_broadcast_settled",
            "broadcast_id",
            "channel",
            "state",
            "reason",
            postgresql_where=text("broadcast_id IS NOT NULL AND settled_at IS NOT NULL"),
        ),
        Index(None, "settled_at", postgresql_where=text("settled_at IS NOT NULL")),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    idempotency_key: Mapped[str] = mapped_column(unique=True)
    contact_id: Mapped[UUID] = mapped_column(ForeignKey("contacts.id", ondelete="CASCADE"), index=True)
    channel: Mapped[str]
    purpose: Mapped[str]
    """The consent it stands on, checked again when it is sent."""
    message: Mapped[dict[str, Any]]
    """What to say, by reference: {"reminder": id}. Never a copy of personal data."""
    broadcast_id: Mapped[UUID | None] = mapped_column(ForeignKey("broadcasts.id", ondelete="CASCADE"))
    job_id: Mapped[int | None] = mapped_column(BigInteger)
    """The job that carries it; a waiting row whose job is gone is found by the sweep."""
    state: Mapped[str] = mapped_column(server_default=text("'waiting'"))
    reason: Mapped[str | None]
    attempts: Mapped[int] = mapped_column(SmallInteger, server_default=text("0"))
    claimed_by: Mapped[str | None]
    claimed_until: Mapped[datetime | None]
    not_before: Mapped[datetime | None]
    expires_at: Mapped[datetime]
    created_at: Mapped[datetime] = mapped_column(server_default=NOW)
    settled_at: Mapped[datetime | None]
    code: Mapped[str | None] = mapped_column(unique=True)
    """What the message shows so that its reader can ask whether it is genuine."""


class WebMessageRow(Table):
    """A message waiting for a citizen's browser; deleted when it was shown or is a month old."""

    __tablename__ = "web_messages"
    __table_args__ = (Index(None, "chat", "id"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    chat: Mapped[str]
    idempotency_key: Mapped[str | None] = mapped_column(unique=True)
    body: Mapped[dict[str, Any] | None]
    """NULL since 0029; what waited then goes within a month."""
    body_encrypted: Mapped[bytes | None]
    """Personal: the message as JSON."""
    created_at: Mapped[datetime] = mapped_column(server_default=NOW)
