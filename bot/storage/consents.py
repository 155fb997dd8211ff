"""The consent ledger (sổ đồng ý): lines are added, never changed. The last line for a purpose is what holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.messages import Channel
from bot.storage.stops import announce_citizen_stops
from bot.storage.tables import ConsentEventRow


class ConsentAction(StrEnum):
    """What a citizen did."""

    GIVEN = "given"
    """Said yes to the words whose hash stands beside it."""
    WITHDRAWN = "withdrawn"
    """Took it back; nothing is sent for the purpose from then on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentEvent:
    """One line of the ledger."""

    purpose: str
    action: ConsentAction
    wording_sha256: str
    channel: Channel
    happened_at: datetime


async def record_consent(
    tx: AsyncSession,
    *,
    citizen_id: UUID,
    purpose: str,
    action: ConsentAction,
    wording_sha256: str,
    channel: Channel,
    now: datetime,
) -> None:
    """Add a line to the ledger. A withdrawal is heard by whoever is about to send."""
    tx.add(
        ConsentEventRow(
            citizen_id=citizen_id,
            purpose=purpose,
            action=action.value,
            wording_sha256=wording_sha256,
            channel=channel.value,
            happened_at=now,
        )
    )
    await tx.flush()
    if action is ConsentAction.WITHDRAWN:
        await announce_citizen_stops(tx, citizen_id)


async def find_consent(tx: AsyncSession, *, citizen_id: UUID, purpose: str) -> ConsentEvent | None:
    """Return the last line for a purpose, None where the citizen was never asked."""
    row = await tx.scalar(
        select(ConsentEventRow)
        .where(ConsentEventRow.citizen_id == citizen_id, ConsentEventRow.purpose == purpose)
        .order_by(ConsentEventRow.id.desc())
        .limit(1)
    )
    if row is None:
        return None
    return ConsentEvent(
        purpose=row.purpose,
        action=ConsentAction(row.action),
        wording_sha256=row.wording_sha256,
        channel=Channel(row.channel),
        happened_at=row.happened_at,
    )
