"""When an identity card must be exchanged by age (Luật 26/2023/QH15, Điều 21); data/reminders/ has the ages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bot.domain.ages import birthday


class IssuedBeforeBirth(ValueError):
    """The card was issued before its holder was born."""


def exchange_due_on(birth: date, issued: date, ages: Sequence[int], grace_years: int) -> date | None:
    """Return the day a card must be exchanged, None where it holds without end.

    `ages`: rising, in years. A card issued within `grace_years` before an age holds until the next one.
    The date printed on the card always wins over this one.
    Raises:
        IssuedBeforeBirth: the dates contradict each other.
    """
    if issued < birth:
        raise IssuedBeforeBirth
    for age in ages:
        if issued < birthday(birth, age - grace_years):
            return birthday(birth, age)
    return None
