"""Keys of other systems, what they sent, and lists of beneficiaries."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ForeignKey,
    Index,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from bot.storage.tables.table import NOW, Table


class ApiKeyRow(Table):
    """A bearer key of another system. The key itself is shown once; here is only its hash."""

    __tablename__ = "api_keys"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    name: Mapped[str] = mapped_column(unique=True)
    source: Mapped[str]
    """The source system it may write for."""
    scopes: Mapped[list[str]] = mapped_column(ARRAY(Text))
    key_sha256: Mapped[bytes] = mapped_column(unique=True)
    created_at: Mapped[datetime] = mapped_column(server_default=NOW)
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class BeneficiaryRow(Table):
    """One person on one list of a source system (người thụ hưởng). What identifies them is encrypted."""

    __tablename__ = "beneficiaries"
    __table_args__ = (
        UniqueConstraint("source", "list", "key"),
        Index(None, "id_number_index"),
        Index(None, "person_index"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    source: Mapped[str]
    list: Mapped[str]
    key: Mapped[str]
    full_name_encrypted: Mapped[bytes]
    born_encrypted: Mapped[bytes]
    id_number_encrypted: Mapped[bytes | None]
    id_number_index: Mapped[bytes | None]
    person_index: Mapped[bytes]
    """Keyed hash of the name without accents and order, the birth date and the commune."""
    sex: Mapped[str | None]
    household_code: Mapped[str | None]
    group_name: Mapped[str | None]
    commune_code: Mapped[str | None]
    status: Mapped[str]
    status_since: Mapped[date | None]
    valid_to: Mapped[date | None]
    data_as_of: Mapped[datetime]
    version: Mapped[int] = mapped_column(BigInteger)
    fingerprint: Mapped[bytes]
    is_demo: Mapped[bool] = mapped_column(server_default=text("false"))
    changed_at: Mapped[datetime] = mapped_column(server_default=NOW)


class BeneficiaryReviewRow(Table):
    """Something doubtful about an entry that a person must decide (cần xem lại)."""

    __tablename__ = "beneficiary_reviews"
    __table_args__ = (Index(None, "opened_at", postgresql_where=text("decided_at IS NULL")),)

    beneficiary_id: Mapped[UUID] = mapped_column(
        ForeignKey("beneficiaries.id", ondelete="CASCADE"), primary_key=True
    )
    reason: Mapped[str] = mapped_column(primary_key=True)
    opened_at: Mapped[datetime] = mapped_column(server_default=NOW)
    decided_at: Mapped[datetime | None]
    decision: Mapped[str | None]


class SyncRunRow(Table):
    """One delivery of rows by another system, and what became of it: asked again, it gives the same report."""

    __tablename__ = "sync_runs"
    __table_args__ = (UniqueConstraint("source", "idempotency_key"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    source: Mapped[str]
    idempotency_key: Mapped[str | None]
    body_sha256: Mapped[bytes]
    report: Mapped[dict[str, Any]]
    """Counts and row numbers with reasons; nothing of what a row said but its code."""
    finished_at: Mapped[datetime] = mapped_column(server_default=NOW)
