"""What a citizen reads about the exchange of a card: the words come from the rule, the dates from the citizen."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from bot.content.catalogue import UNIT_PREFIX
from bot.domain.ages import age_on
from bot.domain.answers import Button, CitedSource
from bot.reminders.card_exchange import exchange_due_on
from bot.reminders.rules import ReminderRule

BIRTH = "birth"
ISSUED = "issued"
"""The names of the two dates among the facts of a subscription."""


def compute_event(rule: ReminderRule, facts: Mapping[str, date]) -> date | None:
    """Return the day the card must be exchanged, None where it never must."""
    return exchange_due_on(facts[BIRTH], facts[ISSUED], rule.ages, rule.grace_years)


def render_result(rule: ReminderRule, facts: Mapping[str, date], event_on: date | None, *, today: date) -> str:
    """Return what was worked out: when, at what age, and that the printed date wins."""
    texts = rule.texts
    if event_on is None:
        paragraphs = [texts.no_expiry.format(last_free_age=rule.ages[-1] - rule.grace_years)]
    else:
        template = texts.due if event_on > today else texts.overdue
        paragraphs = [_fill(template, rule, event_on, age_on(facts[BIRTH], event_on))]
    paragraphs.append(texts.printed_wins)
    if facts[ISSUED] < rule.old_cards.issued_before:
        paragraphs.append(rule.old_cards.text)
    return "\n\n".join(paragraphs)


def render_details(rule: ReminderRule, facts: Mapping[str, date], event_on: date, *, today: date) -> str:
    """Return what a reminder is about."""
    template = rule.texts.details if event_on >= today else rule.texts.details_past
    return _fill(template, rule, event_on, age_on(facts[BIRTH], event_on))


def list_sources(rule: ReminderRule, facts: Mapping[str, date]) -> tuple[CitedSource, ...]:
    """Return the law a result stands on."""
    is_old = facts[ISSUED] < rule.old_cards.issued_before
    return tuple(source.cite() for source in (*rule.sources, *(rule.old_cards.sources if is_old else ())))


def list_related(rule: ReminderRule) -> tuple[Button, ...]:
    """Return the buttons to answers that help with the event."""
    return tuple(Button(title=each.title, payload=f"{UNIT_PREFIX}{each.unit}") for each in rule.related)


def _fill(template: str, rule: ReminderRule, event_on: date, age: int) -> str:
    return template.format(event_on=f"{event_on:%d/%m/%Y}", age=age, grace_years=rule.grace_years)
