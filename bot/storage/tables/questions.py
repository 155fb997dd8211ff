"""Questions that could not be answered, and who wants to be told."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Identity,
    Index,
    Text,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from bot.storage.tables.table import Table


class QuestionGroupRow(Table):
    """Questions that ask the same (nhóm câu hỏi), and what staff did about them."""

    __tablename__ = "question_groups"
    __table_args__ = (
        CheckConstraint("state IN ('open', 'linked', 'awaiting', 'out-of-scope')", name="state_known"),
        Index(None, "words", postgresql_using="gin", postgresql_where=text("state = 'open'")),
        Index(None, "state", "count"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    sample: Mapped[str]
    words: Mapped[list[str]] = mapped_column(ARRAY(Text))
    """The words of the sample without accents, to find the group by."""
    state: Mapped[str]
    unit_id: Mapped[str | None] = mapped_column(index=True)
    assigned_to: Mapped[str | None]
    settled_by: Mapped[str | None]
    settled_at: Mapped[datetime | None]
    note: Mapped[str] = mapped_column(server_default=text("''"))
    count: Mapped[int]
    version: Mapped[int]
    first_asked_at: Mapped[datetime]
    last_asked_at: Mapped[datetime]


class QuestionRow(Table):
    """A question that was not answered well: masked, and nobody's."""

    __tablename__ = "questions"
    __table_args__ = (Index(None, "id", postgresql_where=text("group_id IS NULL")),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    text: Mapped[str]
    reason: Mapped[str]
    channel: Mapped[str]
    unit_id: Mapped[str | None]
    """What was shown, where something was."""
    asked_at: Mapped[datetime]
    group_id: Mapped[UUID | None] = mapped_column(ForeignKey("question_groups.id", ondelete="CASCADE"), index=True)


class QuestionAskerRow(Table):
    """That somebody agreed to be told when their question has an answer; gone once they are told."""

    __tablename__ = "question_askers"

    question_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("questions.id", ondelete="CASCADE"), primary_key=True
    )
    contact_id: Mapped[UUID] = mapped_column(ForeignKey("contacts.id", ondelete="CASCADE"), index=True)
    asked_at: Mapped[datetime]


class StaffPhrasingRow(Table):
    """A way of asking that staff linked to a unit (cách hỏi): it answers from the next second on."""

    __tablename__ = "staff_phrasings"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    unit_id: Mapped[str] = mapped_column(index=True)
    text: Mapped[str]
    marks_key: Mapped[str] = mapped_column(unique=True)
    """What two spellings of one question share, so that it is linked once."""
    added_by: Mapped[str]
    added_at: Mapped[datetime]
