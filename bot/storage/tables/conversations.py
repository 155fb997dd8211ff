"""Conversations, and updates as messengers delivered them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Identity,
    Index,
    SmallInteger,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from bot.storage.tables.table import NOW, Table


class ConversationRow(Table):
    """Where a conversation stands (phiên trò chuyện). `state` is short-lived and holds no ID number."""

    __tablename__ = "conversations"

    channel: Mapped[str] = mapped_column(primary_key=True)
    chat: Mapped[str] = mapped_column(primary_key=True)
    state: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'::jsonb"))
    choices: Mapped[dict[str, Any] | None]
    """What the last message let choose from, on messengers without buttons."""
    updated_at: Mapped[datetime] = mapped_column(server_default=NOW)


class InboundUpdateRow(Table):
    """An update as a messenger delivered it, committed before it is acknowledged.

    `payload` holds what the citizen typed: it is emptied as soon as the update is processed.
    """

    __tablename__ = "inbound_updates"
    __table_args__ = (
        UniqueConstraint("channel", "update_key"),
        Index(None, "channel", "chat", "id", postgresql_where=text("processed_at IS NULL")),
        Index(None, "channel", "id", postgresql_where=text("processed_at IS NULL")),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    channel: Mapped[str]
    update_key: Mapped[str]
    chat: Mapped[str]
    payload: Mapped[dict[str, Any] | None]
    received_at: Mapped[datetime] = mapped_column(server_default=NOW)
    claimed_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(SmallInteger, server_default=text("0"))
    processed_at: Mapped[datetime | None]
    failure: Mapped[str | None]
