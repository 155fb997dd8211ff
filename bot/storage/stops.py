"""Announcing what must stop at once: a NOTIFY that every delivering process hears once it is committed.

A message is looked at when a worker claims it and leaves a moment later. What is announced here is looked at again
before it leaves. The payload is the id of a contact or of a broadcast, nothing that says who somebody is.
"""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import String, cast, func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from bot.storage.tables import ContactRow

NOTIFY_CHANNEL = "stops"

_ANNOUNCE = text("SELECT pg_notify(:channel, id) FROM unnest(CAST(:ids AS text[])) AS stopped (id)")


async def announce_stops(tx: AsyncSession, ids: Collection[UUID]) -> None:
    """Let messages of these contacts, or of these broadcasts, be looked at again before they leave."""
    if ids:
        await tx.execute(_ANNOUNCE, {"channel": NOTIFY_CHANNEL, "ids": [str(each) for each in ids]})


async def announce_citizen_stops(tx: AsyncSession, citizen_id: UUID) -> None:
    """Let messages to every chat of a citizen be looked at again before they leave."""
    stopped = select(func.pg_notify(NOTIFY_CHANNEL, cast(ContactRow.id, String)))
    await tx.execute(stopped.where(ContactRow.citizen_id == citizen_id))
