"""Keeps the due moments of every subscription right: after a rule changed, and when a new occasion comes near.

A person's own change is planned at once (bot/reminders/subscribe.py). This looks for the rest; what is right
already is not read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import structlog

from bot.clock import hanoi_date
from bot.reminders.due import list_occasions, plan_ahead
from bot.reminders.rules import ReminderRule
from bot.storage.database import Database
from bot.storage.encryption import Cipher
from bot.storage.reminder_sweep import Looked, StaleSubscription, SweptReminder, claim_stale, record_planned

BATCH = 5_000

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _Planned:
    kept: tuple[SweptReminder, ...]
    looked: Looked


async def sweep_subscriptions(
    database: Database, rules: Mapping[str, ReminderRule], cipher: Cipher, now: datetime
) -> int:
    """Plan every subscription that needs it anew, and return how many. Many may sweep at once."""
    versions = {rule.id: rule.version for rule in rules.values()}
    total = 0
    while True:
        async with database.begin() as tx:
            stale = await claim_stale(tx, versions, cipher, today=hanoi_date(now), limit=BATCH)
            if not stale:
                break
            planned = [_plan(each, rules[each.rule_id], versions[each.rule_id], now) for each in stale]
            kept = [reminder for each in planned for reminder in each.kept]
            await record_planned(tx, kept, [each.looked for each in planned])
        total += len(stale)
    if total:
        log.info("reminders.swept", subscriptions=total)
    return total


def _plan(stale: StaleSubscription, rule: ReminderRule, version: str, now: datetime) -> _Planned:
    ahead = plan_ahead(rule, stale.facts, now=now)
    if ahead.event_on is None:
        return _Planned((), Looked(stale.id, version, ahead.next_look_on))
    new = {moment.occasion for moment in ahead.moments}
    return _Planned(
        tuple(
            SweptReminder(
                subscription_id=stale.id,
                rule_id=rule.id,
                occasion=moment.occasion,
                event_on=moment.event_on,
                due_at=moment.due_at,
                useful_until=moment.useful_until,
                is_new=moment.occasion in new,
            )
            for moment in list_occasions(rule, ahead.event_on)
        ),
        Looked(stale.id, version, ahead.next_look_on),
    )
