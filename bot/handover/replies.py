"""What goes to a citizen from a handover: replies of staff and notices, before all other deliveries."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from bot.delivery.queue import DeliveryQueue, choose_priority
from bot.domain.answers import Answer, AnswerKind, AttachedFile, Button
from bot.domain.delivery import NewDelivery
from bot.domain.handover import PURPOSE, SKILL, Notice, Rating
from bot.domain.messages import Channel
from bot.handover.rules import HandoverTexts
from bot.storage.canned_replies import find_file
from bot.storage.deliveries import record_deliveries
from bot.storage.encryption import CannotDecrypt, Cipher
from bot.storage.handovers import Handover, delivery_key, find_handover, find_message

MESSAGE = "handover-message"
"""The key of a delivery's message that names a message of staff."""
NOTICE = "handover-notice"
"""The key of a delivery's message that names a handover; `what` says what is told of it."""
REPLY_USEFUL_FOR = timedelta(days=1)
FROM_STAFF = "👤 **Cán bộ:** "
_RATINGS = {Rating.GOOD: "Được việc", Rating.PARTLY: "Được một phần", Rating.BAD: "Chưa được"}


async def send_reply(
    tx: AsyncSession, queue: DeliveryQueue, held: Handover, message_id: UUID, *, now: datetime
) -> None:
    """Plan the delivery of a message of staff, in the transaction that keeps it."""
    await _plan(tx, queue, held, delivery_key(message_id), {MESSAGE: str(message_id)}, now=now)


async def send_notice(
    tx: AsyncSession, queue: DeliveryQueue, held: Handover, what: Notice, *, now: datetime
) -> None:
    """Plan to tell a citizen that a handover began, was closed, or is over."""
    message = {NOTICE: str(held.id), "what": what.value}
    await _plan(tx, queue, held, f"handover-notice:{held.id}:{what}:{now.timestamp():.0f}", message, now=now)


async def _plan(
    tx: AsyncSession, queue: DeliveryQueue, held: Handover, key: str, message: dict[str, Any], *, now: datetime
) -> None:
    delivery = NewDelivery(
        idempotency_key=key,
        contact_id=held.contact_id,
        channel=held.channel,
        purpose=PURPOSE,
        message=message,
        expires_at=now + REPLY_USEFUL_FOR,
    )
    job_id = await queue.defer(tx, channel=held.channel, priority=choose_priority(PURPOSE))
    await record_deliveries(tx, [delivery], job_id=job_id, now=now)


class StaffReplies:
    """The port bot.delivery.message_source.MessageSource for {"handover-message": id}.

    `base_url`: where a file can be fetched on a channel that carries none.
    """

    def __init__(self, cipher: Cipher, *, base_url: str) -> None:
        self._cipher = cipher
        self._base_url = base_url

    async def find_answer(self, tx: AsyncSession, message: Mapping[str, Any]) -> Answer | None:
        """Return what staff wrote, None where it was deleted meanwhile."""
        try:
            found = await find_message(tx, self._cipher, UUID(message[MESSAGE]))
        except CannotDecrypt:
            return None  # the key was changed
        if found is None:
            return None
        held = await find_handover(tx, found.handover_id)
        file = await find_file(tx, found.file_id) if found.file_id is not None else None
        text = f"{FROM_STAFF}{found.text}".strip()
        if file is None or held is None:
            return Answer(kind=AnswerKind.FORM, text=text)
        if held.channel.carries_files:
            return Answer(kind=AnswerKind.FORM, text=text, file=file)
        return Answer(kind=AnswerKind.FORM, text=f"{text}\n\n📎 {file.name}: {link_to(file, self._base_url)}")


class HandoverNotices:
    """The port bot.delivery.message_source.MessageSource for {"handover-notice": id, "what": notice}."""

    def __init__(self, texts: HandoverTexts) -> None:
        self._texts = texts

    async def find_answer(self, tx: AsyncSession, message: Mapping[str, Any]) -> Answer | None:
        """Return the notice, None where the handover was deleted meanwhile."""
        held = await find_handover(tx, UUID(message[NOTICE]))
        if held is None:
            return None
        match Notice(message["what"]):
            case Notice.TAKEN:
                return Answer(kind=AnswerKind.FORM, text=self._texts.taken) if held.is_open else None
            case Notice.CLOSED:
                return Answer(kind=AnswerKind.SMALLTALK, text=self._texts.closed, buttons=rating_buttons(held.id))
            case Notice.EXPIRED:
                return Answer(kind=AnswerKind.SMALLTALK, text=self._texts.expired)


def rating_buttons(handover_id: UUID) -> tuple[Button, ...]:
    """Return the buttons by which a citizen says whether a handover helped."""
    return tuple(
        Button(title=title, payload=f"s:{SKILL}:{rating}:{handover_id}") for rating, title in _RATINGS.items()
    )


def link_to(file: AttachedFile, base_url: str) -> str:
    """Return where a file is fetched in a browser."""
    return f"{base_url}/api/chat/files/{file.id}"


def describe_carrying(channel: Channel) -> str:
    """Return how a file reaches a citizen on a channel, as staff read it."""
    return "tệp gửi thẳng vào trò chuyện" if channel.carries_files else "tệp gửi bằng đường dẫn"
