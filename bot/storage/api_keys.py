"""Queries on the bearer keys of other systems."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.api_key import ApiKey, ApiScope
from bot.storage.tables import ApiKeyRow


class KeyNameTaken(Exception):
    """There is a key with this name already."""


async def record_key(
    tx: AsyncSession, *, name: str, source: str, scopes: Collection[ApiScope], key_sha256: bytes, now: datetime
) -> None:
    """Write a new key.

    Raises:
        KeyNameTaken: its name is used.
    """
    written = await tx.scalar(
        insert(ApiKeyRow)
        .values(name=name, source=source, scopes=sorted(map(str, scopes)), key_sha256=key_sha256, created_at=now)
        .on_conflict_do_nothing(index_elements=["name"])
        .returning(ApiKeyRow.id)
    )
    if written is None:
        raise KeyNameTaken(name)


async def use_key(tx: AsyncSession, key_sha256: bytes, *, now: datetime) -> ApiKey | None:
    """Return the key with a hash and note that it was used, None where there is none or it was revoked."""
    row = await tx.scalar(
        update(ApiKeyRow)
        .where(ApiKeyRow.key_sha256 == key_sha256, ApiKeyRow.revoked_at.is_(None))
        .values(last_used_at=now)
        .returning(ApiKeyRow)
    )
    if row is None:
        return None
    return ApiKey(id=row.id, name=row.name, source=row.source, scopes=frozenset(row.scopes))


async def revoke_key(tx: AsyncSession, name: str, *, now: datetime) -> bool:
    """End a key; False where there is none in use with this name."""
    ended = await tx.scalar(
        update(ApiKeyRow)
        .where(ApiKeyRow.name == name, ApiKeyRow.revoked_at.is_(None))
        .values(revoked_at=now)
        .returning(ApiKeyRow.id)
    )
    return ended is not None
