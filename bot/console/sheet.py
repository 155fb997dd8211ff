"""A long list is read a sheet at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from bot.console.request import read_number

ROWS = 50

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet(Generic[T]):
    """Some rows of a list. `number`: of the sheet, from 1. `last`: of the last sheet. `count`: of all rows."""

    rows: Sequence[T]
    number: int
    last: int
    count: int


def turn_to(found: Sequence[T], asked: str) -> Sheet[T]:
    """Return the sheet of a list that an address asks for: the nearest there is."""
    last = max(1, -(-len(found) // ROWS))
    number = min(read_number(asked) or 1, last)
    return Sheet(rows=found[(number - 1) * ROWS : number * ROWS], number=number, last=last, count=len(found))
