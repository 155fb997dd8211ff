"""Links that open once: to what is held on one citizen, and to one answer that is not said in a chat."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from bot.storage.tables.table import Table


class OneTimeLinkRow(Table):
    """A link (link dùng một lần) for one browser and ten minutes. A citizen has one at a time."""

    __tablename__ = "one_time_links"

    token_sha256: Mapped[bytes] = mapped_column(primary_key=True)
    citizen_id: Mapped[UUID] = mapped_column(ForeignKey("citizens.id", ondelete="CASCADE"), unique=True)
    browser_sha256: Mapped[bytes | None]
    """The browser that opened it first; no other may."""
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class PrivatePageRow(Table):
    """An answer behind a link (trang riêng), for one browser and ten minutes. A chat may have several."""

    __tablename__ = "private_pages"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    token_sha256: Mapped[bytes] = mapped_column(unique=True)
    channel: Mapped[str]
    chat: Mapped[str] = mapped_column(index=True)
    answer_encrypted: Mapped[bytes]
    """Personal: text and citation of the answer, as JSON."""
    browser_sha256: Mapped[bytes | None]
    """The browser that opened it first; no other may."""
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
