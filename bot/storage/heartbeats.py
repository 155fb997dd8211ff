"""Queries on the heartbeats of processes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from bot.storage.tables import HeartbeatRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Heartbeat:
    """That a process of a part lived at a moment, and how it said its own parts were."""

    process: str
    part: str
    heard_at: datetime
    state: Mapping[str, str]


async def record_heartbeat(tx: AsyncSession, beat: Heartbeat) -> None:
    """Write that a process lives."""
    values = {"part": beat.part, "heard_at": beat.heard_at, "state": dict(beat.state)}
    statement = insert(HeartbeatRow).values(process=beat.process, **values)
    await tx.execute(statement.on_conflict_do_update(index_elements=["process"], set_=values))


async def list_heartbeats(tx: AsyncSession) -> list[Heartbeat]:
    """List the last heartbeat of every process, the newest first."""
    rows = await tx.scalars(select(HeartbeatRow).order_by(HeartbeatRow.heard_at.desc()))
    return [Heartbeat(process=row.process, part=row.part, heard_at=row.heard_at, state=row.state) for row in rows]


async def delete_heartbeat(tx: AsyncSession, process: str) -> None:
    """Forget a process that ended as it should."""
    await tx.execute(delete(HeartbeatRow).where(HeartbeatRow.process == process))


async def delete_old_heartbeats(tx: AsyncSession, *, heard_before: datetime) -> None:
    """Forget processes that were not heard for long."""
    await tx.execute(delete(HeartbeatRow).where(HeartbeatRow.heard_at < heard_before))
