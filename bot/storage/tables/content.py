"""Content: legal documents, values of law, answers and what staff want them to say; the switches."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    ARRAY,
    CheckConstraint,
    ForeignKey,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from bot.storage.tables.table import NOW, Table


class LegalDocumentRow(Table):
    """A legal document (văn bản) that answers stand on."""

    __tablename__ = "legal_documents"

    id: Mapped[str] = mapped_column(primary_key=True)
    body: Mapped[dict[str, Any]]
    seed_sha256: Mapped[str]
    updated_at: Mapped[datetime] = mapped_column(server_default=NOW)


class ParameterRow(Table):
    """A dated value of law, such as a fee or a deadline (tham số), that texts draw on."""

    __tablename__ = "parameters"

    id: Mapped[str] = mapped_column(primary_key=True)
    body: Mapped[dict[str, Any]]
    seed_sha256: Mapped[str]
    updated_at: Mapped[datetime] = mapped_column(server_default=NOW)


class AnswerUnitRow(Table):
    """An answer unit (mục trả lời) as it is now. `revision` rises by one at each edit."""

    __tablename__ = "answer_units"

    id: Mapped[str] = mapped_column(primary_key=True)
    body: Mapped[dict[str, Any]]
    revision: Mapped[int] = mapped_column(server_default=text("1"))
    edited_by: Mapped[str | None]
    """The staff member's e-mail where the console changed it last; NULL while it is as shipped in data/."""
    approved_by: Mapped[str | None]
    seed_sha256: Mapped[str]
    updated_at: Mapped[datetime] = mapped_column(server_default=NOW)


class AnswerRevisionRow(Table):
    """What an answer unit said at an earlier revision, and who changed it."""

    __tablename__ = "answer_revisions"

    unit_id: Mapped[str] = mapped_column(ForeignKey("answer_units.id", ondelete="CASCADE"), primary_key=True)
    revision: Mapped[int] = mapped_column(primary_key=True)
    body: Mapped[dict[str, Any]]
    edited_by: Mapped[str | None]
    approved_by: Mapped[str | None]
    recorded_at: Mapped[datetime] = mapped_column(server_default=NOW)


class ContentDraftRow(Table):
    """What staff want a unit to say (bản nháp): at most one of a unit, gone when it is published or dropped."""

    __tablename__ = "content_drafts"
    __table_args__ = (CheckConstraint("state IN ('open', 'submitted', 'returned')", name="state_known"),)

    unit_id: Mapped[str] = mapped_column(primary_key=True)
    body: Mapped[dict[str, Any]]
    base_revision: Mapped[int]
    """The published revision it was made from; 0 where the unit is new."""
    version: Mapped[int]
    """Rises by one at each save; never seen before, also after a draft of this unit was dropped."""
    state: Mapped[str]
    authors: Mapped[list[str]] = mapped_column(ARRAY(Text))
    note: Mapped[str] = mapped_column(server_default=text("''"))
    """Why the reviewer gave it back."""
    updated_at: Mapped[datetime]
    gate: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    """What the publish gate found for this version; NULL until it ran."""


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
