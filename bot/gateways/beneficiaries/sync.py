"""One delivery of a list from its first row to its report. Either every accepted row is written, or nothing is."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from typing import Any

import structlog
from pydantic import SecretStr

from bot.clock import Clock
from bot.domain.beneficiary import BeneficiaryEntry
from bot.gateways.beneficiaries.rows import REVIEW_SAYS, BeneficiaryChecker, make_name_key
from bot.gateways.rows.body import BREATHE_EVERY, BodyHash, IdempotencyKeyReused
from bot.gateways.rows.raw import RawRow, RowProblem, cite
from bot.places.communes import Communes
from bot.storage.beneficiary_sync import ListCopy, MergedList, open_list_staging
from bot.storage.database import plain_url
from bot.storage.encryption import Cipher
from bot.storage.staging import RowResult
from bot.storage.sync_runs import find_run, record_run

ROWS_LISTED = 10_000
"""So many refused rows, and so many rows to review, are listed one by one."""
DEMO_SOURCE = "demo"
"""The source of invented lists; their ID numbers are of a place that does not exist."""

log = structlog.get_logger()


class BeneficiarySync:
    """Takes deliveries of lists."""

    def __init__(self, url: SecretStr, cipher: Cipher, communes: Communes, *, clock: Clock) -> None:
        self._url = plain_url(url)
        self._cipher = cipher
        self._communes = communes
        self._clock = clock

    async def take(
        self,
        rows: AsyncIterator[RawRow],
        source: str,
        *,
        dry_run: bool = False,
        idempotency_key: str | None = None,
        body: BodyHash | None = None,
    ) -> dict[str, Any]:
        """Check, stage and merge a delivery, and return its report. Raises as ApplicationSync.take does."""
        now = self._clock()
        is_invented = source == DEMO_SOURCE
        checker = BeneficiaryChecker(self._communes, now=now, is_invented=is_invented)
        report = _Report()
        async with open_list_staging(
            self._url, source=source, cipher=self._cipher, is_demo=is_invented
        ) as staging:
            async with staging.filling() as copy:
                await _stage(rows, checker, copy, report)
            digest = body.digest() if body is not None else b""
            run_of = f"beneficiaries:{source}"
            if idempotency_key is not None and not dry_run:
                known = await find_run(staging.connection, source=run_of, idempotency_key=idempotency_key)
                if known is not None:
                    if known.body_sha256 != digest:
                        raise IdempotencyKeyReused(idempotency_key)
                    return known.report
            answer = report.as_json(await staging.merge(now=now, listed=ROWS_LISTED), dry_run=dry_run)
            if not dry_run:
                await record_run(
                    staging.connection,
                    source=run_of,
                    idempotency_key=idempotency_key,
                    body_sha256=digest,
                    report=answer,
                    now=now,
                )
                await staging.connection.commit()
        figures = {name: answer[name] for name in ("received", "accepted", "to_review", "refused")}
        log.info("beneficiaries.done", source=source, dry_run=dry_run, **figures)
        return answer


class _Report:
    def __init__(self) -> None:
        self.received = 0
        self.refused_count = 0
        self.refused: list[dict[str, Any]] = []
        self.refused_by: Counter[str] = Counter()

    def refuse(self, row: RawRow, problems: tuple[RowProblem, ...]) -> None:
        self.refused_count += 1
        self.refused_by.update({each.reason for each in problems})
        if len(self.refused) < ROWS_LISTED:
            key = row.value.get("key") if isinstance(row.value, Mapping) else None
            self.refused.append(
                {
                    "row": row.number,
                    "key": cite(key, 64) if key is not None else None,
                    "result": "refused",
                    "problems": [each.as_json() for each in problems],
                }
            )

    def as_json(self, merged: MergedList, *, dry_run: bool) -> dict[str, Any]:
        """Return the whole as the API gives it and the database keeps it."""
        to_review = [
            {
                "row": number,
                "result": "to-review",
                "problems": [{"reason": each.value, "message": REVIEW_SAYS[each]} for each in reasons],
            }
            for number, reasons in merged.reviews.items()
        ]
        return {
            "dry_run": dry_run,
            "received": self.received,
            "accepted": self.received - self.refused_count - merged.rows_to_review,
            "to_review": merged.rows_to_review,
            "refused": self.refused_count,
            **{result.value: merged.counts.get(result, 0) for result in RowResult},
            "to_review_by_reason": {reason.value: count for reason, count in merged.review_counts.items()},
            "refused_by_reason": dict(self.refused_by),
            "rows": sorted([*self.refused, *to_review], key=lambda row: row["row"]),
        }


async def _stage(
    rows: AsyncIterator[RawRow], checker: BeneficiaryChecker, copy: ListCopy, report: _Report
) -> None:
    async for row in rows:
        report.received += 1
        checked = checker.check(row.value)
        if isinstance(checked, BeneficiaryEntry):
            await copy.write(row.number, checked, make_name_key(checked.full_name))
        else:
            report.refuse(row, checked)
        if report.received % BREATHE_EVERY == 0:
            await asyncio.sleep(0)
