"""The last look before messages leave: may each still go out, to whom, and what does it say?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.clock import Clock
from bot.delivery.message_source import FindsMany, MessageSource
from bot.delivery.queue import DeliveryQueue, choose_priority
from bot.delivery.records import deliveries_total
from bot.domain.answers import Answer
from bot.domain.broadcast import BroadcastState
from bot.domain.delivery import ClaimedDelivery, DeliveryState, NotSentReason, Recipient
from bot.domain.lanes import Paces
from bot.domain.messages import ChatAddress
from bot.storage.deliveries import find_recipients, record_held, record_not_sent, record_put_back


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """A message that may go out now."""

    held: ClaimedDelivery
    address: ChatAddress
    answer: Answer = field(repr=False)


class Preparation:
    """Asks consent, contact and broadcast again, and fetches the words."""

    def __init__(
        self, sources: Mapping[str, MessageSource], queue: DeliveryQueue, paces: Paces, clock: Clock
    ) -> None:
        self._sources = sources
        self._queue = queue
        self._paces = paces
        self._clock = clock

    async def prepare(self, tx: AsyncSession, claimed: Sequence[ClaimedDelivery]) -> list[Ready]:
        """Return what to send to whom; what must not be sent, or not yet, is recorded."""
        now = self._clock()
        recipients = await find_recipients(tx, claimed)
        answers = await self._find_answers(tx, claimed)
        chats: set[ChatAddress] = set()
        ready: list[Ready] = []
        for held in claimed:
            recipient = recipients.get(held.id)
            if recipient is None:
                continue
            reason = _find_reason(held, recipient, now)
            answer = answers[held.id]
            if reason is None and recipient.broadcast_state == BroadcastState.PAUSED:
                await record_held(tx, held)
            elif reason is not None or answer is None:
                await _record(tx, held, reason or NotSentReason.MESSAGE_GONE, now)
            elif recipient.address in chats:
                await self._put_off(tx, held, now)
            else:
                if self._paces.find_chat_gap(held.channel):
                    chats.add(recipient.address)
                ready.append(Ready(held=held, address=recipient.address, answer=answer))
        return ready

    async def _find_answers(
        self, tx: AsyncSession, claimed: Sequence[ClaimedDelivery]
    ) -> dict[int, Answer | None]:
        found: dict[int, Answer | None] = dict.fromkeys((held.id for held in claimed), None)
        for key, source in self._sources.items():
            ours = [held for held in claimed if key in held.message]
            if isinstance(source, FindsMany):
                answers = await source.find_answers(tx, [held.message for held in ours]) if ours else []
                found |= {held.id: answer for held, answer in zip(ours, answers, strict=True)}
            else:
                for held in ours:
                    found[held.id] = await source.find_answer(tx, held.message)
        return found

    async def _put_off(self, tx: AsyncSession, held: ClaimedDelivery, now: datetime) -> None:
        """Let a second message to the same chat come when the first one has been read."""
        gap = self._paces.find_chat_gap(held.channel)
        job_id = await self._queue.defer(
            tx, channel=held.channel, priority=choose_priority(held.purpose), after=gap
        )
        await record_put_back(tx, [held], job_id=job_id, not_before=now + gap)


def _find_reason(held: ClaimedDelivery, recipient: Recipient, now: datetime) -> NotSentReason | None:
    """Return why a message must not be sent, None where nothing speaks against it."""
    if held.expires_at <= now:
        return NotSentReason.TOO_LATE
    if not recipient.has_consent:
        return NotSentReason.CONSENT_WITHDRAWN
    if recipient.is_stopped:
        return NotSentReason.CONTACT_STOPPED
    if recipient.broadcast_state == BroadcastState.STOPPED:
        return NotSentReason.STOPPED
    return None


async def _record(tx: AsyncSession, held: ClaimedDelivery, reason: NotSentReason, now: datetime) -> None:
    is_late = reason is NotSentReason.TOO_LATE
    state = DeliveryState.EXPIRED if is_late else DeliveryState.CANCELLED
    await record_not_sent(tx, held, state=state, reason=reason, now=now)
    deliveries_total.labels(held.channel.value, reason.value).inc()
