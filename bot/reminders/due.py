"""The due moments of an event: when to remind, until when that is useful, and how far ahead rows are written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

from bot.clock import HANOI, hanoi_date
from bot.domain.reminder import NewReminder
from bot.reminders.events import find_event
from bot.reminders.rules import ReminderRule

HORIZON = timedelta(days=366)
"""Rows are written for moments within it; what lies beyond is written when it comes within."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ahead:
    """What is planned for one subscription.

    `event_on`: the event, None where there is none or the rule is not in force. `standing`: where a
    moment of it lies within the horizon or is over, every moment of it. `moments`: those of them to be written.
    `next_look_on`: the day on which more may have to be written, None where never.
    """

    event_on: date | None = None
    standing: Sequence[NewReminder] = ()
    moments: Sequence[NewReminder] = ()
    next_look_on: date | None = None


def plan_ahead(rule: ReminderRule, facts: Mapping[str, date], *, now: datetime) -> Ahead:
    """Return what is to be written for a subscription today."""
    today = hanoi_date(now)
    event_on = find_event(rule.event, facts, today) if rule.holds_on(today) else None
    if event_on is None:
        return Ahead()
    last = today + HORIZON
    if event_on - rule.offsets[0] > last:  # nearly everyone: no moment of theirs is worked out
        return Ahead(event_on=event_on, next_look_on=event_on - rule.offsets[0] - HORIZON)
    standing = list_occasions(rule, event_on)
    moments = [moment for moment in standing if moment.due_at > now]
    near = [moment for moment in moments if hanoi_date(moment.due_at) <= last]
    far = [hanoi_date(moment.due_at) - HORIZON for moment in moments[len(near) :]]
    looks = [*far[:1], *([event_on + timedelta(days=1)] if rule.comes_again else [])]
    return Ahead(event_on=event_on, standing=standing, moments=near, next_look_on=min(looks, default=None))


def list_days(rule: ReminderRule, facts: Mapping[str, date], *, now: datetime) -> list[date]:
    """Return the days of all reminders ahead, however far, the next first."""
    event_on = find_event(rule.event, facts, hanoi_date(now))
    if event_on is None:
        return []
    return [hanoi_date(moment.due_at) for moment in list_due_moments(rule, event_on, now=now)]


def list_due_moments(rule: ReminderRule, event_on: date, *, now: datetime) -> list[NewReminder]:
    """List the moments still ahead at which to remind of an event, the next first."""
    return [moment for moment in list_occasions(rule, event_on) if moment.due_at > now]


def list_occasions(rule: ReminderRule, event_on: date) -> list[NewReminder]:
    """List every moment at which to remind of an event, those that are over too."""
    return [
        NewReminder(
            occasion=f"{rule.id}:{event_on}:P{offset.days}D",
            event_on=event_on,
            due_at=_moment(rule, event_on - offset),
            useful_until=end_of_day(event_on),
        )
        for offset in rule.offsets
    ]


def choose_snooze(rule: ReminderRule, event_on: date, *, now: datetime) -> NewReminder | None:
    """Return the moment to remind once more, None where the event comes before it."""
    day = hanoi_date(now) + rule.snooze
    if day > event_on:
        return None
    return NewReminder(
        occasion=f"{rule.id}:{event_on}:again:{day}",
        event_on=event_on,
        due_at=_moment(rule, day),
        useful_until=end_of_day(event_on),
    )


@lru_cache(maxsize=4096)
def end_of_day(day: date) -> datetime:
    """Return the moment a day ends in Hanoi."""
    midnight = datetime.combine(day + timedelta(days=1), datetime.min.time(), tzinfo=HANOI)
    return midnight.astimezone(UTC)


def _moment(rule: ReminderRule, day: date) -> datetime:
    return _at(day, rule.sent_at)


@lru_cache(maxsize=4096)
def _at(day: date, at: time) -> datetime:
    return datetime.combine(day, at, tzinfo=HANOI).astimezone(UTC)
