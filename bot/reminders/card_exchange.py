"""When an identity card must be exchanged by age (Luật 26/2023/QH15, Điều 21); data/reminders/ has the ages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date


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


def birthday(birth: date, age: int) -> date:
    """Return the day someone reaches an age; born on 29 February: 1 March in a common year."""
    try:
        return birth.replace(year=birth.year + age)
    except ValueError:
        return date(birth.year + age, 3, 1)
