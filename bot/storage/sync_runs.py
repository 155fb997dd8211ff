"""Deliveries of other systems that were taken, so that one sent again is not taken twice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from psycopg import AsyncConnection
from psycopg.types.json import Jsonb
from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from bot.storage.tables import SyncRunRow

_LOCK = 0x06_0005


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncRun:
    """One delivery that was taken before."""

    body_sha256: bytes
    report: dict[str, Any]


async def find_run(
    connection: AsyncConnection[tuple[Any, ...]], *, source: str, idempotency_key: str
) -> SyncRun | None:
    """Return the delivery with a key, None where there was none; nobody adds one until the transaction ends."""
    await connection.execute(
        "SELECT pg_advisory_xact_lock(%s, hashtext(%s))", (_LOCK, f"{source}|{idempotency_key}")
    )
    cursor = await connection.execute(
        "SELECT body_sha256, report FROM sync_runs WHERE source = %s AND idempotency_key = %s",
        (source, idempotency_key),
    )
    row = await cursor.fetchone()
    return SyncRun(body_sha256=row[0], report=row[1]) if row is not None else None


async def record_run(
    connection: AsyncConnection[tuple[Any, ...]],
    *,
    source: str,
    idempotency_key: str | None,
    body_sha256: bytes,
    report: dict[str, Any],
    now: datetime,
) -> None:
    """Write that a delivery was taken."""
    await connection.execute(
        "INSERT INTO sync_runs (id, source, idempotency_key, body_sha256, report, finished_at) "
        "VALUES (gen_random_uuid(), %s, %s, %s, %s, %s)",
        (source, idempotency_key, body_sha256, Jsonb(report), now),
    )


async def delete_old_runs(tx: AsyncSession, *, older_than: timedelta, now: datetime) -> None:
    """Delete runs so old that nobody sends them again."""
    await tx.execute(delete(SyncRunRow).where(SyncRunRow.finished_at < now - older_than))
