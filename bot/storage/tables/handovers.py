"""Chats that staff answer, and what staff have ready to say."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.storage.tables.table import Table


class HandoverRow(Table):
    """One handover (lượt gặp cán bộ); deleted with all that was written a few days after its end."""

    __tablename__ = "handovers"
    __table_args__ = (
        CheckConstraint("state IN ('requested', 'taken', 'closed', 'given-up', 'expired')", name="state_known"),
        CheckConstraint("(state = 'taken') <= (taken_by IS NOT NULL)", name="taken_by_somebody"),
        Index(
            "uq_handovers_open_contact",
            "contact_id",
            unique=True,
            postgresql_where=text("state IN ('requested', 'taken')"),
        ),
        Index(None, "requested_at", postgresql_where=text("state IN ('requested', 'taken')")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    contact_id: Mapped[UUID] = mapped_column(ForeignKey("contacts.id", ondelete="CASCADE"), index=True)
    channel: Mapped[str]
    state: Mapped[str]
    requested_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    """When it ends by itself: nobody took it, or both sides were silent; moved on by each message."""
    taken_by: Mapped[str | None]
    taken_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None]
    """The member of staff who closed it; NULL where the citizen did, or nobody."""
    is_rated: Mapped[bool] = mapped_column(server_default=text("false"))


class HandoverMessageRow(Table):
    """One message of a handover. Personal: encrypted, and what identifies a citizen was masked before."""

    __tablename__ = "handover_messages"
    __table_args__ = (Index(None, "handover_id", "number"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    """Drawn with the form of staff, so that a second click writes nothing."""
    number: Mapped[int] = mapped_column(BigInteger, Identity(always=True))
    handover_id: Mapped[UUID] = mapped_column(ForeignKey("handovers.id", ondelete="CASCADE"))
    author: Mapped[str]
    staff_email: Mapped[str | None]
    body_encrypted: Mapped[bytes]
    file_id: Mapped[UUID | None] = mapped_column(ForeignKey("staff_files.id"))
    said_at: Mapped[datetime]


class HandoverTotalRow(Table):
    """How handovers ended and what citizens said of them, by day and channel: nobody's."""

    __tablename__ = "handover_totals"

    day: Mapped[date] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(primary_key=True)
    what: Mapped[str] = mapped_column(primary_key=True)
    """How one ended (HandoverState), "requested", or what was said of one (Rating)."""
    count: Mapped[int]


class StaffFileRow(Table):
    """A file that staff send along (tệp đính kèm), such as an empty form. Nothing personal."""

    __tablename__ = "staff_files"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    name: Mapped[str]
    media_type: Mapped[str]
    content: Mapped[bytes]
    added_by: Mapped[str]
    added_at: Mapped[datetime]


class CannedReplyRow(Table):
    """What staff have ready to say (câu soạn sẵn). One taken away stays, so that it is not shipped anew."""

    __tablename__ = "canned_replies"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    title: Mapped[str]
    text: Mapped[str]
    file_id: Mapped[UUID | None] = mapped_column(ForeignKey("staff_files.id"))
    version: Mapped[int]
    changed_by: Mapped[str]
    changed_at: Mapped[datetime]
    dropped_at: Mapped[datetime | None]
