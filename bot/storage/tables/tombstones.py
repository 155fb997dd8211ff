"""That somebody had everything deleted."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.storage.tables.table import Table


class TombstoneRow(Table):
    """A chat whose data was deleted (dấu đã xóa): a keyed hash that says nothing without the index key."""

    __tablename__ = "tombstones"
    __table_args__ = (Index(None, "deleted_at", postgresql_where=text("filed_at IS NULL")),)

    mark: Mapped[bytes] = mapped_column(primary_key=True)
    deleted_at: Mapped[datetime]
    filed_at: Mapped[datetime | None]
    """When it was written beside the backups too."""
