"""What a citizen reads about the exchange of a card: the words come from the rule, the dates from the citizen."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from bot.domain.ages import age_on
from bot.reminders.events import BIRTH, ISSUED, CardExchange


def render_result(event: CardExchange, facts: Mapping[str, date], event_on: date | None, *, today: date) -> str:
    """Return what was worked out: when, at what age, and that the printed date wins."""
    texts = event.texts
    if event_on is None:
        paragraphs = [texts.no_expiry.format(last_free_age=event.ages[-1] - event.grace_years)]
    else:
        template = texts.due if event_on > today else texts.overdue
        age = age_on(facts[BIRTH], event_on)
        paragraphs = [template.format(event_on=f"{event_on:%d/%m/%Y}", age=age, grace_years=event.grace_years)]
    paragraphs.append(texts.printed_wins)
    if facts[ISSUED] < event.old_cards.issued_before:
        paragraphs.append(event.old_cards.text)
    return "\n\n".join(paragraphs)
