"""Staff, their logins, and what they did."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    Identity,
    Index,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from bot.storage.tables.table import NOW, Table


class StaffRow(Table):
    """A member of staff who may open the console (cán bộ)."""

    __tablename__ = "staff"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    email: Mapped[str] = mapped_column(unique=True)
    password_hash: Mapped[str]
    role: Mapped[str]
    totp_secret_encrypted: Mapped[bytes | None]
    """The secret of the authenticator app, AES-GCM bound to this row; NULL where none was set up."""
    totp_confirmed_at: Mapped[datetime | None]
    """When a code of it was right for the first time; before that it does not count."""
    totp_last_step: Mapped[int | None] = mapped_column(BigInteger)
    """The half minute (Unix time / 30) of the last code that was taken: no code is taken twice."""
    deactivated_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(server_default=NOW)


class StaffRecoveryCodeRow(Table):
    """A code that stands in once for the authenticator app. Shown once; here is only its hash."""

    __tablename__ = "staff_recovery_codes"

    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), primary_key=True)
    code_sha256: Mapped[bytes] = mapped_column(primary_key=True)
    used_at: Mapped[datetime | None]


class StaffSessionRow(Table):
    """A login to the console. The cookie holds the token; the table only its hash."""

    __tablename__ = "staff_sessions"

    token_sha256: Mapped[bytes] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(unique=True, default=uuid4)
    """What a login is called where it is listed: not the token."""
    browser: Mapped[str] = mapped_column(server_default=text("''"))
    passed_at: Mapped[datetime | None]
    """When nothing more was asked: after the second step, or at once where none is needed."""
    staff_id: Mapped[UUID] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), index=True)
    csrf_token: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=NOW)
    last_seen_at: Mapped[datetime]


class LoginFailureRow(Table):
    """An attempt to log in that has not succeeded; the more there are, the longer the next one waits.

    `subject` is the SHA-256 of the account, of the network address, or of both together.
    """

    __tablename__ = "login_failures"
    __table_args__ = (Index(None, "subject", "failed_at"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    subject: Mapped[bytes]
    failed_at: Mapped[datetime]


class AuditEventRow(Table):
    """One thing that a member of staff did (nhật ký kiểm tra). Never changed: a trigger and the role see to it.

    Each row is sealed with a keyed hash over itself and the seal before it (bot/console/audit.py), so that a row
    that was changed, put in between or taken out is found.
    """

    __tablename__ = "audit_events"
    __table_args__ = (Index(None, "actor", "seq"), Index(None, "subject", "seq"))

    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    happened_at: Mapped[datetime]
    actor: Mapped[str]
    """The e-mail of the member of staff, or the command that was run."""
    action: Mapped[str]
    subject: Mapped[str]
    """What it was done to, for example "answer:can-cuoc.cap-doi.le-phi"."""
    details: Mapped[dict[str, Any]]
    """Ids, counts and settings; nothing personal of a citizen."""
    seal: Mapped[bytes]
