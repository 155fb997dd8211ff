"""Broadcasts, and who wants news."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    CheckConstraint,
    ForeignKey,
    Index,
    SmallInteger,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from bot.storage.tables.table import Table


class NewsSubscriptionRow(Table):
    """That a citizen wants news (nhận tin), and what they told us to get only what concerns them."""

    __tablename__ = "news_subscriptions"
    __table_args__ = (Index(None, "province_code"), Index(None, "commune_code"))

    contact_id: Mapped[UUID] = mapped_column(ForeignKey("contacts.id", ondelete="CASCADE"), primary_key=True)
    topics: Mapped[list[str]] = mapped_column(ARRAY(Text))
    province_code: Mapped[str | None]
    commune_code: Mapped[str | None]
    birth_year: Mapped[int | None] = mapped_column(SmallInteger)
    """Personal, but not by itself whose."""
    groups: Mapped[list[str]] = mapped_column(ARRAY(Text))
    """Personal: what the citizen said of their household (data/news.yml)."""
    created_at: Mapped[datetime]


class BroadcastRow(Table):
    """One message to many (thông báo). Its recipients are rows of `deliveries`, held until they are released."""

    __tablename__ = "broadcasts"
    __table_args__ = (
        CheckConstraint(
            "state IN ('draft', 'submitted', 'approved', 'sending', 'paused', 'stopped', 'finished')",
            name="state_known",
        ),
        CheckConstraint("repeat IN ('', 'weekly', 'monthly')", name="repeat_known"),
        CheckConstraint("NOT approved_by = ANY (authors)", name="approved_by_another"),
        Index(None, "created_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    state: Mapped[str]
    version: Mapped[int]
    title: Mapped[str]
    body: Mapped[str]
    topic: Mapped[str]
    buttons: Mapped[list[Any]] = mapped_column(JSONB)
    picture_id: Mapped[UUID | None] = mapped_column(ForeignKey("staff_files.id"))
    audience: Mapped[dict[str, Any]]
    useful_for: Mapped[timedelta]
    send_at: Mapped[datetime | None]
    repeat: Mapped[str] = mapped_column(server_default=text("''"))
    repeat_of: Mapped[UUID | None]
    """The run before, where this one was written by itself."""
    authors: Mapped[list[str]] = mapped_column(ARRAY(Text))
    note: Mapped[str] = mapped_column(server_default=text("''"))
    approved_by: Mapped[str | None]
    code: Mapped[str] = mapped_column(unique=True)
    """What the message shows so that its reader can ask whether it is genuine."""
    stage: Mapped[str] = mapped_column(server_default=text("'first'"))
    hold_until: Mapped[datetime | None]
    cursor: Mapped[UUID | None]
    """The last contact that was written down; recipients are written in order of contact."""
    written: Mapped[int] = mapped_column(server_default=text("0"))
    planned: Mapped[int | None]
    released: Mapped[int] = mapped_column(server_default=text("0"))
    pause_reason: Mapped[str] = mapped_column(server_default=text("''"))
    created_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
