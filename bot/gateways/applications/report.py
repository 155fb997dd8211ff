"""What a delivery became, for the office that sent it: counts, and each refused row with its reasons."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from bot.gateways.rows.raw import RowProblem
from bot.storage.application_sync import Merged
from bot.storage.staging import RowResult

ROWS_LISTED = 10_000
"""So many rows are listed one by one; of a larger delivery only the refused ones, as many."""
REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedRow:
    """One row of the report."""

    row: int
    code: str | None
    result: str
    problems: tuple[RowProblem, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return it as the API gives it."""
        row: dict[str, Any] = {"row": self.row, "code": self.code, "result": self.result}
        if self.problems:
            row["problems"] = [each.as_json() for each in self.problems]
        return row


@dataclass(slots=True)
class SyncReport:
    """The report while a delivery is read; `finish` completes it."""

    dry_run: bool
    received: int = 0
    refused: list[ReportedRow] = field(default_factory=list)
    refused_count: int = 0
    merged: Merged | None = None
    _accepted_codes: dict[int, str] = field(default_factory=dict)

    def accept(self, row: int, code: str) -> None:
        """Count a row that will be written."""
        self.received += 1
        if self.received <= ROWS_LISTED:
            self._accepted_codes[row] = code
        else:
            self._accepted_codes.clear()

    def refuse(self, row: int, code: str | None, problems: tuple[RowProblem, ...]) -> None:
        """Count a row that is left out, and say why."""
        self.received += 1
        self.refused_count += 1
        if len(self.refused) < ROWS_LISTED:
            self.refused.append(ReportedRow(row=row, code=code, result=REFUSED, problems=problems))

    @property
    def is_listed(self) -> bool:
        """Tell whether every row stands in the report."""
        return self.received <= ROWS_LISTED

    def as_json(self) -> dict[str, Any]:
        """Return the whole as the API gives it and the database keeps it."""
        counts = self.merged.counts if self.merged is not None else {}
        return {
            "dry_run": self.dry_run,
            "received": self.received,
            **{result.value: counts.get(result, 0) for result in RowResult},
            "refused": self.refused_count,
            "rows_listed": "all" if self.is_listed else "refused",
            "rows": [each.as_json() for each in self._list_rows()],
        }

    def _list_rows(self) -> list[ReportedRow]:
        rows = list(self.refused)
        if self.is_listed and self.merged is not None:
            rows += [
                ReportedRow(row=number, code=self._accepted_codes[number], result=result.value)
                for number, result in self.merged.results.items()
            ]
        return sorted(rows, key=lambda each: each.row)
