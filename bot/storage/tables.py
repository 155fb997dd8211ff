"""Every table of the assistant, in one picture.

Personal data stands only where a column says so; what identifies a person by itself (ID number, birth date) is
encrypted (bot/storage/encryption.py) and found again through a keyed blind index.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Interval,
    LargeBinary,
    MetaData,
    SmallInteger,
    Text,
    UniqueConstraint,
    Uuid,
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
        timedelta: Interval,
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


# ---------------------------------------------------------------- broadcasts


class NewsSubscriptionRow(Table):
    """That a citizen wants news (nhận tin), and what they told us to get only what concerns them."""

    __tablename__ = "news_subscriptions"
    __table_args__ = (Index(None, "province_code"), Index(None, "commune_code"))

    contact_id: Mapped[UUID] = mapped_column(ForeignKey("contacts.id", ondelete="CASCADE"), primary_key=True)
    topics: Mapped[list[str]] = mapped_column(ARRAY(Text))
    province_code: Mapped[str | None]
    commune_code: Mapped[str | None]
    birth_year: Mapped[int | None] = mapped_column(SmallInteger)
    """Personal, but not by itself whose."""
    groups: Mapped[list[str]] = mapped_column(ARRAY(Text))
    """Personal: what the citizen said of their household (data/news.yml)."""
    created_at: Mapped[datetime]


class BroadcastRow(Table):
    """One message to many (thông báo). Its recipients are rows of `deliveries`, held until they are released."""

    __tablename__ = "broadcasts"
    __table_args__ = (
        CheckConstraint(
            "state IN ('draft', 'submitted', 'approved', 'sending', 'paused', 'stopped', 'finished')",
            name="state_known",
        ),
        CheckConstraint("NOT approved_by = ANY (authors)", name="approved_by_another"),
        Index(None, "created_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    state: Mapped[str]
    version: Mapped[int]
    title: Mapped[str]
    body: Mapped[str]
    topic: Mapped[str]
    buttons: Mapped[list[Any]] = mapped_column(JSONB)
    audience: Mapped[dict[str, Any]]
    useful_for: Mapped[timedelta]
    send_at: Mapped[datetime | None]
    authors: Mapped[list[str]] = mapped_column(ARRAY(Text))
    note: Mapped[str] = mapped_column(server_default=text("''"))
    approved_by: Mapped[str | None]
    code: Mapped[str] = mapped_column(unique=True)
    """What the message shows so that its reader can ask whether it is genuine."""
    stage: Mapped[str] = mapped_column(server_default=text("'first'"))
    hold_until: Mapped[datetime | None]
    cursor: Mapped[UUID | None]
    """The last contact that was written down; recipients are written in order of contact."""
    written: Mapped[int] = mapped_column(server_default=text("0"))
    planned: Mapped[int | None]
    released: Mapped[int] = mapped_column(server_default=text("0"))
    pause_reason: Mapped[str] = mapped_column(server_default=text("''"))
    created_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]


# ---------------------------------------------------------------- the question queue


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


# ---------------------------------------------------------------- delivery


class DeliveryRow(Table):
    """One message that we start, to one contact (lượt gửi). The row is the truth, the queue only a bell."""

    __tablename__ = "deliveries"
    __table_args__ = (
        Index(None, "channel", "id", postgresql_where=text("state IN ('waiting', 'claimed')")),
        Index(None, "job_id", postgresql_where=text("state IN ('waiting', 'claimed')")),
        Index("ix_deliveries_broadcast_held", "broadcast_id", "id", postgresql_where=text("state = 'held'")),
        Index(
            "ix_deliveries_broadcast_open",
            "broadcast_id",
            postgresql_where=text("broadcast_id IS NOT NULL AND state IN ('waiting', 'claimed')"),
        ),
        Index(
            "ix_deliveries_broadcast_outcome",
            "broadcast_id",
            "state",
            "reason",
            postgresql_where=text("broadcast_id IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    idempotency_key: Mapped[str] = mapped_column(unique=True)
    contact_id: Mapped[UUID] = mapped_column(ForeignKey("contacts.id", ondelete="CASCADE"), index=True)
    channel: Mapped[str]
    purpose: Mapped[str]
    """The consent it stands on, checked again when it is sent."""
    message: Mapped[dict[str, Any]]
    """What to say, by reference: {"reminder": id}. Never a copy of personal data."""
    broadcast_id: Mapped[UUID | None] = mapped_column(ForeignKey("broadcasts.id", ondelete="CASCADE"))
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
    code: Mapped[str | None] = mapped_column(unique=True)
    """What the message shows so that its reader can ask whether it is genuine."""


class WebMessageRow(Table):
    """A message waiting for a citizen's browser; deleted when it was shown or is a month old."""

    __tablename__ = "web_messages"
    __table_args__ = (Index(None, "chat", "id"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    chat: Mapped[str]
    idempotency_key: Mapped[str | None] = mapped_column(unique=True)
    body: Mapped[dict[str, Any]]
    created_at: Mapped[datetime] = mapped_column(server_default=NOW)


# ---------------------------------------------------------------- other systems


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


# ---------------------------------------------------------------- staff


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
