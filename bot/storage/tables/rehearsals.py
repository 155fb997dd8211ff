"""Trial runs of reminders."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import BigInteger, CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.storage.tables.table import Table


class RehearsalRow(Table):
    """A trial run that staff asked for (chạy thử), and what it found: numbers and days, nobody's name."""

    __tablename__ = "rehearsals"
    __table_args__ = (
        CheckConstraint("kind IN ('simulation', 'shadow')", name="kind_known"),
        CheckConstraint("state IN ('waiting', 'running', 'done', 'failed')", name="state_known"),
        Index(None, "asked_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    kind: Mapped[str]
    asked: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(server_default=text("'waiting'"))
    asked_by: Mapped[str]
    asked_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    seen: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    result: Mapped[dict[str, Any] | None]
