"""The bell that tells every process that the content changed."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from bot.content.live import CHANNEL


async def notify_content_changed(tx: AsyncSession) -> None:
    """Tell every catalogue to read again, when and only when the transaction commits."""
    await tx.execute(text("SELECT pg_notify(:channel, '')"), {"channel": CHANNEL})
