"""Runs the trial runs that staff asked for, one by one, in the schedule process: they may take minutes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

import structlog

from bot.domain.rehearsal import Rehearsal, RehearsalKind
from bot.reminders.rules import ReminderRule
from bot.reminders.simulate import Shadow, SimulatedMessage, Simulation, run_shadow, simulate
from bot.storage.database import Database
from bot.storage.encryption import Cipher
from bot.storage.rehearsals import find_next_rehearsal, record_progress, record_result
from bot.storage.switches import load_switches

DAYS = 90
_SAY_EVERY = 5_000

log = structlog.get_logger()


async def rehearse_waiting(
    database: Database, rules: Mapping[str, ReminderRule], cipher: Cipher, now: datetime
) -> int:
    """Run every trial run that waits, and return how many there were. One that was broken off begins again."""
    total = 0
    while True:
        async with database.begin() as tx:
            rehearsal = await find_next_rehearsal(tx)
            switches = await load_switches(tx)
            if rehearsal is None:
                return total
            await record_progress(tx, rehearsal.id, seen=0)
        in_use = {name: rule for name, rule in rules.items() if name not in switches.rules_off}
        try:
            result = await _run(database, rehearsal, in_use, cipher, now)
        except Exception as error:
            log.exception("rehearsal.failed", rehearsal=str(rehearsal.id), error=type(error).__name__)
            result = None
        async with database.begin() as tx:
            await record_result(tx, rehearsal.id, result, now=now)
        total += 1


def change_rule(rule: ReminderRule, asked: Mapping[str, Any]) -> ReminderRule:
    """Return a rule as it is asked for: other days before, another hour, another last day."""
    changed = {
        "offsets": tuple(timedelta(days=days) for days in asked["offsets"]),
        "sent_at": time.fromisoformat(asked["sent_at"]),
        "effective_to": date.fromisoformat(asked["effective_to"]) if asked.get("effective_to") else None,
    }
    return ReminderRule.model_validate({**rule.model_dump(), **changed})


async def _run(
    database: Database,
    rehearsal: Rehearsal,
    rules: Mapping[str, ReminderRule],
    cipher: Cipher,
    now: datetime,
) -> dict[str, Any]:
    if rehearsal.kind is RehearsalKind.SIMULATION:
        return await _simulate(database, rehearsal, rules, cipher, now)
    rule_id = rehearsal.asked["rule"]
    changed = {**rules, rule_id: change_rule(rules[rule_id], rehearsal.asked)} if rule_id in rules else rules
    return _dump_shadow(await run_shadow(database, rules, changed, cipher, now=now), rule_id)


async def _simulate(
    database: Database,
    rehearsal: Rehearsal,
    rules: Mapping[str, ReminderRule],
    cipher: Cipher,
    now: datetime,
) -> dict[str, Any]:
    seen = 0
    async for each in simulate(database, rules, cipher, now=now, days=rehearsal.asked["days"]):
        if isinstance(each, SimulatedMessage):
            seen += 1
            if seen % _SAY_EVERY == 0:
                async with database.begin() as tx:
                    await record_progress(tx, rehearsal.id, seen=seen)
        else:
            return _dump_simulation(each, from_day=now, days=rehearsal.asked["days"])
    raise AssertionError("a simulation ends with its whole")


def _dump_simulation(whole: Simulation, *, from_day: datetime, days: int) -> dict[str, Any]:
    return {
        "citizens": whole.citizens,
        "messages": whole.messages,
        "days": days,
        "began_at": from_day.isoformat(),
        "by_day": {day.isoformat(): count for day, count in sorted(whole.by_day.items())},
        "by_rule": dict(whole.by_rule),
        "by_channel": {channel.value: count for channel, count in whole.by_channel.items()},
        "postponed": dict(whole.postponed),
        "expired": dict(whole.expired),
    }


def _dump_shadow(shadow: Shadow, rule_id: str) -> dict[str, Any]:
    """Return the numbers, and some changes without saying whose they are."""
    return {
        "added": shadow.added[rule_id],
        "dropped": shadow.dropped[rule_id],
        "moved": shadow.moved[rule_id],
        "same": shadow.same[rule_id],
        "examples": [
            {
                "channel": each.channel.value,
                "before": [day.isoformat() for day in each.before],
                "after": [day.isoformat() for day in each.after],
            }
            for each in shadow.examples[rule_id]
        ],
    }
