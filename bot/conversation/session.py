"""The session of a conversation, in the database: loaded under a lock, saved at the end of the turn."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.messages import ChatAddress
from bot.domain.session import Session
from bot.storage.tables import ConversationRow


async def load_session(tx: AsyncSession, address: ChatAddress, *, now: datetime) -> Session:
    """Return the session of a conversation, a new one where there is none; an expired form is dropped.

    The row is locked until the transaction ends, so one conversation is handled in order.
    """
    await tx.execute(
        insert(ConversationRow)
        .values(channel=address.channel.value, chat=address.chat)
        .on_conflict_do_nothing(index_elements=["channel", "chat"])
    )
    state: dict[str, Any] = (
        await tx.execute(
            select(ConversationRow.state)
            .where(ConversationRow.channel == address.channel.value, ConversationRow.chat == address.chat)
            .with_for_update()
        )
    ).scalar_one()
    session = Session.model_validate(state)
    if session.form is not None and session.form.expires_at <= now:
        session.close_form()
    return session


async def save_session(tx: AsyncSession, address: ChatAddress, session: Session, *, now: datetime) -> None:
    """Write the session back."""
    row = await tx.get_one(ConversationRow, (address.channel.value, address.chat))
    row.state = session.model_dump(mode="json", exclude_none=True)
    row.updated_at = now
