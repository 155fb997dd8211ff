"""The consent ledger (sổ đồng ý): lines are added, never changed. The last line for a purpose is what holds."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.messages import Channel, ChatAddress
from bot.storage.stops import announce_citizen_stops
from bot.storage.tables import ConsentEventRow, ContactRow


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


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawnConsent:
    """A line of the ledger that takes a consent back, and where its citizen can be reached."""

    number: int
    purpose: str
    happened_at: datetime
    chats: tuple[ChatAddress, ...] = field(repr=False)


async def find_newest_number(tx: AsyncSession) -> int:
    """Return the number of the ledger's last line, 0 where there is none."""
    return await tx.scalar(select(func.max(ConsentEventRow.id))) or 0


async def list_withdrawn(tx: AsyncSession, *, since: datetime, after: int = 0) -> list[WithdrawnConsent]:
    """List what was taken back since a moment, in lines of the ledger after a number, in their order."""
    rows = await tx.execute(
        select(ConsentEventRow, ContactRow.channel, ContactRow.chat)
        .join(ContactRow, ContactRow.citizen_id == ConsentEventRow.citizen_id)
        .where(
            ConsentEventRow.id > after,
            ConsentEventRow.happened_at >= since,
            ConsentEventRow.action == ConsentAction.WITHDRAWN.value,
        )
        .order_by(ConsentEventRow.id)
    )
    events: dict[int, ConsentEventRow] = {}
    chats: defaultdict[int, list[ChatAddress]] = defaultdict(list)
    for event, channel, chat in rows:
        events[event.id] = event
        chats[event.id].append(ChatAddress(channel=Channel(channel), chat=chat))
    return [
        WithdrawnConsent(
            number=number, purpose=event.purpose, happened_at=event.happened_at, chats=tuple(chats[number])
        )
        for number, event in events.items()
    ]
