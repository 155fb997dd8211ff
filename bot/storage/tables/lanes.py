"""Lanes: how much of a messenger's permitted rate is given out, and why nothing may leave on it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import SmallInteger, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.storage.tables.table import NOW, Table


class LaneRow(Table):
    """One lane (làn gửi): the one place where all processes take their share of a channel's rate."""

    __tablename__ = "lanes"

    name: Mapped[str] = mapped_column(primary_key=True)
    channel: Mapped[str]
    taken_until: Mapped[datetime] = mapped_column(server_default=NOW)
    """Every moment before it belongs to a worker that will send then."""
    paused_until: Mapped[datetime | None]
    pause_reason: Mapped[str] = mapped_column(server_default=text("''"))
    failures: Mapped[int] = mapped_column(SmallInteger, server_default=text("0"))
    """So often in a row the messenger did not answer as it should; from some on, single probes go."""
