"""Queries on conversations: what a turn begins with, in one statement, since every question waits for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.messages import ChatAddress
from bot.domain.switches import Switches
from bot.storage.switches import NAME as SWITCHES
from bot.storage.tables import ConversationRow

SEEN_EVERY = timedelta(hours=1)

_TAKE_UP = text(
    """
    WITH held AS MATERIALIZED (
        SELECT state FROM conversations WHERE channel = :channel AND chat = :chat FOR UPDATE
    ), made AS (
        INSERT INTO conversations (channel, chat)
        SELECT :channel, :chat WHERE NOT EXISTS (SELECT FROM held)
        ON CONFLICT (channel, chat) DO NOTHING
        RETURNING state
    ), seen AS (
        UPDATE contacts SET seen_at = :now, stopped_at = NULL, stopped_reason = NULL
        WHERE channel = :channel AND chat = :chat
          AND (seen_at IS NULL OR seen_at < :seen_before OR stopped_at IS NOT NULL)
    )
    SELECT coalesce((SELECT state FROM held), (SELECT state FROM made)) AS state,
           (SELECT value FROM switches WHERE name = :switches) AS switches
    """
)
_KEEP = (
    update(ConversationRow)
    .where(ConversationRow.channel == bindparam("of_channel"), ConversationRow.chat == bindparam("of_chat"))
    .values(state=bindparam("new_state"), updated_at=bindparam("now"))
    .execution_options(synchronize_session=False)  # no row of it is ever held as an object
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenUp:
    """A conversation as it was left, and how the service is set."""

    state: Mapping[str, Any]
    switches: Switches


async def take_up(tx: AsyncSession, address: ChatAddress, *, now: datetime) -> TakenUp:
    """Return where a conversation stands, a new one where there is none, and the switches.

    The row is locked until the transaction ends, so one conversation is handled in order. That this person wrote
    to us is noted, to the hour, and that they can be reached; nothing where nobody consented.
    """
    values = {
        "channel": address.channel.value,
        "chat": address.chat,
        "now": now,
        "seen_before": now - SEEN_EVERY,
        "switches": SWITCHES,
    }
    while True:
        found = (await tx.execute(_TAKE_UP, values)).one()
        if found.state is not None:
            return TakenUp(state=found.state, switches=Switches.load(found.switches or {}))
        # Another turn made the row after this statement had begun: the next one sees it, or makes it where it was
        # deleted in between.


async def keep(tx: AsyncSession, address: ChatAddress, state: Mapping[str, Any], *, now: datetime) -> None:
    """Write where a conversation stands; nothing where it was deleted in this transaction."""
    await tx.execute(
        _KEEP,
        {"of_channel": address.channel.value, "of_chat": address.chat, "new_state": dict(state), "now": now},
    )
