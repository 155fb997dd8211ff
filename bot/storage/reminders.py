"""Subscriptions (đăng ký nhắc) and reminders (lần nhắc): the only file that changes a reminder's state."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.messages import Channel, ChatAddress
from bot.domain.reminder import DueReminder, NewReminder, Reminder, ReminderState, Subscription
from bot.storage.encryption import Cipher
from bot.storage.tables import ContactRow, ReminderRow, ReminderSubscriptionRow

FACTS_COLUMN = "reminder_subscriptions.facts"
_NO_FACTS = b""
"""What an ended subscription keeps of the dates: nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSubscription:
    """A subscription to be written, with what is planned for it."""

    citizen_id: UUID
    contact_id: UUID
    rule_id: str
    about: str
    rule_version: str
    next_look_on: date | None
    facts: Mapping[str, date] = field(repr=False)
    reminders: Sequence[NewReminder]


_DUE_CITIZENS = text(
    """
    SELECT id FROM citizens WHERE id IN (
        SELECT subscription.citizen_id
        FROM reminders AS reminder
        JOIN reminder_subscriptions AS subscription ON subscription.id = reminder.subscription_id
        WHERE reminder.state = 'waiting' AND reminder.due_at <= :now
            AND reminder.rule_id <> ALL (CAST(:off AS text[]))
        ORDER BY reminder.due_at LIMIT :limit
    )
    FOR NO KEY UPDATE SKIP LOCKED
    """
)
_DUE = text(
    """
    SELECT reminder.id, reminder.rule_id, reminder.useful_until, subscription.citizen_id,
        contact.id AS contact_id, contact.channel,
        EXISTS (
            SELECT 1 FROM reminders AS later
            WHERE later.subscription_id = reminder.subscription_id AND later.event_on = reminder.event_on
                AND later.state = 'waiting' AND later.due_at <= :now AND later.due_at > reminder.due_at
        ) AS is_superseded
    FROM reminders AS reminder
    JOIN reminder_subscriptions AS subscription ON subscription.id = reminder.subscription_id
    JOIN contacts AS contact ON contact.id = subscription.contact_id
    WHERE reminder.state = 'waiting' AND reminder.due_at <= :now AND subscription.citizen_id = ANY(:citizens)
        AND reminder.rule_id <> ALL (CAST(:off AS text[]))
    ORDER BY reminder.due_at, reminder.id
    -- The contact too: a citizen who is just leaving holds it, and is then not waited for.
    FOR UPDATE OF reminder SKIP LOCKED
    FOR KEY SHARE OF contact SKIP LOCKED
    """
)
_RECENT = text(
    """
    SELECT contact.citizen_id, delivery.created_at
    FROM deliveries AS delivery JOIN contacts AS contact ON contact.id = delivery.contact_id
    WHERE contact.citizen_id = ANY(:citizens) AND delivery.purpose = :purpose AND delivery.created_at > :since
        AND delivery.state IN ('waiting', 'claimed', 'sent') AND NOT delivery.message ? 'urgent'
    """
)
_POSTPONE = text(
    """
    UPDATE reminders SET due_at = given.due_at
    FROM unnest(CAST(:ids AS uuid[]), CAST(:moments AS timestamptz[])) AS given(id, due_at)
    WHERE reminders.id = given.id
    """
)
_FINISHED = text(
    """
    SELECT subscription.id
    FROM reminder_subscriptions AS subscription
    JOIN contacts AS contact ON contact.id = subscription.contact_id
    WHERE subscription.ended_at IS NULL AND subscription.rule_id = :rule_id
        AND NOT EXISTS (
            SELECT 1 FROM reminders AS reminder
            WHERE reminder.subscription_id = subscription.id AND reminder.event_on >= :last_event_on
        )
    LIMIT :limit
    FOR UPDATE OF contact SKIP LOCKED
    """
)


async def record_subscription(tx: AsyncSession, new: NewSubscription, *, cipher: Cipher, now: datetime) -> UUID:
    """Write a subscription with its due moments; an earlier one of the same rule, contact and person ends."""
    condition = (
        (ReminderSubscriptionRow.contact_id == new.contact_id)
        & (ReminderSubscriptionRow.rule_id == new.rule_id)
        & (ReminderSubscriptionRow.about == new.about)
    )
    await _end(tx, condition, now=now)
    subscription_id = uuid4()
    plain = json.dumps({name: day.isoformat() for name, day in new.facts.items()})
    tx.add(
        ReminderSubscriptionRow(
            id=subscription_id,
            citizen_id=new.citizen_id,
            contact_id=new.contact_id,
            rule_id=new.rule_id,
            about=new.about,
            rule_version=new.rule_version,
            next_look_on=new.next_look_on,
            facts_encrypted=cipher.encrypt(plain, column=FACTS_COLUMN, row=subscription_id),
            created_at=now,
        )
    )
    await tx.flush()
    await record_reminders(tx, subscription_id=subscription_id, rule_id=new.rule_id, reminders=new.reminders)
    return subscription_id


async def record_reminders(
    tx: AsyncSession, *, subscription_id: UUID, rule_id: str, reminders: Sequence[NewReminder]
) -> int:
    """Write due moments, and return how many were new."""
    if not reminders:
        return 0
    written = await tx.execute(
        insert(ReminderRow)
        .values(
            [
                {
                    "id": uuid4(),
                    "subscription_id": subscription_id,
                    "rule_id": rule_id,
                    "occasion": each.occasion,
                    "event_on": each.event_on,
                    "due_at": each.due_at,
                    "useful_until": each.useful_until,
                    "state": ReminderState.WAITING.value,
                }
                for each in reminders
            ]
        )
        .on_conflict_do_nothing(index_elements=["subscription_id", "occasion"])
        .returning(ReminderRow.id)
    )
    return len(written.all())


async def end_subscriptions(tx: AsyncSession, *, contact_ids: Sequence[UUID], now: datetime) -> int:
    """End the active subscriptions of contacts, forget their dates, cancel what waits; return how many ended."""
    return await _end(tx, ReminderSubscriptionRow.contact_id.in_(contact_ids), now=now)


async def end_subscription(tx: AsyncSession, subscription_id: UUID, *, now: datetime) -> bool:
    """End one subscription, as end_subscriptions does; False where it had ended."""
    return await _end(tx, ReminderSubscriptionRow.id == subscription_id, now=now) > 0


async def end_finished(
    tx: AsyncSession, *, rule_id: str, last_event_on: date, now: datetime, limit: int = 500
) -> int:
    """End subscriptions to a rule that have no event on or after a day; return how many."""
    given = {"rule_id": rule_id, "last_event_on": last_event_on, "limit": limit}
    ids = list(await tx.scalars(_FINISHED, given))
    return await _end(tx, ReminderSubscriptionRow.id.in_(ids), now=now)


async def list_subscriptions(tx: AsyncSession, citizen_id: UUID, cipher: Cipher) -> list[Subscription]:
    """List the active subscriptions of a citizen, the oldest first."""
    rows = await tx.scalars(
        select(ReminderSubscriptionRow)
        .where(ReminderSubscriptionRow.citizen_id == citizen_id, ReminderSubscriptionRow.ended_at.is_(None))
        .order_by(ReminderSubscriptionRow.created_at)
        .execution_options(populate_existing=True)
    )
    return [_subscription(row, cipher) for row in rows]


async def list_waiting_reminders(tx: AsyncSession, subscription_id: UUID) -> list[Reminder]:
    """List the due moments of a subscription that have not come, the next first."""
    rows = await tx.scalars(
        select(ReminderRow)
        .where(ReminderRow.subscription_id == subscription_id, ReminderRow.state == ReminderState.WAITING.value)
        .order_by(ReminderRow.due_at)
        .execution_options(populate_existing=True)
    )
    return [_reminder(row) for row in rows]


async def find_bundle(
    tx: AsyncSession, bundle_id: UUID, *, address: ChatAddress, cipher: Cipher
) -> list[tuple[Reminder, Subscription]]:
    """Return the reminders of a message that still stand, none where it does not belong to that chat."""
    found = await tx.execute(
        select(ReminderRow, ReminderSubscriptionRow)
        .join(ReminderSubscriptionRow, ReminderSubscriptionRow.id == ReminderRow.subscription_id)
        .join(ContactRow, ContactRow.id == ReminderSubscriptionRow.contact_id)
        .where(
            (ReminderRow.id == bundle_id) | (ReminderRow.bundle_id == bundle_id),
            ReminderSubscriptionRow.ended_at.is_(None),
            ContactRow.channel == address.channel.value,
            ContactRow.chat == address.chat,
        )
        .order_by(ReminderRow.event_on, ReminderRow.id)
        .execution_options(populate_existing=True)
    )
    return [(_reminder(reminder), _subscription(subscription, cipher)) for reminder, subscription in found]


async def count_active(tx: AsyncSession, bundle_id: UUID) -> int:
    """Return how many reminders of a message still stand."""
    statement = (
        select(func.count())
        .select_from(ReminderRow)
        .join(ReminderSubscriptionRow, ReminderSubscriptionRow.id == ReminderRow.subscription_id)
        .where(
            (ReminderRow.id == bundle_id) | (ReminderRow.bundle_id == bundle_id),
            ReminderSubscriptionRow.ended_at.is_(None),
        )
    )
    return (await tx.scalar(statement)) or 0


async def claim_due_reminders(
    tx: AsyncSession, *, now: datetime, limit: int, rules_off: Collection[str] = ()
) -> list[DueReminder]:
    """Lock the reminders of up to `limit` citizens whose moment has come, the longest due first.

    All that is due to one citizen comes together, and only here; those that another process holds are left out.
    `rules_off`: rules whose reminders stay where they are.
    """
    off = list(rules_off)
    citizens = list(await tx.scalars(_DUE_CITIZENS, {"now": now, "limit": limit, "off": off}))
    rows = await tx.execute(_DUE, {"now": now, "citizens": citizens, "off": off})
    return [
        DueReminder(
            id=row.id,
            citizen_id=row.citizen_id,
            contact_id=row.contact_id,
            channel=Channel(row.channel),
            rule_id=row.rule_id,
            useful_until=row.useful_until,
            is_superseded=row.is_superseded,
        )
        for row in rows
    ]


async def list_recent_notices(
    tx: AsyncSession, citizens: Sequence[UUID], *, purpose: str, since: datetime
) -> dict[UUID, list[datetime]]:
    """Return by citizen when messages that are not urgent were planned and not given up."""
    rows = await tx.execute(_RECENT, {"citizens": list(citizens), "purpose": purpose, "since": since})
    found: dict[UUID, list[datetime]] = {}
    for citizen_id, created_at in rows:
        found.setdefault(citizen_id, []).append(created_at)
    return found


async def postpone_reminders(tx: AsyncSession, moments: Mapping[UUID, datetime]) -> None:
    """Give reminders another moment."""
    if moments:
        await tx.execute(_POSTPONE, {"ids": list(moments), "moments": list(moments.values())})


async def record_bundle(tx: AsyncSession, ids: Sequence[UUID], *, bundle_id: UUID) -> None:
    """Write that reminders go out in one message."""
    await tx.execute(
        update(ReminderRow)
        .where(ReminderRow.id.in_(ids))
        .values(state=ReminderState.PLANNED.value, bundle_id=bundle_id)
        .execution_options(synchronize_session=False)
    )


async def record_reminder_states(tx: AsyncSession, ids: Sequence[UUID], state: ReminderState) -> None:
    """Write what became of due reminders."""
    if ids:
        await tx.execute(
            update(ReminderRow)
            .where(ReminderRow.id.in_(ids))
            .values(state=state.value)
            .execution_options(synchronize_session=False)
        )


async def _end(tx: AsyncSession, condition: ColumnElement[bool], *, now: datetime) -> int:
    ended = await tx.scalars(
        update(ReminderSubscriptionRow)
        .where(condition, ReminderSubscriptionRow.ended_at.is_(None))
        .values(ended_at=now, facts_encrypted=_NO_FACTS)
        .returning(ReminderSubscriptionRow.id)
        .execution_options(synchronize_session=False)
    )
    ids = list(ended)
    await tx.execute(
        update(ReminderRow)
        .where(ReminderRow.subscription_id.in_(ids), ReminderRow.state == ReminderState.WAITING.value)
        .values(state=ReminderState.CANCELLED.value)
        .execution_options(synchronize_session=False)
    )
    return len(ids)


def _subscription(row: ReminderSubscriptionRow, cipher: Cipher) -> Subscription:
    kept = row.facts_encrypted
    plain = cipher.decrypt(kept, column=FACTS_COLUMN, row=row.id) if kept != _NO_FACTS else "{}"
    return Subscription(
        id=row.id,
        citizen_id=row.citizen_id,
        contact_id=row.contact_id,
        rule_id=row.rule_id,
        about=row.about,
        facts={name: date.fromisoformat(day) for name, day in json.loads(plain).items()},
        created_at=row.created_at,
        ended_at=row.ended_at,
    )


def _reminder(row: ReminderRow) -> Reminder:
    return Reminder(
        id=row.id,
        rule_id=row.rule_id,
        event_on=row.event_on,
        due_at=row.due_at,
        useful_until=row.useful_until,
        state=ReminderState(row.state),
    )
