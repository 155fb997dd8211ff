"""One row as it was sent, and one reason why it is refused or looked at by a person."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
"""What neither a text of PostgreSQL nor UTF-8 can hold: NUL, and halves of characters."""


def cite(value: object, longest: int | None = None) -> str:
    """Return the beginning of what was sent, so that a report of it can be sent back and kept."""
    return UNSTORABLE.sub("\ufffd", str(value)[:longest])


@dataclass(frozen=True, slots=True, kw_only=True)
class RowProblem:
    """One thing that is wrong with a row. `message` never repeats an ID number or a date of birth."""

    field: str
    reason: str
    message: str

    def as_json(self) -> dict[str, str]:
        """Return it as the API gives it."""
        return {"field": self.field, "reason": self.reason, "message": cite(self.message)}


@dataclass(frozen=True, slots=True, kw_only=True)
class RawRow:
    """One row as it was sent; `number` counts as its sender does. `value`: a mapping, or why it is none."""

    number: int
    value: object = field(repr=False)
