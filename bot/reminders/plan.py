"""Turns reminders whose moment has come into deliveries and a job, in one transaction a batch."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import structlog
from prometheus_client import Counter

from bot.clock import hanoi_date
from bot.delivery.queue import BATCH, DeliveryQueue, Priority
from bot.domain.delivery import NewDelivery
from bot.domain.messages import Channel
from bot.domain.reminder import DueReminder, ReminderState
from bot.reminders.messages import REFERENCE
from bot.reminders.rules import PURPOSE, ReminderRule
from bot.storage.database import Database
from bot.storage.deliveries import record_deliveries
from bot.storage.reminders import (
    claim_due_reminders,
    end_finished,
    record_reminder_states,
)

log = structlog.get_logger()
_reminders = Counter("troly06_reminders_total", "Reminders whose moment came", ["outcome"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """What one look found."""

    planned: int = 0
    expired: int = 0
    superseded: int = 0

    def __add__(self, other: Planned) -> Planned:
        return Planned(
            planned=self.planned + other.planned,
            expired=self.expired + other.expired,
            superseded=self.superseded + other.superseded,
        )

    def __bool__(self) -> bool:
        return self.planned + self.expired + self.superseded > 0


async def plan_due_reminders(database: Database, queue: DeliveryQueue, now: datetime) -> Planned:
    """Plan every reminder whose moment has come. Many may look at once: each reminder is planned by one.

    One that is no longer useful expires. Of several that became due for the same event while nobody looked,
    only the latest is sent.
    """
    total = Planned()
    while batch := await _plan_batch(database, queue, now):
        total += batch
    if total:
        log.info("reminders.planned", planned=total.planned, expired=total.expired, superseded=total.superseded)
        _reminders.labels("planned").inc(total.planned)
        _reminders.labels("expired").inc(total.expired)
        _reminders.labels("superseded").inc(total.superseded)
    return total


async def end_finished_subscriptions(database: Database, rule: ReminderRule, now: datetime) -> int:
    """End subscriptions whose event is long past, and forget their dates; return how many."""
    last_event_on = hanoi_date(now) - rule.kept_after
    async with database.begin() as tx:
        return await end_finished(tx, rule_id=rule.id, last_event_on=last_event_on, now=now)


async def end_all_finished(database: Database, rules: Mapping[str, ReminderRule], now: datetime) -> None:
    """End the finished subscriptions of every rule."""
    for rule in rules.values():
        await end_finished_subscriptions(database, rule, now)


async def _plan_batch(database: Database, queue: DeliveryQueue, now: datetime) -> Planned:
    async with database.begin() as tx:
        due = await claim_due_reminders(tx, now=now, limit=BATCH)
        expired = [each.id for each in due if each.useful_until <= now]
        superseded = [each.id for each in due if each.useful_until > now and each.is_superseded]
        to_send: defaultdict[Channel, list[DueReminder]] = defaultdict(list)
        for each in due:
            if each.useful_until > now and not each.is_superseded:
                to_send[each.channel].append(each)
        for channel, reminders in to_send.items():
            job_id = await queue.defer(tx, channel=channel, priority=Priority.REMINDER)
            new = [_delivery(each) for each in reminders]
            await record_deliveries(tx, new, job_id=job_id, now=now)
            await record_reminder_states(tx, [each.id for each in reminders], ReminderState.PLANNED)
        await record_reminder_states(tx, expired, ReminderState.EXPIRED)
        await record_reminder_states(tx, superseded, ReminderState.SUPERSEDED)
    return Planned(planned=sum(map(len, to_send.values())), expired=len(expired), superseded=len(superseded))


def _delivery(due: DueReminder) -> NewDelivery:
    return NewDelivery(
        idempotency_key=f"reminder:{due.id}",
        contact_id=due.contact_id,
        channel=due.channel,
        purpose=PURPOSE,
        message={REFERENCE: str(due.id)},
        expires_at=due.useful_until,
    )
