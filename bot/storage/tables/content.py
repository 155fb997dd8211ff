"""Content: legal documents, values of law, answers and what staff want them to say; the switches."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    Identity,
    Index,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from bot.storage.tables.table import NOW, Table

_KIND_KNOWN = "kind IN ('answer', 'parameter', 'document', 'phrasings', 'reminder')"


class ContentRow(Table):
    """What every record of content has. `revision` rises by one at each change."""

    __abstract__ = True

    id: Mapped[str] = mapped_column(primary_key=True)
    body: Mapped[dict[str, Any]]
    revision: Mapped[int] = mapped_column(server_default=text("1"))
    edited_by: Mapped[str | None]
    """The staff member's e-mail where the console changed it last; NULL while it is as shipped in data/."""
    approved_by: Mapped[str | None]
    seed_sha256: Mapped[str]
    updated_at: Mapped[datetime] = mapped_column(server_default=NOW)


class LegalDocumentRow(ContentRow):
    """A legal document (văn bản) that answers stand on."""

    __tablename__ = "legal_documents"


class ParameterRow(ContentRow):
    """A dated value of law, such as a fee or a deadline (tham số), that texts draw on."""

    __tablename__ = "parameters"


class AnswerUnitRow(ContentRow):
    """An answer unit (mục trả lời) as it is now."""

    __tablename__ = "answer_units"


class PhrasingSetRow(ContentRow):
    """How citizens ask for a unit or a skill (cách hỏi), under its name."""

    __tablename__ = "phrasing_sets"


class ReminderTextsRow(ContentRow):
    """What citizens read when they open a reminder of one rule (lời nhắc)."""

    __tablename__ = "reminder_texts"


class ContentRevisionRow(Table):
    """What a record said at an earlier revision, and who changed it."""

    __tablename__ = "content_revisions"
    __table_args__ = (CheckConstraint(_KIND_KNOWN, name="kind_known"),)

    kind: Mapped[str] = mapped_column(primary_key=True)
    record_id: Mapped[str] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(primary_key=True)
    body: Mapped[dict[str, Any]]
    edited_by: Mapped[str | None]
    approved_by: Mapped[str | None]
    recorded_at: Mapped[datetime] = mapped_column(server_default=NOW)


class ContentDraftRow(Table):
    """What staff want a record to say (bản nháp): at most one of each, gone when published or dropped."""

    __tablename__ = "content_drafts"
    __table_args__ = (
        CheckConstraint("state IN ('open', 'submitted', 'returned')", name="state_known"),
        CheckConstraint(_KIND_KNOWN, name="kind_known"),
    )

    kind: Mapped[str] = mapped_column(primary_key=True)
    record_id: Mapped[str] = mapped_column(primary_key=True)
    body: Mapped[dict[str, Any]]
    base_revision: Mapped[int]
    """The published revision it was made from; 0 where the record is new."""
    version: Mapped[int]
    """Rises by one at each save; never seen before, also after a draft of this record was dropped."""
    state: Mapped[str]
    authors: Mapped[list[str]] = mapped_column(ARRAY(Text))
    note: Mapped[str] = mapped_column(server_default=text("''"))
    """Why the reviewer gave it back."""
    updated_at: Mapped[datetime]
    gate: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    """What the publish gate found for this version; NULL until it ran."""


class ContentTaskRow(Table):
    """Something to look at because a legal document was replaced (việc cần làm)."""

    __tablename__ = "content_tasks"
    __table_args__ = (
        CheckConstraint("state IN ('open', 'done', 'not-needed')", name="state_known"),
        UniqueConstraint("document_id", "replaced_by", "kind", "record_id"),
        Index(None, "kind", "record_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    document_id: Mapped[str]
    replaced_by: Mapped[str]
    replaced_on: Mapped[date]
    kind: Mapped[str]
    record_id: Mapped[str]
    title: Mapped[str]
    through: Mapped[str]
    """The parameter between the two, empty where there is none."""
    state: Mapped[str]
    assigned_to: Mapped[str | None]
    note: Mapped[str] = mapped_column(server_default=text("''"))
    version: Mapped[int] = mapped_column(server_default=text("1"))
    opened_at: Mapped[datetime]
    settled_by: Mapped[str | None]
    settled_at: Mapped[datetime | None]


class TrainingRow(Table):
    """A training of the understanding model, and what became of it."""

    __tablename__ = "trainings"
    __table_args__ = (CheckConstraint("state IN ('running', 'live', 'refused', 'failed')", name="state_known"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    fingerprint: Mapped[str]
    """Of the phrasings it learned from."""
    state: Mapped[str]
    model: Mapped[str] = mapped_column(server_default=text("''"))
    reason: Mapped[str] = mapped_column(server_default=text("''"))
    figures: Mapped[dict[str, Any]]
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class ContentSeedRow(Table):
    """What data/ looked like when it was last read in, so that an unchanged one is not read again."""

    __tablename__ = "content_seeds"

    name: Mapped[str] = mapped_column(primary_key=True)
    fingerprint: Mapped[bytes]
    read_at: Mapped[datetime] = mapped_column(server_default=NOW)


class SwitchesRow(Table):
    """How the service is set (công tắc): one row."""

    __tablename__ = "switches"

    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[dict[str, Any]]
    version: Mapped[int]
    changed_by: Mapped[str]
    changed_at: Mapped[datetime]
