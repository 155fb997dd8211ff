"""What citizens asked for about their own data."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.storage.tables.table import Table


class DataRequestRow(Table):
    """One request (yêu cầu về dữ liệu). It outlives its citizen, to show that what was asked for was done."""

    __tablename__ = "data_requests"
    __table_args__ = (
        CheckConstraint("kind IN ('see', 'correct', 'withdraw', 'delete')", name="kind_known"),
        CheckConstraint("state IN ('open', 'done')", name="state_known"),
        Index(None, "due_on", postgresql_where=text("state = 'open'")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    citizen_id: Mapped[UUID | None] = mapped_column(ForeignKey("citizens.id", ondelete="SET NULL"), index=True)
    kind: Mapped[str]
    channel: Mapped[str | None]
    """NULL where it was made at a counter."""
    said_encrypted: Mapped[bytes]
    """Personal: what was written, masked before and encrypted."""
    state: Mapped[str]
    asked_at: Mapped[datetime]
    due_on: Mapped[date]
    extended_because: Mapped[str] = mapped_column(server_default=text("''"))
    answer: Mapped[str] = mapped_column(server_default=text("''"))
    """What its citizen reads of it."""
    settled_by: Mapped[str | None]
    settled_at: Mapped[datetime | None]
