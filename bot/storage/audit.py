"""Queries on the audit log. There is none that changes or deletes: the database would refuse it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.audit import AuditEvent, SealedEvent
from bot.storage.tables import AuditEventRow

_CHAIN_LOCK = 0x06_0008
"""Held from reading the last event until the next is committed: the chain has one end."""
_BATCH = 1_000


async def claim_last_event(tx: AsyncSession) -> SealedEvent | None:
    """Return the last event, and let nobody else add one until the transaction ends."""
    await tx.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _CHAIN_LOCK})
    row = await tx.scalar(select(AuditEventRow).order_by(AuditEventRow.seq.desc()).limit(1))
    return _sealed(row) if row is not None else None


async def record_event(tx: AsyncSession, sealed: SealedEvent) -> None:
    """Add an event."""
    event = sealed.event
    tx.add(
        AuditEventRow(
            seq=event.seq,
            happened_at=event.happened_at,
            actor=event.actor,
            action=event.action,
            subject=event.subject,
            details=dict(event.details),
            seal=sealed.seal,
        )
    )
    await tx.flush()


async def list_events(
    tx: AsyncSession, *, actor: str = "", action: str = "", subject: str = "", before: int | None, limit: int
) -> list[AuditEvent]:
    """List events, the newest first. Empty: of any. `before`: only those with a lower number."""
    query = select(AuditEventRow).order_by(AuditEventRow.seq.desc()).limit(limit)
    if actor:
        query = query.where(AuditEventRow.actor == actor)
    if action:
        query = query.where(AuditEventRow.action == action)
    if subject:
        query = query.where(AuditEventRow.subject == subject)
    if before is not None:
        query = query.where(AuditEventRow.seq < before)
    return [_sealed(row).event for row in await tx.scalars(query)]


async def list_events_since(
    tx: AsyncSession, action: str, *, since: datetime, actor: str = ""
) -> list[AuditEvent]:
    """List what was done since a moment, the oldest first. `actor`: empty for anybody."""
    query = (
        select(AuditEventRow)
        .where(AuditEventRow.action == action, AuditEventRow.happened_at >= since)
        .order_by(AuditEventRow.seq)
    )
    if actor:
        query = query.where(AuditEventRow.actor == actor)
    return [_sealed(row).event for row in await tx.scalars(query)]


async def list_actions(tx: AsyncSession) -> list[str]:
    """List the actions that occur."""
    return list(await tx.scalars(select(AuditEventRow.action).distinct().order_by(AuditEventRow.action)))


async def walk_events(tx: AsyncSession) -> AsyncIterator[SealedEvent]:
    """Give every event in order, a thousand at a time."""
    last = 0
    while True:
        query = select(AuditEventRow).where(AuditEventRow.seq > last).order_by(AuditEventRow.seq).limit(_BATCH)
        rows = list(await tx.scalars(query))
        for row in rows:
            yield _sealed(row)
        if len(rows) < _BATCH:
            return
        last = rows[-1].seq
        tx.expunge_all()


def _sealed(row: AuditEventRow) -> SealedEvent:
    event = AuditEvent(
        seq=row.seq,
        happened_at=row.happened_at,
        actor=row.actor,
        action=row.action,
        subject=row.subject,
        details=row.details,
    )
    return SealedEvent(event, row.seal)
