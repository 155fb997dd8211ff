"""Forgetting what is over and belongs to nobody else's file."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, text
from sqlalchemy.ext.asyncio import AsyncSession

from bot.storage.tables import ConversationRow, WebMessageRow

_FORGET_FORMS = text(
    """
    UPDATE conversations SET state = state - 'forms' - 'forms_expire_at'
    WHERE (channel, chat) IN (
        SELECT channel, chat FROM conversations
        WHERE state ? 'forms' AND CAST(state ->> 'forms_expire_at' AS timestamptz) <= :now
        LIMIT :limit FOR UPDATE SKIP LOCKED
    )
    """
)


async def forget_expired_forms(tx: AsyncSession, *, now: datetime, limit: int = 1000) -> None:
    """Delete unfinished forms whose time is over, with the dates that were typed into them."""
    await tx.execute(_FORGET_FORMS, {"now": now, "limit": limit})


async def delete_old_conversations(tx: AsyncSession, *, updated_before: datetime) -> None:
    """Delete where conversations stood, with the messenger's ids of their chats."""
    await tx.execute(delete(ConversationRow).where(ConversationRow.updated_at < updated_before))


async def delete_old_web_messages(tx: AsyncSession, *, created_before: datetime) -> None:
    """Delete messages that no browser came for."""
    await tx.execute(delete(WebMessageRow).where(WebMessageRow.created_at < created_before))
