"""One list of offices from its first row to its report. Every accepted row is written, or nothing is."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import Any

from bot.clock import Clock, hanoi_date
from bot.domain.office import Office
from bot.gateways.offices.rows import OfficeChecker
from bot.gateways.rows.raw import RawRow, cite
from bot.offices.duties import Duties
from bot.places.communes import Communes
from bot.storage.database import Database
from bot.storage.offices import record_offices
from bot.storage.staging import RowResult

REFUSED = "refused"


class OfficeSync:
    """Takes lists of offices."""

    def __init__(self, database: Database, communes: Communes, duties: Duties, *, clock: Clock) -> None:
        self._database = database
        self._communes = communes
        self._duties = duties
        self._clock = clock

    async def take(
        self,
        rows: AsyncIterator[RawRow],
        *,
        dry_run: bool = False,
        replaces: bool = False,
        is_invented: bool = False,
    ) -> dict[str, Any]:
        """Check and write a list, and return its report.

        `replaces`: offices of the list's provinces that it does not name are taken out, unless a row was refused.

        Raises:
            DeliveryUnreadable: the rows cannot be read to their end; nothing was written.
        """
        now = self._clock()
        checker = OfficeChecker(self._communes, self._duties, today=hanoi_date(now), is_invented=is_invented)
        accepted: list[tuple[int, Office]] = []
        refused: list[dict[str, Any]] = []
        async for row in rows:
            checked = checker.check(row.value)
            if isinstance(checked, Office):
                accepted.append((row.number, checked))
            else:
                problems = [each.as_json() for each in checked]
                refused.append(
                    {"row": row.number, "code": _find_code(row.value), "result": REFUSED, "problems": problems}
                )
        async with self._database.begin() as tx:
            results, gone = await record_offices(
                tx, [office for _, office in accepted], now=now, replaces=replaces and not refused
            )
            if dry_run:
                await tx.rollback()
        listed = [
            {"row": number, "code": office.code, "result": results[office.code].value}
            for number, office in accepted
        ]
        counts = list(results.values())
        return {
            "dry_run": dry_run,
            "received": len(accepted) + len(refused),
            **{result.value: counts.count(result) for result in RowResult},
            REFUSED: len(refused),
            "removed": gone,
            "rows": sorted([*listed, *refused], key=lambda each: each["row"]),
        }


def _find_code(value: object) -> str | None:
    code = value.get("code") if isinstance(value, Mapping) else None
    return cite(code, 60) if code is not None else None
