"""A memory of the last things, bounded in number, for what may be forgotten."""

from __future__ import annotations

from collections import OrderedDict
from typing import Generic, TypeVar

T = TypeVar("T")


class Recent(Generic[T]):
    """Remembers the newest `limit` values by their key."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._values: OrderedDict[str, T] = OrderedDict()

    def find(self, key: str) -> T | None:
        """Return what was kept under a key, None where nothing is."""
        return self._values.get(key)

    def keep(self, key: str, value: T) -> None:
        """Remember a value; the oldest one goes where there are too many."""
        self._values[key] = value
        self._values.move_to_end(key)
        while len(self._values) > self._limit:
            self._values.popitem(last=False)

    def forget(self, key: str) -> None:
        """Remember it no longer."""
        self._values.pop(key, None)
