"""What staff see of chats: who waits since when, the last lines, and how a reply reached its citizen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from bot.console.access import CHAT_STAFF
from bot.console.wording import OUTCOMES
from bot.domain.handover import Author, HandoverState
from bot.storage.encryption import Cipher
from bot.storage.handovers import Handover, HandoverMessage, list_messages, list_open
from bot.storage.staff import list_accounts

LAST_LINES = 2
MOST_SHOWN = 100
LONGEST_LINE = 160


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingChat:
    """A chat in the queue. `lines`: the last ones of the citizen, masked; none of a chat that a colleague has."""

    held: Handover
    waited: timedelta
    lines: tuple[str, ...]
    unanswered: bool


async def list_waiting(tx: AsyncSession, cipher: Cipher, email: str, *, now: datetime) -> list[WaitingChat]:
    """List the chats that are not over, as a member of staff may see them."""
    return [await _view(tx, cipher, held, email, now) for held in await list_open(tx, limit=MOST_SHOWN)]


async def _view(tx: AsyncSession, cipher: Cipher, held: Handover, email: str, now: datetime) -> WaitingChat:
    may_read = held.state is HandoverState.REQUESTED or held.taken_by == email
    last = await list_messages(tx, cipher, held.id, last=LAST_LINES + 1) if may_read else []
    lines = [each.text[:LONGEST_LINE] for each in last if each.author is Author.CITIZEN]
    return WaitingChat(
        held=held,
        waited=now - held.requested_at,
        lines=tuple(lines[-LAST_LINES:]),
        unanswered=bool(last) and last[-1].author is Author.CITIZEN,
    )


async def list_colleagues(tx: AsyncSession, email: str) -> list[str]:
    """List to whom a chat can be handed on."""
    return [
        each.member.email
        for each in await list_accounts(tx)
        if each.is_active and each.member.role in CHAT_STAFF and each.member.email != email
    ]


def describe_delivery(message: HandoverMessage) -> str:
    """Return how a message of staff reached its citizen; empty for what the citizen wrote."""
    if message.delivery is None:
        return ""
    return OUTCOMES.get(message.delivery, "Đang gửi")
