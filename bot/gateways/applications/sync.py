"""One delivery from its first row to its report. Either every accepted row is written, or nothing is."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from typing import Any

import structlog
from prometheus_client import Counter
from pydantic import SecretStr

from bot.applications.sources import SourceSystem
from bot.clock import Clock, hanoi_date
from bot.domain.application_report import ApplicationReport
from bot.gateways.applications.report import SyncReport
from bot.gateways.applications.rows import RowChecker
from bot.gateways.rows.body import BREATHE_EVERY, BodyHash, IdempotencyKeyReused
from bot.gateways.rows.raw import RawRow, cite
from bot.storage.application_sync import StagedCopy, Staging, open_staging
from bot.storage.database import plain_url
from bot.storage.encryption import Cipher
from bot.storage.sync_runs import find_run, record_run

log = structlog.get_logger()
_rows = Counter("troly06_sync_rows_total", "Rows that source systems sent", ["source", "result"])


class ApplicationSync:
    """Takes deliveries of source systems."""

    def __init__(self, url: SecretStr, cipher: Cipher, *, clock: Clock) -> None:
        self._url = plain_url(url)
        self._cipher = cipher
        self._clock = clock

    async def take(
        self,
        rows: AsyncIterator[RawRow],
        source: SourceSystem,
        *,
        dry_run: bool = False,
        idempotency_key: str | None = None,
        body: BodyHash | None = None,
    ) -> dict[str, Any]:
        """Check, stage and merge a delivery, and return its report.

        Raises:
            IdempotencyKeyReused: the key was used for another delivery.
            DeliveryUnreadable: the rows cannot be read to their end; nothing was written.
        """
        now = self._clock()
        report = SyncReport(dry_run=dry_run)
        checker = RowChecker(source, now=now)
        async with open_staging(
            self._url, source=source.id, cipher=self._cipher, is_demo=source.is_invented
        ) as staging:
            async with staging.filling() as copy:
                await _stage(rows, checker, copy, report)
            digest = body.digest() if body is not None else b""
            if idempotency_key is not None and not dry_run:
                known = await find_run(staging.connection, source=source.id, idempotency_key=idempotency_key)
                if known is not None:
                    if known.body_sha256 != digest:
                        raise IdempotencyKeyReused(idempotency_key)
                    return known.report
            await self._merge(staging, report, now=now)
            answer = report.as_json()
            if not dry_run:
                await record_run(
                    staging.connection,
                    source=source.id,
                    idempotency_key=idempotency_key,
                    body_sha256=digest,
                    report=answer,
                    now=now,
                )
                await staging.connection.commit()
        _count(source.id, answer)
        return answer

    async def _merge(self, staging: Staging, report: SyncReport, *, now: datetime) -> None:
        report.merged = await staging.merge(
            now=now, today=hanoi_date(now), with_results=report.is_listed, dry_run=report.dry_run
        )


async def _stage(rows: AsyncIterator[RawRow], checker: RowChecker, copy: StagedCopy, report: SyncReport) -> None:
    async for row in rows:
        checked = checker.check(row.value)
        if isinstance(checked, ApplicationReport):
            await copy.write(row.number, checked)
            report.accept(row.number, checked.code)
        else:
            report.refuse(row.number, _find_code(row.value), checked)
        if report.received % BREATHE_EVERY == 0:
            await asyncio.sleep(0)


def _find_code(value: object) -> str | None:
    code = value.get("code") if isinstance(value, Mapping) else None
    return cite(code, 64) if code is not None else None


def _count(source: str, answer: Mapping[str, Any]) -> None:
    if answer["dry_run"]:
        return
    results = {name: answer[name] for name in ("new", "changed", "unchanged", "late", "refused")}
    for result, count in results.items():
        _rows.labels(source, result).inc(count)
    log.info("sync.done", source=source, received=answer["received"], **results)
