"""Subscriptions (đăng ký nhắc) and reminders (lần nhắc): the only file that changes a reminder's state."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.messages import Channel, ChatAddress
from bot.domain.reminder import DueReminder, NewReminder, Reminder, ReminderState, Subscription
from bot.storage.encryption import Cipher
from bot.storage.tables import ContactRow, ReminderRow, ReminderSubscriptionRow

FACTS_COLUMN = "reminder_subscriptions.facts"
_NO_FACTS = b""
"""What an ended subscription keeps of the dates: nothing."""


_DUE = text(
    """
    SELECT reminder.id, reminder.rule_id, reminder.useful_until, contact.id AS contact_id, contact.channel,
        EXISTS (
            SELECT 1 FROM reminders AS later
            WHERE later.subscription_id = reminder.subscription_id AND later.event_on = reminder.event_on
                AND later.state = 'waiting' AND later.due_at <= :now AND later.due_at > reminder.due_at
        ) AS is_superseded
    FROM reminders AS reminder
    JOIN reminder_subscriptions AS subscription ON subscription.id = reminder.subscription_id
    JOIN contacts AS contact ON contact.id = subscription.contact_id
    WHERE reminder.state = 'waiting' AND reminder.due_at <= :now
    ORDER BY reminder.due_at
    LIMIT :limit
    -- The contact too: a citizen who is just leaving holds it, and is then not waited for.
    FOR UPDATE OF reminder SKIP LOCKED
    FOR KEY SHARE OF contact SKIP LOCKED
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


async def record_subscription(
    tx: AsyncSession,
    *,
    citizen_id: UUID,
    contact_id: UUID,
    rule_id: str,
    facts: Mapping[str, date],
    reminders: Sequence[NewReminder],
    cipher: Cipher,
    now: datetime,
) -> UUID:
    """Write a subscription with its due moments; an earlier one of the same rule and contact ends."""
    await end_subscriptions(tx, contact_ids=[contact_id], rule_id=rule_id, now=now)
    subscription_id = uuid4()
    plain = json.dumps({name: day.isoformat() for name, day in facts.items()})
    tx.add(
        ReminderSubscriptionRow(
            id=subscription_id,
            citizen_id=citizen_id,
            contact_id=contact_id,
            rule_id=rule_id,
            facts_encrypted=cipher.encrypt(plain, column=FACTS_COLUMN, row=subscription_id),
            created_at=now,
        )
    )
    await tx.flush()
    await record_reminders(tx, subscription_id=subscription_id, rule_id=rule_id, reminders=reminders)
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


async def end_subscriptions(
    tx: AsyncSession, *, contact_ids: Sequence[UUID], now: datetime, rule_id: str | None = None
) -> int:
    """End the active subscriptions of contacts, forget their dates, cancel what waits; return how many ended."""
    condition: ColumnElement[bool] = ReminderSubscriptionRow.contact_id.in_(contact_ids)
    if rule_id is not None:
        condition &= ReminderSubscriptionRow.rule_id == rule_id
    return await _end(tx, condition, now=now)


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


async def find_reminder(
    tx: AsyncSession, reminder_id: UUID, *, address: ChatAddress, cipher: Cipher
) -> tuple[Reminder, Subscription] | None:
    """Return a reminder and its subscription, None where it does not belong to that chat."""
    found = (
        await tx.execute(
            select(ReminderRow, ReminderSubscriptionRow)
            .join(ReminderSubscriptionRow, ReminderSubscriptionRow.id == ReminderRow.subscription_id)
            .join(ContactRow, ContactRow.id == ReminderSubscriptionRow.contact_id)
            .where(
                ReminderRow.id == reminder_id,
                ContactRow.channel == address.channel.value,
                ContactRow.chat == address.chat,
            )
            .execution_options(populate_existing=True)
        )
    ).first()
    if found is None:
        return None
    return _reminder(found[0]), _subscription(found[1], cipher)


async def find_active_rule(tx: AsyncSession, reminder_id: UUID) -> str | None:
    """Return the rule of a reminder whose subscription goes on, None where it ended or was deleted."""
    rule_id: str | None = await tx.scalar(
        select(ReminderRow.rule_id)
        .join(ReminderSubscriptionRow, ReminderSubscriptionRow.id == ReminderRow.subscription_id)
        .where(ReminderRow.id == reminder_id, ReminderSubscriptionRow.ended_at.is_(None))
    )
    return rule_id


async def claim_due_reminders(tx: AsyncSession, *, now: datetime, limit: int) -> list[DueReminder]:
    """Lock reminders whose moment has come, the longest due first; those another process holds are left out."""
    rows = await tx.execute(_DUE, {"now": now, "limit": limit})
    return [
        DueReminder(
            id=row.id,
            contact_id=row.contact_id,
            channel=Channel(row.channel),
            rule_id=row.rule_id,
            useful_until=row.useful_until,
            is_superseded=row.is_superseded,
        )
        for row in rows
    ]


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
