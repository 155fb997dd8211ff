"""Links to what is held on one citizen."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

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
