"""One row as it was sent, and one reason why it is refused or looked at by a person."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class RowProblem:
    """One thing that is wrong with a row. `message` never repeats an ID number or a date of birth."""

    field: str
    reason: str
    message: str

    def as_json(self) -> dict[str, str]:
        """Return it as the API gives it."""
        return {"field": self.field, "reason": self.reason, "message": self.message}


@dataclass(frozen=True, slots=True, kw_only=True)
class RawRow:
    """One row as it was sent; `number` counts as its sender does. `value`: a mapping, or why it is none."""

    number: int
    value: object = field(repr=False)
