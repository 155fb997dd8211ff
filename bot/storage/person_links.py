"""Chats that have proved whose applications they may see without asking again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from bot.storage.tables import PersonLinkRow


async def record_link(tx: AsyncSession, *, contact_id: UUID, id_number_index: bytes, now: datetime) -> None:
    """Write that a chat has just proved to be a person's."""
    await tx.execute(
        insert(PersonLinkRow)
        .values(contact_id=contact_id, id_number_index=id_number_index, verified_at=now)
        .on_conflict_do_update(index_elements=["contact_id", "id_number_index"], set_={"verified_at": now})
    )


async def list_links(tx: AsyncSession, contact_id: UUID, *, verified_after: datetime) -> list[bytes]:
    """List whose applications a chat may see: blind indexes of ID numbers."""
    rows = await tx.scalars(
        select(PersonLinkRow.id_number_index).where(
            PersonLinkRow.contact_id == contact_id, PersonLinkRow.verified_at > verified_after
        )
    )
    return list(rows)


async def count_links(tx: AsyncSession, contact_ids: Sequence[UUID]) -> int:
    """Return how many people some chats have proved to be."""
    linked = select(func.count()).select_from(PersonLinkRow).where(PersonLinkRow.contact_id.in_(contact_ids))
    return (await tx.scalar(linked)) or 0


async def delete_links(tx: AsyncSession, contact_ids: Sequence[UUID]) -> None:
    """Forget whose applications some chats may see."""
    await tx.execute(delete(PersonLinkRow).where(PersonLinkRow.contact_id.in_(contact_ids)))


async def delete_old_links(tx: AsyncSession, *, verified_before: datetime) -> None:
    """Forget what was proved too long ago."""
    await tx.execute(delete(PersonLinkRow).where(PersonLinkRow.verified_at <= verified_before))
