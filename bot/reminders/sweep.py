"""Keeps the due moments of every subscription right: after a rule changed, and when a new occasion comes near.

A person's own change is planned at once (bot/reminders/subscribe.py). This looks for the rest; what is right
already is not read.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from bot.clock import hanoi_date
from bot.reminders.due import Ahead, plan_ahead
from bot.reminders.rules import ReminderRule
from bot.storage.database import Database
from bot.storage.encryption import Cipher
from bot.storage.reminder_sweep import (
    Looked,
    StaleSubscription,
    SweptReminder,
    claim_by_day,
    claim_by_version,
    list_old_versions,
    record_planned,
)

BATCH = 2_000
AT_ONCE = 2

log = structlog.get_logger()


_Claim = Callable[[AsyncSession], Awaitable[list[StaleSubscription]]]


async def sweep_subscriptions(
    database: Database, rules: Mapping[str, ReminderRule], cipher: Cipher, now: datetime
) -> int:
    """Plan every subscription that needs it anew, and return how many. Many may sweep at once."""
    versions = {rule.id: rule.version for rule in rules.values()}
    today = hanoi_date(now)

    def by_day(tx: AsyncSession) -> Awaitable[list[StaleSubscription]]:
        return claim_by_day(tx, list(rules), cipher, today=today, limit=BATCH)

    def by_version(rule_id: str, version: str) -> _Claim:
        return lambda tx: claim_by_version(tx, rule_id, version, cipher, limit=BATCH)

    async with database.begin() as tx:
        claims = [by_version(*old) for old in await list_old_versions(tx, versions)]
    total = 0
    for claim in (*claims, by_day):
        # Two at once, so that one is worked out while the other is written.
        total += sum(
            await asyncio.gather(*(_sweep(database, claim, rules, versions, now) for _ in range(AT_ONCE)))
        )
    if total:
        log.info("reminders.swept", subscriptions=total)
    return total


async def _sweep(
    database: Database,
    claim: _Claim,
    rules: Mapping[str, ReminderRule],
    versions: Mapping[str, str],
    now: datetime,
) -> int:
    total = 0
    while True:
        async with database.begin() as tx:
            stale = await claim(tx)
            if not stale:
                return total
            kept: list[SweptReminder] = []
            looked: list[Looked] = []
            for each in stale:
                rule = rules[each.rule_id]
                ahead = plan_ahead(rule, each.facts, now=now)
                kept += _list_kept(each, rule, ahead)
                looked.append(Looked(each.id, ahead.next_look_on))
            await record_planned(tx, kept, looked, versions)
        total += len(stale)


def _list_kept(stale: StaleSubscription, rule: ReminderRule, ahead: Ahead) -> list[SweptReminder]:
    """List every due moment of the event that may stand; what is over is kept where it waits, but not written."""
    new = {moment.occasion for moment in ahead.moments}
    return [
        SweptReminder(
            subscription_id=stale.id,
            rule_id=rule.id,
            occasion=moment.occasion,
            event_on=moment.event_on,
            due_at=moment.due_at,
            useful_until=moment.useful_until,
            is_new=moment.occasion in new,
        )
        for moment in ahead.standing
    ]
