"""Tells those who asked and agreed that their question has an answer now: once, by day, and then forgets them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from bot.clock import HANOI
from bot.content.catalogue import UNIT_PREFIX
from bot.delivery.queue import BATCH, DeliveryQueue, Priority
from bot.domain.answers import Answer, AnswerKind, Button
from bot.domain.content import ContentKind
from bot.domain.delivery import NewDelivery
from bot.domain.messages import Channel
from bot.domain.notice_code import render_code
from bot.domain.question import PURPOSE
from bot.storage.content_records import find_record
from bot.storage.database import Database
from bot.storage.deliveries import record_deliveries
from bot.storage.questions import claim_askers, delete_askers

REFERENCE = "answered-question"
"""The key of a delivery's message that names the unit which answers."""
DAY_STARTS = time(7, 0)
DAY_ENDS = time(21, 0)
USEFUL_FOR = timedelta(days=7)
TEXT = "Câu bạn hỏi hôm trước nay đã có câu trả lời. Bấm nút để xem."
_OPEN_TITLE = "Xem câu trả lời"

log = structlog.get_logger()


class AnsweredQuestions:
    """The port bot.delivery.message_source.MessageSource for {"answered-question": unit}."""

    async def find_answer(self, tx: AsyncSession, message: Mapping[str, Any]) -> Answer | None:
        """Return the notice, None where the unit is not there any more."""
        unit_id = str(message[REFERENCE])
        if await find_record(tx, ContentKind.ANSWER, unit_id) is None:
            return None
        return Answer(
            kind=AnswerKind.FORM,
            text=f"{TEXT}\n\n{render_code(message)}",
            buttons=(Button(title=_OPEN_TITLE, payload=f"{UNIT_PREFIX}{unit_id}"),),
        )


async def tell_askers(database: Database, queue: DeliveryQueue, now: datetime) -> int:
    """Plan a message for everybody whose question was answered, and return how many. Many may look at once."""
    if not DAY_STARTS <= now.astimezone(HANOI).time() < DAY_ENDS:
        return 0
    total = 0
    while True:
        async with database.begin() as tx:
            askers = await claim_askers(tx, limit=BATCH)
            by_channel: defaultdict[Channel, list[NewDelivery]] = defaultdict(list)
            for question_id, contact_id, channel, unit_id in askers:
                by_channel[channel].append(
                    NewDelivery(
                        idempotency_key=f"{REFERENCE}:{question_id}",
                        contact_id=contact_id,
                        channel=channel,
                        purpose=PURPOSE,
                        message={REFERENCE: unit_id},
                        expires_at=now + USEFUL_FOR,
                    )
                )
            for channel, deliveries in by_channel.items():
                job_id = await queue.defer(tx, channel=channel, priority=Priority.REMINDER)
                await record_deliveries(tx, deliveries, job_id=job_id, now=now)
            await delete_askers(tx, [question_id for question_id, *_ in askers])
        total += len(askers)
        if len(askers) < BATCH:
            break
    if total:
        log.info("questions.told", askers=total)
    return total
