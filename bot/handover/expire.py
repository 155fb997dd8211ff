"""Ends handovers that nobody took in time, and those where both sides were silent for long."""

from __future__ import annotations

from datetime import datetime

import structlog

from bot.delivery.queue import BATCH, DeliveryQueue
from bot.domain.handover import HandoverState, Notice
from bot.handover.lifecycle import end
from bot.handover.replies import send_notice
from bot.storage.database import Database
from bot.storage.handovers import claim_overdue

log = structlog.get_logger()


async def expire_handovers(database: Database, queue: DeliveryQueue, now: datetime) -> int:
    """Give every citizen back to the assistant whose handover is overdue, tell them, and return how many."""
    total = 0
    while True:
        async with database.begin() as tx:
            overdue = await claim_overdue(tx, limit=BATCH, now=now)
            for held in overdue:
                await end(tx, held, HandoverState.EXPIRED, staff=None, now=now)
                await send_notice(tx, queue, held, Notice.EXPIRED, now=now)
        total += len(overdue)
        if len(overdue) < BATCH:
            break
    if total:
        log.info("handover.expired", handovers=total)
    return total
