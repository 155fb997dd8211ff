"""Applications, their states, and who follows them."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ForeignKey,
    Identity,
    Index,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from bot.storage.tables.table import NOW, Table


class ApplicationRow(Table):
    """An application (hồ sơ), as its source system last reported it."""

    __tablename__ = "applications"
    __table_args__ = (UniqueConstraint("source", "code"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    source: Mapped[str]
    code: Mapped[str]
    """As printed on the receipt: bot/domain/application_code.py."""
    code_key: Mapped[str] = mapped_column(index=True)
    """The code without what people mistype, to find it by."""
    procedure_name: Mapped[str]
    office: Mapped[str]
    state: Mapped[str]
    state_since: Mapped[datetime]
    promised_on: Mapped[date | None]
    respond_by: Mapped[date | None]
    """Until when the citizen must add papers or pay."""
    data_as_of: Mapped[datetime]
    version: Mapped[int] = mapped_column(BigInteger)
    """The source's own sequence, or the microseconds of `data_as_of`: what is lower came earlier."""
    fingerprint: Mapped[bytes]
    """A keyed hash of everything reported; of two reports with one version the higher wins, in any order."""
    next_step: Mapped[str | None]
    id_number_encrypted: Mapped[bytes | None]
    """Personal: the applicant's ID number, AES-GCM bound to source and code."""
    id_number_index: Mapped[bytes | None] = mapped_column(index=True)
    """Personal: keyed blind index of the ID number."""
    birth_date_encrypted: Mapped[bytes | None]
    """Personal: the applicant's date of birth, AES-GCM bound to source and code."""
    is_demo: Mapped[bool] = mapped_column(server_default=text("false"))


class ApplicationEventRow(Table):
    """One state that an application has been in; the same whatever order reports came in."""

    __tablename__ = "application_events"

    application_id: Mapped[UUID] = mapped_column(
        ForeignKey("applications.id", ondelete="CASCADE"), primary_key=True
    )
    since: Mapped[datetime] = mapped_column(primary_key=True)
    state: Mapped[str] = mapped_column(primary_key=True)
    recorded_at: Mapped[datetime] = mapped_column(server_default=NOW)


class ApplicationFollowRow(Table):
    """That a citizen wants to be told when an application changes (theo dõi hồ sơ).

    `application_id` is empty while the system does not know the code; then `proof` waits to be compared.
    """

    __tablename__ = "application_follows"
    __table_args__ = (
        Index(
            "uq_application_follows_active",
            "contact_id",
            "code_key",
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index(None, "application_id", postgresql_where=text("ended_at IS NULL")),
        Index(None, "code_key", postgresql_where=text("application_id IS NULL AND ended_at IS NULL")),
        Index(None, "changed_at", postgresql_where=text("changed_at IS NOT NULL")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    contact_id: Mapped[UUID] = mapped_column(ForeignKey("contacts.id", ondelete="CASCADE"), index=True)
    code: Mapped[str]
    code_key: Mapped[str]
    application_id: Mapped[UUID | None] = mapped_column(ForeignKey("applications.id", ondelete="CASCADE"))
    proof: Mapped[bytes | None]
    """Keyed hash of the code with the secret that was said; emptied when it was compared."""
    waits_until: Mapped[datetime | None]
    """Until when a code that is not known yet is looked for."""
    verified_at: Mapped[datetime | None]
    """When the secret was last right; details are shown without asking for 30 days."""
    told_state: Mapped[str | None]
    told_respond_by: Mapped[date | None]
    changed_at: Mapped[datetime | None]
    """Since when there is a change the citizen has not been told of."""
    is_urgent: Mapped[bool] = mapped_column(server_default=text("false"))
    created_at: Mapped[datetime] = mapped_column(server_default=NOW)
    ended_at: Mapped[datetime | None]


class ApplicationNoticeRow(Table):
    """One message that says: something you follow has changed. Which follows, it opens by reference."""

    __tablename__ = "application_notices"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    contact_id: Mapped[UUID] = mapped_column(ForeignKey("contacts.id", ondelete="CASCADE"), index=True)
    follow_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    created_at: Mapped[datetime] = mapped_column(server_default=NOW)


class PersonLinkRow(Table):
    """That a chat has proved to be an applicant's: their applications are shown there without asking again."""

    __tablename__ = "person_links"
    __table_args__ = (UniqueConstraint("contact_id", "id_number_index"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    contact_id: Mapped[UUID] = mapped_column(ForeignKey("contacts.id", ondelete="CASCADE"))
    id_number_index: Mapped[bytes]
    """Personal: keyed blind index of the ID number; the number itself is not here."""
    verified_at: Mapped[datetime]


class LookupFailureRow(Table):
    """A wrong code or wrong secret; too many close the door: bot/applications/guessing.py.

    `subject` is a keyed hash of the asking chat ("chat:...") or of the code asked for ("code:...").
    """

    __tablename__ = "lookup_failures"
    __table_args__ = (Index(None, "subject", "failed_at"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    subject: Mapped[bytes]
    failed_at: Mapped[datetime]


class LookupFailureHourRow(Table):
    """How many lookups failed in one hour, over everybody: what is far more than usual is an attack."""

    __tablename__ = "lookup_failure_hours"

    hour: Mapped[datetime] = mapped_column(primary_key=True)
    failures: Mapped[int]
