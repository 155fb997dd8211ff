"""Citizens, their contacts and consents, and what they are reminded of."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Identity,
    Index,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from bot.storage.tables.table import IN_ORDER, NOW, Table


class CitizenRow(Table):
    """A person who agreed to be remembered. It holds nothing but the fact; all else points here."""

    __tablename__ = "citizens"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=IN_ORDER)
    created_at: Mapped[datetime] = mapped_column(server_default=NOW)


class ContactRow(Table):
    """A chat where a citizen can be reached (kênh liên hệ). Personal: the messenger's id of the chat."""

    __tablename__ = "contacts"
    __table_args__ = (UniqueConstraint("channel", "chat"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=IN_ORDER)
    citizen_id: Mapped[UUID] = mapped_column(ForeignKey("citizens.id", ondelete="CASCADE"), index=True)
    channel: Mapped[str]
    chat: Mapped[str]
    stopped_at: Mapped[datetime | None]
    """When the messenger told us that this person blocked us or left."""
    stopped_reason: Mapped[str | None]
    seen_at: Mapped[datetime | None]
    """When this person wrote to us last, to the hour."""
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
            "about",
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index(None, "next_look_on", postgresql_where=text("ended_at IS NULL")),
        Index(None, "rule_id", "rule_version", postgresql_where=text("ended_at IS NULL")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    citizen_id: Mapped[UUID] = mapped_column(ForeignKey("citizens.id", ondelete="CASCADE"), index=True)
    contact_id: Mapped[UUID] = mapped_column(ForeignKey("contacts.id", ondelete="CASCADE"), index=True)
    rule_id: Mapped[str]
    about: Mapped[str] = mapped_column(server_default=text("''"))
    """For whom and about which benefit, where there may be several: "parent:social-pension". No name, no date."""
    rule_version: Mapped[str] = mapped_column(server_default=text("''"))
    """The version of the rule by which its due moments were written."""
    next_look_on: Mapped[date | None]
    """The day on which more may have to be written."""
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
    bundle_id: Mapped[UUID | None] = mapped_column(index=True)
    """The reminders that went out in one message: the id of the first of them."""
