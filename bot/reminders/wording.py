"""What a reminder says when it is opened: the words come from the rule, the dates from the citizen."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from bot.content.catalogue import UNIT_PREFIX
from bot.domain.ages import age_on
from bot.domain.answers import Button, CitedSource
from bot.reminders.events import BIRTH, ISSUED, CardExchange
from bot.reminders.rules import ReminderRule


def render_details(
    rule: ReminderRule, facts: Mapping[str, date], event_on: date, *, title: str, today: date
) -> str:
    """Return what a reminder is about. `title`: of the benefit, for a rule about one."""
    template = rule.texts.details if event_on >= today else rule.texts.details_past
    event = rule.event
    return template.format(
        event_on=f"{event_on:%d/%m/%Y}",
        age=age_on(facts[BIRTH], event_on) if BIRTH in facts else "",
        grace_years=event.grace_years if isinstance(event, CardExchange) else "",
        title=title,
    )


def render_used(rule: ReminderRule, facts: Mapping[str, date]) -> str:
    """Return which dates a reminder stands on: "ngày sinh 05/03/2002, ngày cấp thẻ 20/04/2021"."""
    return ", ".join(f"{name} {facts[fact]:%d/%m/%Y}" for fact, name in rule.fact_names.items() if fact in facts)


def list_sources(rule: ReminderRule, facts: Mapping[str, date]) -> tuple[CitedSource, ...]:
    """Return the law a result stands on."""
    old = rule.event.old_cards if isinstance(rule.event, CardExchange) else None
    is_old = old is not None and facts[ISSUED] < old.issued_before
    return tuple(source.cite() for source in (*rule.sources, *(old.sources if old is not None and is_old else ())))


def list_related(rule: ReminderRule) -> tuple[Button, ...]:
    """Return the buttons to answers that help with the event."""
    return tuple(Button(title=each.title, payload=f"{UNIT_PREFIX}{each.unit}") for each in rule.related)
