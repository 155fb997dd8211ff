"""Invents people who want news, in set-based SQL; their chats are the numbers from 1 on."""

from __future__ import annotations

from uuid import UUID, uuid4

from sqlalchemy import text

from bot.broadcasts import lifecycle
from bot.clock import read_clock
from bot.domain.broadcast import Audience, BroadcastContent
from bot.storage.database import Database

_STATEMENTS = (
    "SET LOCAL statement_timeout = 0",
    """
    CREATE TEMPORARY TABLE invented ON COMMIT DROP AS
    SELECT uuidv7() AS citizen, uuidv7() AS contact, number::text AS chat
    FROM generate_series(CAST(:first AS integer), CAST(:last AS integer)) AS number
    """,
    "INSERT INTO citizens (id) SELECT citizen FROM invented",
    """
    INSERT INTO contacts (id, citizen_id, channel, chat) SELECT contact, citizen, 'telegram', chat FROM invented
    """,
    """
    INSERT INTO news_subscriptions (contact_id, topics, groups, created_at)
    SELECT contact, '{can-cuoc}', '{}', now() FROM invented
    """,
    """
    INSERT INTO consent_events (citizen_id, purpose, action, wording_sha256, channel, happened_at)
    SELECT citizen, 'announcements', 'given', '', 'telegram', now() FROM invented
    """,
)
_CONTENT = BroadcastContent(title="Đo", text="Công an xã làm việc cả thứ bảy.", topic="can-cuoc")


async def invent_readers(database: Database, *, first: int, last: int) -> None:
    """Write people with the chats from `first` to `last`."""
    async with database.begin() as tx:
        for statement in _STATEMENTS:
            await tx.execute(text(statement), {"first": first, "last": last} if ":first" in statement else {})


async def approve_broadcast(database: Database) -> UUID:
    """Write a broadcast to all of them, and let another person approve it."""
    broadcast_id, now = uuid4(), read_clock()
    async with database.begin() as tx:
        saved = await lifecycle.save(
            tx,
            broadcast_id,
            _CONTENT,
            Audience(),
            send_at=None,
            version=0,
            author="bench-writer",
            now=now,
            submit=True,
        )
        await lifecycle.approve(tx, broadcast_id, version=saved.version, approver="bench-approver")
        # The first hundred, the hundredth and the ten minutes of waiting are slow on purpose.
        await tx.execute(text("UPDATE broadcasts SET stage = 'all' WHERE id = :id"), {"id": broadcast_id})
    return broadcast_id
