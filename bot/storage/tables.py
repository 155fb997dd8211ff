"""Every table of the assistant, in one picture.

Personal data stands only where a column says so; what identifies a person by itself (ID number, birth date) is
encrypted (bot/storage/encryption.py) and found again through a keyed blind index.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    LargeBinary,
    MetaData,
    SmallInteger,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

NAMING_CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Table(DeclarativeBase):
    """The base of all tables; moments are aware and kept in UTC."""

    metadata = MetaData(naming_convention=NAMING_CONVENTION)
    type_annotation_map = {  # noqa: RUF012 -- SQLAlchemy reads this plain dict from the class
        datetime: DateTime(timezone=True),
        str: Text,
        dict[str, Any]: JSONB,
        bytes: LargeBinary,
    }


NOW = text("now()")


# ---------------------------------------------------------------- content


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
    seed_sha256: Mapped[str]
    updated_at: Mapped[datetime] = mapped_column(server_default=NOW)


class AnswerRevisionRow(Table):
    """What an answer unit said at an earlier revision, and who changed it."""

    __tablename__ = "answer_revisions"

    unit_id: Mapped[str] = mapped_column(ForeignKey("answer_units.id", ondelete="CASCADE"), primary_key=True)
    revision: Mapped[int] = mapped_column(primary_key=True)
    body: Mapped[dict[str, Any]]
    edited_by: Mapped[str | None]
    recorded_at: Mapped[datetime] = mapped_column(server_default=NOW)


class ContentSeedRow(Table):
    """What data/ looked like when it was last read in, so that an unchanged one is not read again."""

    __tablename__ = "content_seeds"

    name: Mapped[str] = mapped_column(primary_key=True)
    fingerprint: Mapped[bytes]
    read_at: Mapped[datetime] = mapped_column(server_default=NOW)


# ---------------------------------------------------------------- conversations


class ConversationRow(Table):
    """Where a conversation stands (phiên trò chuyện). `state` is short-lived and holds no ID number."""

    __tablename__ = "conversations"

    channel: Mapped[str] = mapped_column(primary_key=True)
    chat: Mapped[str] = mapped_column(primary_key=True)
    state: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'::jsonb"))
    updated_at: Mapped[datetime] = mapped_column(server_default=NOW)


class InboundUpdateRow(Table):
    """An update as a messenger delivered it, committed before it is acknowledged.

    `payload` holds what the citizen typed: it is emptied as soon as the update is processed.
    """

    __tablename__ = "inbound_updates"
    __table_args__ = (
        UniqueConstraint("channel", "update_key"),
        Index(None, "channel", "chat", "id", postgresql_where=text("processed_at IS NULL")),
        Index(None, "channel", "id", postgresql_where=text("processed_at IS NULL")),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    channel: Mapped[str]
    update_key: Mapped[str]
    chat: Mapped[str]
    payload: Mapped[dict[str, Any] | None]
    received_at: Mapped[datetime] = mapped_column(server_default=NOW)
    claimed_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(SmallInteger, server_default=text("0"))
    processed_at: Mapped[datetime | None]
    failure: Mapped[str | None]


# ---------------------------------------------------------------- applications


class ApplicationRow(Table):
    """An application (hồ sơ), as its source system last reported it."""

    __tablename__ = "applications"
    __table_args__ = (UniqueConstraint("source", "code"), Index(None, "code"))

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    source: Mapped[str]
    code: Mapped[str]
    """In the one form of bot/domain/application.py: upper case, as printed on the receipt."""
    procedure_name: Mapped[str]
    office: Mapped[str]
    state: Mapped[str]
    state_since: Mapped[datetime]
    promised_on: Mapped[date | None]
    data_as_of: Mapped[datetime]
    next_step: Mapped[str | None]
    id_number_encrypted: Mapped[bytes | None]
    """Personal: the applicant's ID number, AES-GCM bound to this row."""
    id_number_index: Mapped[bytes | None] = mapped_column(index=True)
    """Personal: keyed blind index of the ID number."""
    birth_date_encrypted: Mapped[bytes | None]
    """Personal: the applicant's date of birth, AES-GCM bound to this row."""
    is_demo: Mapped[bool] = mapped_column(server_default=text("false"))


class ApplicationEventRow(Table):
    """One state that an application has been in."""

    __tablename__ = "application_events"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    application_id: Mapped[UUID] = mapped_column(ForeignKey("applications.id", ondelete="CASCADE"), index=True)
    state: Mapped[str]
    since: Mapped[datetime]
    recorded_at: Mapped[datetime] = mapped_column(server_default=NOW)


class LookupFailureRow(Table):
    """A wrong code or wrong secret; five within the hour close the door for an hour.

    `subject` is a keyed hash of the asking chat ("chat:...") or of the code asked for ("code:...").
    """

    __tablename__ = "lookup_failures"
    __table_args__ = (Index(None, "subject", "failed_at"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    subject: Mapped[bytes]
    failed_at: Mapped[datetime]


# ---------------------------------------------------------------- citizens, consent, reminders


class CitizenRow(Table):
    """A person who agreed to be remembered. It holds nothing but the fact; all else points here."""

    __tablename__ = "citizens"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    created_at: Mapped[datetime] = mapped_column(server_default=NOW)


class ContactRow(Table):
    """A chat where a citizen can be reached (kênh liên hệ). Personal: the messenger's id of the chat."""

    __tablename__ = "contacts"
    __table_args__ = (UniqueConstraint("channel", "chat"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    citizen_id: Mapped[UUID] = mapped_column(ForeignKey("citizens.id", ondelete="CASCADE"), index=True)
    channel: Mapped[str]
    chat: Mapped[str]
    stopped_at: Mapped[datetime | None]
    """When the messenger told us that this person blocked us or left."""
    stopped_reason: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(server_default=NOW)


class ConsentEventRow(Table):
    """One line of the consent ledger (sổ đồng ý): given or withdrawn, to which words. Never changed."""

    __tablename__ = "consent_events"
    __table_args__ = (CheckConstraint("action IN ('given', 'withdrawn')", name="action"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    citizen_id: Mapped[UUID] = mapped_column(ForeignKey("citizens.id", ondelete="CASCADE"), index=True)
    purpose: Mapped[str]
    action: Mapped[str]
    wording_sha256: Mapped[str]
    channel: Mapped[str]
    happened_at: Mapped[datetime]


class ReminderSubscriptionRow(Table):
    """That a citizen wants to be reminded by one rule, and the dates the rule needs."""

    __tablename__ = "reminder_subscriptions"
    __table_args__ = (
        Index(
            "uq_reminder_subscriptions_active",
            "contact_id",
            "rule_id",
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    citizen_id: Mapped[UUID] = mapped_column(ForeignKey("citizens.id", ondelete="CASCADE"), index=True)
    contact_id: Mapped[UUID] = mapped_column(ForeignKey("contacts.id", ondelete="CASCADE"), index=True)
    rule_id: Mapped[str]
    facts_encrypted: Mapped[bytes]
    """Personal: JSON of the dates the rule needs (birth date, issue date), AES-GCM bound to this row."""
    created_at: Mapped[datetime] = mapped_column(server_default=NOW)
    ended_at: Mapped[datetime | None]


class ReminderRow(Table):
    """One due moment (lần nhắc): a row long before it is a message, unique by person, rule and occasion."""

    __tablename__ = "reminders"
    __table_args__ = (
        UniqueConstraint("subscription_id", "occasion"),
        Index(None, "due_at", postgresql_where=text("state = 'waiting'")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    subscription_id: Mapped[UUID] = mapped_column(
        ForeignKey("reminder_subscriptions.id", ondelete="CASCADE"), index=True
    )
    rule_id: Mapped[str]
    occasion: Mapped[str]
    """What it is about and how long before, for example "card-exchange:2027-03-05:P30D"."""
    event_on: Mapped[date]
    due_at: Mapped[datetime]
    useful_until: Mapped[datetime]
    state: Mapped[str] = mapped_column(server_default=text("'waiting'"))


# ---------------------------------------------------------------- delivery


class DeliveryRow(Table):
    """One message that we start, to one contact (lượt gửi). The row is the truth, the queue only a bell."""

    __tablename__ = "deliveries"
    __table_args__ = (
        Index(None, "channel", "id", postgresql_where=text("state IN ('waiting', 'claimed')")),
        Index(None, "job_id", postgresql_where=text("state IN ('waiting', 'claimed')")),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    idempotency_key: Mapped[str] = mapped_column(unique=True)
    contact_id: Mapped[UUID] = mapped_column(ForeignKey("contacts.id", ondelete="CASCADE"), index=True)
    channel: Mapped[str]
    purpose: Mapped[str]
    """The consent it stands on, checked again when it is sent."""
    message: Mapped[dict[str, Any]]
    """What to say, by reference: {"reminder": id}. Never a copy of personal data."""
    job_id: Mapped[int | None] = mapped_column(BigInteger)
    """The job that carries it; a waiting row whose job is gone is found by the sweep."""
    state: Mapped[str] = mapped_column(server_default=text("'waiting'"))
    reason: Mapped[str | None]
    attempts: Mapped[int] = mapped_column(SmallInteger, server_default=text("0"))
    claimed_by: Mapped[str | None]
    claimed_until: Mapped[datetime | None]
    not_before: Mapped[datetime | None]
    expires_at: Mapped[datetime]
    created_at: Mapped[datetime] = mapped_column(server_default=NOW)
    settled_at: Mapped[datetime | None]


class WebMessageRow(Table):
    """A message waiting for a citizen's browser; deleted when it was shown or is a month old."""

    __tablename__ = "web_messages"
    __table_args__ = (Index(None, "chat", "id"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    chat: Mapped[str]
    idempotency_key: Mapped[str | None] = mapped_column(unique=True)
    body: Mapped[dict[str, Any]]
    created_at: Mapped[datetime] = mapped_column(server_default=NOW)


# ---------------------------------------------------------------- staff


class StaffRow(Table):
    """A member of staff who may open the console (cán bộ)."""

    __tablename__ = "staff"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    email: Mapped[str] = mapped_column(unique=True)
    password_hash: Mapped[str]
    role: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=NOW)


class StaffSessionRow(Table):
    """A login to the console. The cookie holds the token; the table only its hash."""

    __tablename__ = "staff_sessions"

    token_sha256: Mapped[bytes] = mapped_column(primary_key=True)
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
