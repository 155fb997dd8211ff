"""Queries on what staff have ready to say, and on the files they send along."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import delete, exists, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.answers import AttachedFile
from bot.storage.tables import BroadcastRow, CannedReplyRow, HandoverMessageRow, StaffFileRow


@dataclass(frozen=True, slots=True, kw_only=True)
class CannedReply:
    """Something staff have ready to say (câu soạn sẵn)."""

    id: UUID
    title: str
    text: str
    file_id: UUID | None
    file_name: str | None
    version: int
    changed_by: str
    changed_at: datetime


async def list_canned(tx: AsyncSession) -> list[CannedReply]:
    """List what is ready, by title."""
    rows = await tx.execute(
        select(CannedReplyRow, StaffFileRow.name)
        .outerjoin(StaffFileRow, StaffFileRow.id == CannedReplyRow.file_id)
        .where(CannedReplyRow.dropped_at.is_(None))
        .order_by(CannedReplyRow.title, CannedReplyRow.id)
    )
    return [
        CannedReply(
            id=row.id,
            title=row.title,
            text=row.text,
            file_id=row.file_id,
            file_name=name,
            version=row.version,
            changed_by=row.changed_by,
            changed_at=row.changed_at,
        )
        for row, name in rows
    ]


async def record_shipped(
    tx: AsyncSession, reply_id: UUID, title: str, text: str, *, by: str, now: datetime
) -> bool:
    """Add a reply that comes with the assistant, unless it is known, also where staff took it away."""
    added = await tx.scalar(
        insert(CannedReplyRow)
        .values(id=reply_id, title=title, text=text, version=1, changed_by=by, changed_at=now)
        .on_conflict_do_nothing(index_elements=["id"])
        .returning(CannedReplyRow.id)
    )
    return added is not None


async def record_canned(
    tx: AsyncSession,
    reply_id: UUID,
    *,
    title: str,
    text: str,
    file_id: UUID | None,
    version: int,
    staff: str,
    now: datetime,
) -> bool:
    """Write a reply, a new one for version 0; False where somebody else changed it since `version`."""
    values = {"title": title, "text": text, "file_id": file_id, "changed_by": staff, "changed_at": now}
    if version == 0:
        added = await tx.scalar(
            insert(CannedReplyRow)
            .values(id=reply_id, version=1, **values)
            .on_conflict_do_nothing(index_elements=["id"])
            .returning(CannedReplyRow.id)
        )
        return added is not None
    changed = await tx.execute(
        update(CannedReplyRow)
        .where(
            CannedReplyRow.id == reply_id,
            CannedReplyRow.version == version,
            CannedReplyRow.dropped_at.is_(None),
        )
        .values(version=version + 1, **values)
        .returning(CannedReplyRow.id)
    )
    return changed.first() is not None


async def drop_canned(tx: AsyncSession, reply_id: UUID, *, staff: str, now: datetime) -> bool:
    """Take a reply away; False where it is gone already."""
    gone = await tx.execute(
        update(CannedReplyRow)
        .where(CannedReplyRow.id == reply_id, CannedReplyRow.dropped_at.is_(None))
        .values(dropped_at=now, file_id=None, changed_by=staff, changed_at=now)
        .returning(CannedReplyRow.id)
    )
    return gone.first() is not None


async def record_file(
    tx: AsyncSession, *, name: str, media_type: str, content: bytes, staff: str, now: datetime
) -> UUID:
    """Keep a file and return its id."""
    file_id = uuid4()
    tx.add(
        StaffFileRow(id=file_id, name=name, media_type=media_type, content=content, added_by=staff, added_at=now)
    )
    await tx.flush()
    return file_id


async def find_file(tx: AsyncSession, file_id: UUID) -> AttachedFile | None:
    """Return a file."""
    row = await tx.get(StaffFileRow, file_id)
    if row is None:
        return None
    return AttachedFile(id=row.id, name=row.name, media_type=row.media_type, content=row.content)


async def delete_unused_files(tx: AsyncSession, *, added_before: datetime) -> None:
    """Delete files that no reply, no message and no broadcast has."""
    await tx.execute(
        delete(StaffFileRow).where(
            StaffFileRow.added_at < added_before,
            ~exists().where(CannedReplyRow.file_id == StaffFileRow.id),
            ~exists().where(HandoverMessageRow.file_id == StaffFileRow.id),
            ~exists().where(BroadcastRow.picture_id == StaffFileRow.id),
        )
    )
