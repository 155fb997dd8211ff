"""The choices that were put to a chat last, on messengers that have no buttons: a number refers to these."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, null, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.answers import Button
from bot.domain.messages import ChatAddress
from bot.storage.tables import ConversationRow


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferedChoices:
    """What a person can choose from, and since when."""

    buttons: tuple[Button, ...] = field(repr=False)
    offered_at: datetime


async def find_choices(tx: AsyncSession, address: ChatAddress) -> OfferedChoices | None:
    """Return what was offered in a chat last, None where the last message offered nothing."""
    stored = await tx.scalar(
        select(ConversationRow.choices).where(
            ConversationRow.channel == address.channel.value, ConversationRow.chat == address.chat
        )
    )
    if stored is None:
        return None
    return OfferedChoices(
        buttons=tuple(Button(title=title, payload=payload) for title, payload in stored["buttons"]),
        offered_at=datetime.fromisoformat(stored["offered_at"]),
    )


async def record_choices(
    tx: AsyncSession, address: ChatAddress, buttons: Sequence[Button], *, now: datetime
) -> None:
    """Write what a message offers; it takes the place of what was offered before, also where it offers nothing."""
    stored = (
        {"offered_at": now.isoformat(), "buttons": [[button.title, button.payload] for button in buttons]}
        if buttons
        else null()
    )
    written = insert(ConversationRow).values(
        channel=address.channel.value, chat=address.chat, choices=stored, updated_at=func.now()
    )
    await tx.execute(
        written.on_conflict_do_update(
            index_elements=["channel", "chat"], set_={"choices": written.excluded.choices}
        )
    )
