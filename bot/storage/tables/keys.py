"""The keys that data are encrypted with."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from bot.storage.tables.table import NOW, Table


class DataKeyRow(Table):
    """A key that values are encrypted, found or sealed with; itself encrypted with the key that is not here."""

    __tablename__ = "data_keys"

    name: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    wrapped: Mapped[bytes]
    in_use_from: Mapped[datetime]
    """From when on values are encrypted with it; by then every process has read it."""
    created_at: Mapped[datetime] = mapped_column(server_default=NOW)
