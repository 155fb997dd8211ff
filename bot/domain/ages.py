"""Birthdays: on which day someone reaches an age."""

from __future__ import annotations

from datetime import date


def birthday(birth: date, age: int) -> date:
    """Return the day someone reaches an age; born on 29 February: 1 March in a common year."""
    try:
        return birth.replace(year=birth.year + age)
    except ValueError:
        return date(birth.year + age, 3, 1)


def age_on(birth: date, day: date) -> int:
    """Return how many years someone has reached on a day."""
    age = day.year - birth.year
    return age if birthday(birth, age) <= day else age - 1
