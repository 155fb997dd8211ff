"""The due moments of an event: when to remind, and until when that is useful."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from bot.clock import HANOI, hanoi_date
from bot.domain.reminder import NewReminder
from bot.reminders.rules import ReminderRule


def list_due_moments(rule: ReminderRule, event_on: date, *, now: datetime) -> list[NewReminder]:
    """List the moments still ahead at which to remind of an event, the next first."""
    moments = [
        NewReminder(
            occasion=f"{rule.id}:{event_on}:P{offset.days}D",
            event_on=event_on,
            due_at=_moment(rule, event_on - offset),
            useful_until=end_of_day(event_on),
        )
        for offset in rule.offsets
    ]
    return [moment for moment in moments if moment.due_at > now]


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


def end_of_day(day: date) -> datetime:
    """Return the moment a day ends in Hanoi."""
    midnight = datetime.combine(day + timedelta(days=1), datetime.min.time(), tzinfo=HANOI)
    return midnight.astimezone(UTC)


def _moment(rule: ReminderRule, day: date) -> datetime:
    return datetime.combine(day, rule.sent_at, tzinfo=HANOI).astimezone(UTC)
