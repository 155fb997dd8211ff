"""Queries on broadcasts themselves (bot/domain/broadcast.py); those they go to are in broadcast_messages.py."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.broadcast import (
    Audience,
    Broadcast,
    BroadcastContent,
    BroadcastState,
    Repeat,
    Stage,
)
from bot.storage.stops import announce_stops
from bot.storage.tables import BroadcastRow


async def record_draft(tx: AsyncSession, broadcast: Broadcast) -> None:
    """Write a broadcast that nobody has approved, in place of what it was."""
    content = broadcast.content
    values = {
        "state": broadcast.state,
        "version": broadcast.version,
        "title": content.title,
        "body": content.text,
        "topic": content.topic,
        "buttons": [list(button) for button in content.buttons],
        "picture_id": content.picture_id,
        "audience": broadcast.audience.dump(),
        "useful_for": content.useful_for,
        "send_at": broadcast.send_at,
        "repeat": broadcast.repeat,
        "repeat_of": broadcast.repeat_of,
        "authors": list(broadcast.authors),
        "note": broadcast.note,
    }
    statement = insert(BroadcastRow).values(
        id=broadcast.id, code=broadcast.code, created_at=broadcast.created_at, **values
    )
    await tx.execute(statement.on_conflict_do_update(index_elements=["id"], set_=values))


async def claim_new(tx: AsyncSession, broadcast_id: UUID) -> None:
    """Let nobody else write a broadcast of this id until the transaction ends, also where there is none yet."""
    key = f"broadcast {broadcast_id}"
    await tx.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))"), {"key": key})


async def find_broadcast(tx: AsyncSession, broadcast_id: UUID, *, lock: bool = False) -> Broadcast | None:
    """Return a broadcast. `lock`: keep it for this transaction."""
    query = select(BroadcastRow).where(BroadcastRow.id == broadcast_id)
    row = await tx.scalar(
        query.with_for_update() if lock else query, execution_options={"populate_existing": True}
    )
    return _broadcast(row) if row is not None else None


async def list_broadcasts(tx: AsyncSession, *states: BroadcastState, limit: int = 100) -> list[Broadcast]:
    """List broadcasts in some states, in any where none is given, the newest first."""
    query = select(BroadcastRow).order_by(BroadcastRow.created_at.desc(), BroadcastRow.id).limit(limit)
    if states:
        query = query.where(BroadcastRow.state.in_(states))
    return [_broadcast(row) for row in await tx.scalars(query)]


async def record_state(tx: AsyncSession, broadcast_id: UUID, state: BroadcastState, **values: Any) -> None:
    """Write where a broadcast stands now, and what goes with it."""
    await tx.execute(update(BroadcastRow).where(BroadcastRow.id == broadcast_id).values(state=state, **values))
    if state in (BroadcastState.PAUSED, BroadcastState.STOPPED):
        await announce_stops(tx, [broadcast_id])


async def record_stage(tx: AsyncSession, broadcast_id: UUID, stage: Stage, *, hold_until: datetime | None) -> None:
    """Write how far sending is let."""
    await tx.execute(
        update(BroadcastRow).where(BroadcastRow.id == broadcast_id).values(stage=stage, hold_until=hold_until)
    )


async def record_planned(tx: AsyncSession, broadcast_id: UUID) -> None:
    """Write that all recipients are written down."""
    await tx.execute(
        update(BroadcastRow).where(BroadcastRow.id == broadcast_id).values(planned=BroadcastRow.written)
    )


async def find_sent_code(tx: AsyncSession, code: str) -> tuple[datetime, int] | None:
    """Return when the broadcast that shows a code was made, and to how many it went; None where none shows it."""
    row = await tx.scalar(select(BroadcastRow).where(BroadcastRow.code == code))
    if row is None or not row.released:
        return None
    return row.created_at, row.released


def _broadcast(row: BroadcastRow) -> Broadcast:
    return Broadcast(
        id=row.id,
        state=BroadcastState(row.state),
        version=row.version,
        content=BroadcastContent(
            title=row.title,
            text=row.body,
            topic=row.topic,
            buttons=tuple((title, unit) for title, unit in row.buttons),
            picture_id=row.picture_id,
            useful_for=row.useful_for,
        ),
        audience=Audience.load(row.audience),
        authors=tuple(row.authors),
        note=row.note,
        approved_by=row.approved_by,
        send_at=row.send_at,
        repeat=Repeat(row.repeat),
        repeat_of=row.repeat_of,
        code=row.code,
        created_at=row.created_at,
        stage=Stage(row.stage),
        hold_until=row.hold_until,
        planned=row.planned,
        released=row.released,
        settled_at=row.settled_at,
        pause_reason=row.pause_reason,
    )
