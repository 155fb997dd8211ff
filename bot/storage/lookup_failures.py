"""Failed lookups: by whom, of which code, and how many in all. Who and what are keyed hashes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from bot.storage.tables import LookupFailureHourRow, LookupFailureRow

_TOTALS = text(
    """
    SELECT COALESCE(sum(failures) FILTER (WHERE hour = :this_hour), 0),
        COALESCE(sum(failures) FILTER (WHERE hour < :this_hour), 0)
    FROM lookup_failure_hours WHERE hour >= :since
    """
)


async def list_failures(
    tx: AsyncSession, subjects: Sequence[bytes], *, since: datetime
) -> dict[bytes, list[datetime]]:
    """List when lookups of each subject failed since a moment, oldest first."""
    found: dict[bytes, list[datetime]] = {subject: [] for subject in subjects}
    rows = await tx.execute(
        select(LookupFailureRow.subject, LookupFailureRow.failed_at)
        .where(LookupFailureRow.subject.in_(subjects), LookupFailureRow.failed_at > since)
        .order_by(LookupFailureRow.failed_at)
    )
    for subject, failed_at in rows:
        found[subject].append(failed_at)
    return found


async def count_failures(tx: AsyncSession, *, now: datetime, usual_over_hours: int) -> tuple[int, float]:
    """Return how many lookups failed in this hour, and how many do in a usual one."""
    hour = _hour_of(now)
    since = hour - timedelta(hours=usual_over_hours)
    this_hour, before = (await tx.execute(_TOTALS, {"this_hour": hour, "since": since})).one()
    return int(this_hour), before / usual_over_hours


async def record_failure(tx: AsyncSession, subjects: Sequence[bytes], *, now: datetime) -> None:
    """Write that a lookup failed: for each subject, and in the total."""
    tx.add_all(LookupFailureRow(subject=subject, failed_at=now) for subject in subjects)
    added = insert(LookupFailureHourRow).values(hour=_hour_of(now), failures=1)
    await tx.execute(
        added.on_conflict_do_update(index_elements=["hour"], set_={"failures": LookupFailureHourRow.failures + 1})
    )
    await tx.flush()


async def forget_failures(tx: AsyncSession, *, now: datetime, kept: timedelta, totals_kept: timedelta) -> None:
    """Delete failures that no longer count."""
    await tx.execute(delete(LookupFailureRow).where(LookupFailureRow.failed_at < now - kept))
    await tx.execute(delete(LookupFailureHourRow).where(LookupFailureHourRow.hour < now - totals_kept))


def _hour_of(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0)
