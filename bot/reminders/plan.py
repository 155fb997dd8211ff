"""Turns reminders whose moment has come into deliveries and a job, in one transaction a batch."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

import structlog
from prometheus_client import Counter

from bot.clock import hanoi_date
from bot.delivery.queue import BATCH, DeliveryQueue, Priority
from bot.domain.delivery import NewDelivery
from bot.domain.messages import Channel
from bot.domain.reminder import ReminderState
from bot.reminders.messages import REFERENCE
from bot.reminders.pacing import MONTH, Bundle, sort_out
from bot.reminders.rules import PURPOSE, ReminderRule
from bot.storage.database import Database
from bot.storage.deliveries import record_deliveries
from bot.storage.reminders import (
    claim_due_reminders,
    end_finished,
    list_recent_notices,
    postpone_reminders,
    record_bundle,
    record_reminder_states,
)
from bot.storage.switches import load_switches

log = structlog.get_logger()
_reminders = Counter("troly06_reminders_total", "Reminders whose moment came", ["outcome"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """What one look found, in reminders; `planned` in messages, each of one reminder or of several."""

    planned: int = 0
    postponed: int = 0
    expired: int = 0
    superseded: int = 0

    def __add__(self, other: Planned) -> Planned:
        return Planned(
            planned=self.planned + other.planned,
            postponed=self.postponed + other.postponed,
            expired=self.expired + other.expired,
            superseded=self.superseded + other.superseded,
        )

    def __bool__(self) -> bool:
        return self.planned + self.postponed + self.expired + self.superseded > 0


async def plan_due_reminders(
    database: Database, queue: DeliveryQueue, rules: Mapping[str, ReminderRule], now: datetime
) -> Planned:
    """Plan every reminder whose moment has come. Many may look at once: each reminder is planned by one.

    One that is no longer useful expires. Of several that became due for the same event while nobody looked,
    only the latest is sent. What staff turned off waits. What falls together for one person is one message; what
    would be too much for one person waits for its turn.
    """
    total = Planned()
    while batch := await _plan_batch(database, queue, rules, now):
        total += batch
    if total:
        counts = asdict(total)
        log.info("reminders.planned", **counts)
        for outcome, count in counts.items():
            _reminders.labels(outcome).inc(count)
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


async def _plan_batch(
    database: Database, queue: DeliveryQueue, rules: Mapping[str, ReminderRule], now: datetime
) -> Planned:
    async with database.begin() as tx:
        off = (await load_switches(tx)).rules_off
        due = await claim_due_reminders(tx, now=now, limit=BATCH, rules_off=off)
        citizens = list({each.citizen_id for each in due})
        sent = await list_recent_notices(tx, citizens, purpose=PURPOSE, since=now - 2 * MONTH)
        urgent = frozenset(rule.id for rule in rules.values() if rule.urgent)
        sorted_out = sort_out(due, sent, urgent=urgent, now=now)
        by_channel: defaultdict[Channel, list[NewDelivery]] = defaultdict(list)
        for bundle in sorted_out.bundles:
            by_channel[bundle.reminders[0].channel].append(_delivery(bundle))
            await record_bundle(tx, [each.id for each in bundle.reminders], bundle_id=bundle.reminders[0].id)
        for channel, deliveries in by_channel.items():
            job_id = await queue.defer(tx, channel=channel, priority=Priority.REMINDER)
            await record_deliveries(tx, deliveries, job_id=job_id, now=now)
        await postpone_reminders(tx, sorted_out.postponed)
        await record_reminder_states(tx, sorted_out.expired, ReminderState.EXPIRED)
        await record_reminder_states(tx, sorted_out.superseded, ReminderState.SUPERSEDED)
    return Planned(
        planned=len(sorted_out.bundles),
        postponed=len(sorted_out.postponed),
        expired=len(sorted_out.expired),
        superseded=len(sorted_out.superseded),
    )


def _delivery(bundle: Bundle) -> NewDelivery:
    first = bundle.reminders[0]
    return NewDelivery(
        idempotency_key=f"reminder:{first.id}",
        contact_id=first.contact_id,
        channel=first.channel,
        purpose=PURPOSE,
        message={REFERENCE: str(first.id)} | ({"urgent": True} if bundle.urgent else {}),
        expires_at=min(each.useful_until for each in bundle.reminders),
    )
