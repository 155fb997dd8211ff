"""Queries on who wants news, and what they told us to get only what concerns them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from bot.storage.tables import NewsSubscriptionRow


@dataclass(frozen=True, slots=True, kw_only=True)
class NewsWish:
    """What a citizen wants to hear of, and where they are. Codes: official ones of the list since July 2025."""

    topics: Sequence[str]
    province_code: str | None = None
    commune_code: str | None = None
    birth_year: int | None = None
    groups: Sequence[str] = ()


async def record_news_wish(tx: AsyncSession, contact_id: UUID, wish: NewsWish, *, now: datetime) -> None:
    """Write what a contact wants, in place of what it wanted before."""
    values = {
        "topics": list(wish.topics),
        "province_code": wish.province_code,
        "commune_code": wish.commune_code,
        "birth_year": wish.birth_year,
        "groups": list(wish.groups),
        "created_at": now,
    }
    statement = insert(NewsSubscriptionRow).values(contact_id=contact_id, **values)
    await tx.execute(statement.on_conflict_do_update(index_elements=["contact_id"], set_=values))


async def find_news_wish(tx: AsyncSession, contact_ids: Sequence[UUID]) -> NewsWish | None:
    """Return what one of these contacts wants, None where none does."""
    row = await tx.scalar(
        select(NewsSubscriptionRow).where(NewsSubscriptionRow.contact_id.in_(contact_ids)).limit(1)
    )
    return _read_wish(row) if row is not None else None


async def list_news_wishes(tx: AsyncSession, contact_ids: Sequence[UUID]) -> dict[UUID, NewsWish]:
    """Return, by contact, what each of these wants; without those that want nothing."""
    rows = await tx.scalars(select(NewsSubscriptionRow).where(NewsSubscriptionRow.contact_id.in_(contact_ids)))
    return {row.contact_id: _read_wish(row) for row in rows}


async def delete_news_wishes(tx: AsyncSession, contact_ids: Sequence[UUID]) -> int:
    """Forget what these contacts wanted, and return how many wanted anything."""
    gone = await tx.execute(
        delete(NewsSubscriptionRow)
        .where(NewsSubscriptionRow.contact_id.in_(contact_ids))
        .returning(NewsSubscriptionRow.contact_id)
    )
    return len(gone.all())


def _read_wish(row: NewsSubscriptionRow) -> NewsWish:
    return NewsWish(
        topics=tuple(row.topics),
        province_code=row.province_code,
        commune_code=row.commune_code,
        birth_year=row.birth_year,
        groups=tuple(row.groups),
    )
