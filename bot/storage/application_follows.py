"""Following applications: who wants to be told of what, what changed since they were told, and the notices sent.

The sync marks follows as changed in its own transaction (bot/storage/application_sync.py); here they are found.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import delete, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.application import Application, ApplicationState
from bot.domain.messages import Channel, ChatAddress
from bot.storage.tables import ApplicationFollowRow, ApplicationNoticeRow, ApplicationRow, ContactRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Follow:
    """That a chat wants to be told of one application."""

    id: UUID
    contact_id: UUID
    code: str
    application_id: UUID | None
    """None while the code is not known."""
    waits_until: datetime | None
    verified_at: datetime | None
    ended_at: datetime | None
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingFollow:
    """A follow of a code that was not known, and an application that has this code now."""

    id: UUID
    code_key: str
    proof: bytes
    application_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedContact:
    """A chat with follows that changed, all of them told in one message."""

    contact_id: UUID
    channel: Channel
    follow_ids: tuple[UUID, ...]


_CHANGED_CONTACTS = text(
    """
    SELECT contact.id, contact.channel FROM contacts AS contact
    WHERE contact.id IN (
        SELECT follow.contact_id FROM application_follows AS follow
        WHERE follow.changed_at <= :settled_before AND (:is_day OR follow.is_urgent)
        ORDER BY follow.changed_at LIMIT :limit
    )
    ORDER BY contact.id FOR UPDATE SKIP LOCKED
    """
)
# Whoever changed and changed back before being told has nothing to be told.
_TAKE_CHANGES = text(
    """
    WITH changed AS (
        SELECT follow.id, follow.ended_at IS NULL AND (
                application.id IS NULL OR follow.told_state IS DISTINCT FROM application.state
                OR follow.told_respond_by IS DISTINCT FROM application.respond_by
            ) AS is_news,
            application.state, application.respond_by
        FROM application_follows AS follow
        LEFT JOIN applications AS application ON application.id = follow.application_id
        WHERE follow.contact_id = ANY(:contact_ids) AND follow.changed_at <= :settled_before
            AND (:is_day OR follow.is_urgent)
        ORDER BY follow.id FOR UPDATE OF follow
    )
    UPDATE application_follows AS follow
    SET changed_at = NULL, is_urgent = false, told_state = changed.state, told_respond_by = changed.respond_by,
        ended_at = CASE WHEN follow.application_id IS NULL THEN :now ELSE follow.ended_at END
    FROM changed WHERE follow.id = changed.id
    RETURNING follow.id, follow.contact_id, changed.is_news
    """
)
_GIVE_UP_WAITING = text(
    """
    UPDATE application_follows SET changed_at = :now, proof = NULL
    WHERE application_id IS NULL AND ended_at IS NULL AND changed_at IS NULL AND waits_until <= :now
    """
)
_FOUND_WAITING = text(
    """
    SELECT follow.id, follow.code_key, follow.proof, application.id AS application_id
    FROM application_follows AS follow JOIN applications AS application ON application.code_key = follow.code_key
    WHERE follow.application_id IS NULL AND follow.ended_at IS NULL AND follow.proof IS NOT NULL
        AND follow.id > :after
    ORDER BY follow.id LIMIT :limit
    """
)


async def record_follow(
    tx: AsyncSession, *, contact_id: UUID, application: Application, code_key: str, now: datetime
) -> None:
    """Follow an application whose secret was just right. The caller has locked it (list_by_id)."""
    values = {
        "application_id": application.id,
        "proof": None,
        "waits_until": None,
        "verified_at": now,
        "told_state": application.state.value,
        "told_respond_by": application.respond_by,
        "changed_at": None,
        "is_urgent": False,
    }
    await tx.execute(
        insert(ApplicationFollowRow)
        .values(contact_id=contact_id, code=application.code, code_key=code_key, created_at=now, **values)
        .on_conflict_do_update(
            index_elements=["contact_id", "code_key"],
            index_where=ApplicationFollowRow.ended_at.is_(None),
            set_=values,
        )
    )


async def record_waiting_follow(
    tx: AsyncSession,
    *,
    contact_id: UUID,
    code: str,
    code_key: str,
    proof: bytes,
    waits_until: datetime,
    now: datetime,
) -> None:
    """Follow a code that is not known yet, or whose secret was wrong: nobody can tell which."""
    values = {"proof": proof, "waits_until": waits_until}
    await tx.execute(
        insert(ApplicationFollowRow)
        .values(contact_id=contact_id, code=code, code_key=code_key, created_at=now, **values)
        .on_conflict_do_update(
            index_elements=["contact_id", "code_key"],
            index_where=ApplicationFollowRow.ended_at.is_(None),
            set_=values,
            where=ApplicationFollowRow.application_id.is_(None),
        )
    )


async def list_follows(tx: AsyncSession, contact_ids: Sequence[UUID]) -> list[Follow]:
    """List what some chats follow now, the oldest first."""
    rows = await tx.scalars(
        select(ApplicationFollowRow)
        .where(ApplicationFollowRow.contact_id.in_(contact_ids), ApplicationFollowRow.ended_at.is_(None))
        .order_by(ApplicationFollowRow.created_at, ApplicationFollowRow.id)
    )
    return [_follow(row) for row in rows]


async def find_follow(tx: AsyncSession, follow_id: UUID, *, address: ChatAddress) -> Follow | None:
    """Return a follow of the chat that asks, None where it is not that chat's or is over."""
    row = await tx.scalar(
        select(ApplicationFollowRow)
        .join(ContactRow, ContactRow.id == ApplicationFollowRow.contact_id)
        .where(
            ApplicationFollowRow.id == follow_id,
            ApplicationFollowRow.ended_at.is_(None),
            ContactRow.channel == address.channel.value,
            ContactRow.chat == address.chat,
        )
    )
    return _follow(row) if row is not None else None


async def record_verified(tx: AsyncSession, contact_id: UUID, application_id: UUID, *, now: datetime) -> None:
    """Write that the secret was right once more: details are shown without asking for a while."""
    await tx.execute(
        update(ApplicationFollowRow)
        .where(
            ApplicationFollowRow.contact_id == contact_id,
            ApplicationFollowRow.application_id == application_id,
            ApplicationFollowRow.ended_at.is_(None),
        )
        .values(verified_at=now)
    )


async def end_follow(tx: AsyncSession, follow_id: UUID, *, now: datetime) -> None:
    """Follow it no more."""
    await tx.execute(
        update(ApplicationFollowRow)
        .where(ApplicationFollowRow.id == follow_id, ApplicationFollowRow.ended_at.is_(None))
        .values(ended_at=now, changed_at=None, proof=None)
    )


async def end_follows(tx: AsyncSession, contact_ids: Sequence[UUID], *, now: datetime) -> int:
    """End everything some chats follow, and return how many."""
    ended = await tx.execute(
        update(ApplicationFollowRow)
        .where(ApplicationFollowRow.contact_id.in_(contact_ids), ApplicationFollowRow.ended_at.is_(None))
        .values(ended_at=now, changed_at=None, proof=None)
        .returning(ApplicationFollowRow.id)
    )
    return len(ended.all())


async def list_found_waiting(tx: AsyncSession, *, after: UUID, limit: int) -> list[WaitingFollow]:
    """List follows of codes that have become known, by id."""
    rows = await tx.execute(_FOUND_WAITING, {"after": after, "limit": limit})
    return [
        WaitingFollow(id=row.id, code_key=row.code_key, proof=row.proof, application_id=row.application_id)
        for row in rows
    ]


async def record_found(tx: AsyncSession, follow_id: UUID, application_id: UUID, *, now: datetime) -> None:
    """Write that what was waited for has come, with the right secret; its chat is told."""
    await tx.execute(
        update(ApplicationFollowRow)
        .where(ApplicationFollowRow.id == follow_id, ApplicationFollowRow.application_id.is_(None))
        .values(application_id=application_id, proof=None, waits_until=None, changed_at=now, verified_at=now)
    )


async def give_up_waiting(tx: AsyncSession, *, now: datetime) -> None:
    """Mark what has been waited for too long; its chat is told."""
    await tx.execute(_GIVE_UP_WAITING, {"now": now})


async def claim_changes(
    tx: AsyncSession, *, settled_before: datetime, is_day: bool, limit: int, now: datetime
) -> tuple[int, list[ChangedContact]]:
    """Take the changes of some chats, and return how many chats were looked at and whom there is news for.

    `settled_before`: what changed later may still change again. `is_day`: also what is not urgent.
    """
    given = {"settled_before": settled_before, "is_day": is_day, "limit": limit}
    channels = {row.id: Channel(row.channel) for row in await tx.execute(_CHANGED_CONTACTS, given)}
    if not channels:
        return 0, []
    taken = await tx.execute(
        _TAKE_CHANGES,
        {"contact_ids": list(channels), "settled_before": settled_before, "is_day": is_day, "now": now},
    )
    news: defaultdict[UUID, list[UUID]] = defaultdict(list)
    for row in taken:
        if row.is_news:
            news[row.contact_id].append(row.id)
    return len(channels), [
        ChangedContact(contact_id=contact_id, channel=channels[contact_id], follow_ids=tuple(sorted(ids)))
        for contact_id, ids in sorted(news.items())
    ]


async def record_notices(
    tx: AsyncSession, changed: Sequence[ChangedContact], *, now: datetime
) -> list[tuple[UUID, ChangedContact]]:
    """Write a notice for each chat, what its message opens, and return their ids."""
    notices = [(uuid4(), each) for each in changed]
    if notices:
        rows = [
            {
                "id": notice_id,
                "contact_id": each.contact_id,
                "follow_ids": list(each.follow_ids),
                "created_at": now,
            }
            for notice_id, each in notices
        ]
        await tx.execute(insert(ApplicationNoticeRow), rows)
    return notices


async def list_noticed(tx: AsyncSession, notice_id: UUID, *, address: ChatAddress | None = None) -> list[Follow]:
    """List the follows that a notice is about, ended ones too. `address`: only where it was sent there."""
    statement = (
        select(ApplicationFollowRow)
        .join(ApplicationNoticeRow, ApplicationFollowRow.id == ApplicationNoticeRow.follow_ids.any_())
        .where(ApplicationNoticeRow.id == notice_id)
        .order_by(ApplicationFollowRow.created_at, ApplicationFollowRow.id)
    )
    if address is not None:
        statement = statement.join(ContactRow, ContactRow.id == ApplicationNoticeRow.contact_id).where(
            ContactRow.channel == address.channel.value, ContactRow.chat == address.chat
        )
    return [_follow(row) for row in await tx.scalars(statement)]


async def end_finished_follows(tx: AsyncSession, *, closed_before: datetime, now: datetime) -> None:
    """End what is followed of applications that have been over for long."""
    closed = [state.value for state in ApplicationState if not state.is_open]
    over = select(ApplicationRow.id).where(
        ApplicationRow.state.in_(closed), ApplicationRow.state_since < closed_before
    )
    await tx.execute(
        update(ApplicationFollowRow)
        .where(
            ApplicationFollowRow.ended_at.is_(None),
            ApplicationFollowRow.changed_at.is_(None),
            ApplicationFollowRow.application_id.in_(over),
        )
        .values(ended_at=now)
    )


async def delete_old_follows(tx: AsyncSession, *, ended_before: datetime) -> None:
    """Delete follows that are over, and the notices that were about them."""
    await tx.execute(delete(ApplicationFollowRow).where(ApplicationFollowRow.ended_at < ended_before))
    await tx.execute(delete(ApplicationNoticeRow).where(ApplicationNoticeRow.created_at < ended_before))


def _follow(row: ApplicationFollowRow) -> Follow:
    return Follow(
        id=row.id,
        contact_id=row.contact_id,
        code=row.code,
        application_id=row.application_id,
        waits_until=row.waits_until,
        verified_at=row.verified_at,
        ended_at=row.ended_at,
        created_at=row.created_at,
    )
