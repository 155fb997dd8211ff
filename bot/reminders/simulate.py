"""What reminders are coming, before they come: the next days simulated, and a changed rule beside the present one.

Nothing is written. What citizens asked to be reminded of again is left out, for it stands in no rule.
"""

from __future__ import annotations

import heapq
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import count, groupby
from uuid import UUID

from bot.clock import hanoi_date
from bot.domain.messages import Channel
from bot.domain.reminder import DueReminder
from bot.reminders.due import list_days, plan_ahead
from bot.reminders.pacing import MONTH, sort_out
from bot.reminders.rules import PURPOSE, ReminderRule
from bot.storage.database import Database
from bot.storage.encryption import Cipher
from bot.storage.reminder_sweep import ActiveSubscription, list_active_of_next_citizens
from bot.storage.reminders import list_recent_notices

_CITIZENS = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatedMessage:
    """One message that will go. `citizen`: who, by our id."""

    sent_at: datetime
    citizen_id: UUID
    channel: Channel
    rule_ids: tuple[str, ...]


@dataclass(slots=True)
class Simulation:
    """What will happen. `postponed`: how often a limit or the night put a reminder off; `expired`: by rule."""

    citizens: int = 0
    by_day: Counter[date] = field(default_factory=Counter)
    by_rule: Counter[str] = field(default_factory=Counter)
    by_channel: Counter[Channel] = field(default_factory=Counter)
    postponed: Counter[str] = field(default_factory=Counter)
    expired: Counter[str] = field(default_factory=Counter)

    def add(self, message: SimulatedMessage) -> None:
        """Count a message."""
        self.by_day[hanoi_date(message.sent_at)] += 1
        self.by_channel[message.channel] += 1
        self.by_rule.update(message.rule_ids)

    @property
    def messages(self) -> int:
        """How many messages will go."""
        return self.by_day.total()


@dataclass(frozen=True, slots=True, kw_only=True)
class ShadowExample:
    """One subscription that a changed rule would treat otherwise: its days, not whose it is."""

    subscription_id: UUID
    channel: Channel
    before: tuple[date, ...]
    after: tuple[date, ...]


@dataclass(slots=True)
class Shadow:
    """What a changed rule would do, in subscriptions: newly reminded, no more, at other days."""

    added: Counter[str] = field(default_factory=Counter)
    dropped: Counter[str] = field(default_factory=Counter)
    moved: Counter[str] = field(default_factory=Counter)
    same: Counter[str] = field(default_factory=Counter)
    examples: dict[str, list[ShadowExample]] = field(default_factory=lambda: defaultdict(list))
    """Some subscriptions of each rule that would change."""


async def simulate(
    database: Database, rules: Mapping[str, ReminderRule], cipher: Cipher, *, now: datetime, days: int
) -> AsyncIterator[SimulatedMessage | Simulation]:
    """Give each message of the next days as it would go, person by person, and the whole at the end."""
    whole = Simulation()
    urgent = frozenset(rule.id for rule in rules.values() if rule.urgent)
    until = now + timedelta(days=days)
    async for batch, sent in _read(database, cipher, now):
        for citizen, own in groupby(batch, key=lambda each: each.citizen_id):
            whole.citizens += 1
            due = list(_list_due(list(own), rules, now=now, until=until))
            for message in _play(due, sent.get(citizen, []), urgent=urgent, until=until, whole=whole):
                whole.add(message)
                yield message
    yield whole


async def run_shadow(
    database: Database,
    present: Mapping[str, ReminderRule],
    changed: Mapping[str, ReminderRule],
    cipher: Cipher,
    *,
    now: datetime,
    examples: int = 5,
) -> Shadow:
    """Compare what every active subscription gets by the present rules and by changed ones."""
    shadow = Shadow()
    async for batch, _ in _read(database, cipher, now):
        for each in batch:
            before, after = (_list_days(rules.get(each.rule_id), each, now) for rules in (present, changed))
            if before == after:
                shadow.same[each.rule_id] += 1
                continue
            kind = shadow.added if not before else shadow.dropped if not after else shadow.moved
            kind[each.rule_id] += 1
            if len(shadow.examples[each.rule_id]) < examples:
                shadow.examples[each.rule_id].append(
                    ShadowExample(
                        subscription_id=each.id, channel=each.channel, before=tuple(before), after=tuple(after)
                    )
                )
    return shadow


async def _read(
    database: Database, cipher: Cipher, now: datetime
) -> AsyncIterator[tuple[list[ActiveSubscription], Mapping[UUID, Sequence[datetime]]]]:
    after: UUID | None = UUID(int=0)
    while after is not None:
        async with database.begin() as tx:
            batch, after = await list_active_of_next_citizens(tx, cipher, after=after, limit=_CITIZENS)
            citizens = list({each.citizen_id for each in batch})
            sent = await list_recent_notices(tx, citizens, purpose=PURPOSE, since=now - 2 * MONTH)
        yield batch, sent


def _list_days(rule: ReminderRule | None, subscription: ActiveSubscription, now: datetime) -> list[date]:
    if rule is None or not rule.holds_on(hanoi_date(now)):
        return []
    return list_days(rule, subscription.facts, now=now)


def _list_due(
    subscriptions: Sequence[ActiveSubscription],
    rules: Mapping[str, ReminderRule],
    *,
    now: datetime,
    until: datetime,
) -> Iterator[tuple[datetime, DueReminder]]:
    for each in subscriptions:
        rule = rules.get(each.rule_id)
        if rule is None:
            continue
        for number, moment in enumerate(plan_ahead(rule, each.facts, now=now).moments):
            if moment.due_at <= until:
                yield (
                    moment.due_at,
                    DueReminder(
                        id=UUID(int=each.id.int ^ number),
                        citizen_id=each.citizen_id,
                        contact_id=each.contact_id,
                        channel=each.channel,
                        rule_id=each.rule_id,
                        useful_until=moment.useful_until,
                        is_superseded=False,
                    ),
                )


def _play(
    due: Sequence[tuple[datetime, DueReminder]],
    sent: Sequence[datetime],
    *,
    urgent: frozenset[str],
    until: datetime,
    whole: Simulation,
) -> Iterator[SimulatedMessage]:
    """Let the moments of one person come, as the timetable would see them."""
    order = count()
    waiting = [(moment, next(order), reminder) for moment, reminder in due]
    heapq.heapify(waiting)
    went = list(sent)
    while waiting and waiting[0][0] <= until:
        now = waiting[0][0]
        together = []
        while waiting and waiting[0][0] <= now:
            together.append(heapq.heappop(waiting)[2])
        named = {each.id: each for each in together}
        result = sort_out(together, {together[0].citizen_id: went}, urgent=urgent, now=now)
        for bundle in result.bundles:
            first = bundle.reminders[0]
            rule_ids = tuple(each.rule_id for each in bundle.reminders)
            if not bundle.urgent:
                went.append(now)
            yield SimulatedMessage(
                sent_at=now, citizen_id=first.citizen_id, channel=first.channel, rule_ids=rule_ids
            )
        for reminder_id, moment in result.postponed.items():
            whole.postponed[named[reminder_id].rule_id] += 1
            heapq.heappush(waiting, (moment, next(order), named[reminder_id]))
        whole.expired.update(named[each].rule_id for each in result.expired)
