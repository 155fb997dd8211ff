"""Marks of chats whose data was deleted: an older backup must not bring anybody back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.messages import ChatAddress
from bot.storage.encryption import Cipher
from bot.storage.tables import TombstoneRow

_PURPOSE = "tombstone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tombstone:
    """One deletion. `mark`: the keyed hash of a chat."""

    mark: bytes
    deleted_at: datetime


def make_mark(cipher: Cipher, address: ChatAddress) -> bytes:
    """Return the mark of a chat; the same for as long as the index key is."""
    return cipher.index(f"{address.channel.value}|{address.chat}", purpose=_PURPOSE)


async def record_tombstones(tx: AsyncSession, tombstones: Sequence[Tombstone]) -> None:
    """Write deletions down; the newest of a chat stands."""
    for each in tombstones:
        written = insert(TombstoneRow).values(mark=each.mark, deleted_at=each.deleted_at)
        await tx.execute(
            written.on_conflict_do_update(
                index_elements=["mark"],
                set_={"deleted_at": written.excluded.deleted_at, "filed_at": None},
                where=TombstoneRow.deleted_at < written.excluded.deleted_at,
            )
        )


async def list_unfiled(tx: AsyncSession, *, limit: int) -> list[Tombstone]:
    """List the deletions that stand only in the database, the oldest first, and lock them."""
    rows = await tx.scalars(
        select(TombstoneRow)
        .where(TombstoneRow.filed_at.is_(None))
        .order_by(TombstoneRow.deleted_at)
        .limit(limit)
        .with_for_update()
    )
    return [Tombstone(mark=row.mark, deleted_at=row.deleted_at) for row in rows]


async def record_filed(tx: AsyncSession, tombstones: Sequence[Tombstone], *, now: datetime) -> None:
    """Write that deletions stand in the file."""
    marks = [each.mark for each in tombstones]
    await tx.execute(update(TombstoneRow).where(TombstoneRow.mark.in_(marks)).values(filed_at=now))


async def list_tombstones(tx: AsyncSession) -> list[Tombstone]:
    """List every deletion that is remembered."""
    rows = await tx.execute(select(TombstoneRow.mark, TombstoneRow.deleted_at))
    return [Tombstone(mark=row.mark, deleted_at=row.deleted_at) for row in rows]


async def delete_old_tombstones(tx: AsyncSession, *, deleted_before: datetime) -> None:
    """Forget deletions that are older than any backup."""
    await tx.execute(delete(TombstoneRow).where(TombstoneRow.deleted_at < deleted_before))
