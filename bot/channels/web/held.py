"""What is held on a citizen as that citizen reads it: Vietnamese names, Hanoi time, no ids of ours."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from bot.channels.web import wording
from bot.clock import HANOI
from bot.privacy.export import HeldTable
from bot.skills.my_data.wording import CHANNEL_NAMES, PURPOSE_NAMES

Names = Mapping[str, Callable[[str], str | None]]
"""By "table.column": what a value is called; None: it has no name, and is shown as it is."""
_WORDS = {
    **PURPOSE_NAMES,
    **{channel.value: name for channel, name in CHANNEL_NAMES.items()},
    **wording.HELD_WORDS,
}
ROWS_AT_ONCE = 3
"""More rows of one table are folded away on the page."""


class Section:
    """One table as it is read: ids that mean nothing to anybody are left to the JSON."""

    def __init__(self, held: HeldTable, names: Names) -> None:
        self.entry = held.entry
        self._names = names
        rows = [list(self._lines(row)) for row in held.rows]
        self.first, self.more = rows[:ROWS_AT_ONCE], rows[ROWS_AT_ONCE:]

    def _lines(self, row: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        for column, says in self.entry.personal.items():
            value = row.get(column)
            if value not in (None, "", [], {}) and not isinstance(value, UUID):
                is_json = column.endswith("_encrypted") and str(value).startswith("{")
                named = self._name(column, json.loads(value) if is_json else value)
                yield says, say(named)
        for column, says in wording.MOMENTS.items():
            if column in row and row[column] is not None:
                yield says, say(row[column])

    def _name(self, column: str, value: object) -> object:
        find = self._names.get(f"{self.entry.table}.{column}")
        if find is None:
            return value
        if isinstance(value, dict):
            return {find(key) or key: each for key, each in value.items()}
        if isinstance(value, list):
            return [find(str(each)) or each for each in value]
        return find(str(value)) or value


def say(value: object) -> str:
    """Return a value in words."""
    if isinstance(value, bool):
        return wording.YES if value else wording.NO
    if isinstance(value, datetime):
        return f"{value.astimezone(HANOI):%H:%M ngày %d/%m/%Y}"
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, list):
        return ", ".join(say(each) for each in value)
    if isinstance(value, dict):
        return "; ".join(f"{_WORDS.get(key, key)}: {say(each)}" for key, each in value.items())
    return _WORDS.get(str(value), str(value))
