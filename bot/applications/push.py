"""Turns changes of followed applications into deliveries and a job, in one transaction a batch."""

from __future__ import annotations

import hmac
from collections import defaultdict
from datetime import datetime, time, timedelta
from uuid import UUID

import structlog
from prometheus_client import Counter

from bot.applications.follow import PURPOSE, hash_secret
from bot.applications.messages import REFERENCE
from bot.clock import HANOI
from bot.delivery.queue import BATCH, DeliveryQueue, Priority
from bot.domain.application import Secret, list_secrets
from bot.domain.delivery import NewDelivery
from bot.domain.messages import Channel
from bot.storage.application_follows import (
    ChangedContact,
    WaitingFollow,
    claim_changes,
    give_up_waiting,
    list_found_waiting,
    record_found,
    record_notices,
)
from bot.storage.applications import find_secrets
from bot.storage.database import Database
from bot.storage.deliveries import record_deliveries
from bot.storage.encryption import Cipher

SETTLES_FOR = timedelta(seconds=5)
"""What changes again so soon is told once; and what several applications change at once, in one message."""
DAY_STARTS = time(7, 0)
DAY_ENDS = time(21, 0)
"""Between the two messages may ring; at other times only what is urgent."""
USEFUL_FOR = timedelta(days=3)

log = structlog.get_logger()
_notices = Counter("troly06_application_notices_total", "Notices of changed applications")


async def push_changes(database: Database, queue: DeliveryQueue, now: datetime) -> int:
    """Plan a notice for every chat whose applications changed, and return how many. Many may look at once."""
    is_day = DAY_STARTS <= now.astimezone(HANOI).time() < DAY_ENDS
    total = 0
    while True:
        looked_at, planned = await _push_batch(database, queue, is_day=is_day, now=now)
        total += planned
        if not looked_at:
            break
    if total:
        log.info("applications.pushed", notices=total)
        _notices.inc(total)
    return total


async def match_waiting(database: Database, cipher: Cipher, now: datetime) -> int:
    """Find codes that were followed before they were known, and give up those waited for too long."""
    after, found = UUID(int=0), 0
    while True:
        async with database.begin() as tx:
            batch = await list_found_waiting(tx, after=after, limit=BATCH)
            for waiting in batch:
                secrets = await find_secrets(tx, waiting.application_id, cipher)
                if secrets is not None and _fits(waiting, list_secrets(secrets), cipher):
                    await record_found(tx, waiting.id, waiting.application_id, now=now)
                    found += 1
        if not batch:
            break
        after = batch[-1].id
    async with database.begin() as tx:
        await give_up_waiting(tx, now=now)
    return found


async def _push_batch(database: Database, queue: DeliveryQueue, *, is_day: bool, now: datetime) -> tuple[int, int]:
    async with database.begin() as tx:
        looked_at, news = await claim_changes(
            tx, settled_before=now - SETTLES_FOR, is_day=is_day, limit=BATCH, now=now
        )
        by_channel: defaultdict[Channel, list[NewDelivery]] = defaultdict(list)
        for notice_id, changed in await record_notices(tx, news, now=now):
            by_channel[changed.channel].append(_delivery(notice_id, changed, now=now))
        for channel, deliveries in by_channel.items():
            job_id = await queue.defer(tx, channel=channel, priority=Priority.REMINDER)
            await record_deliveries(tx, deliveries, job_id=job_id, now=now)
    return looked_at, len(news)


def _delivery(notice_id: UUID, changed: ChangedContact, *, now: datetime) -> NewDelivery:
    return NewDelivery(
        idempotency_key=f"{REFERENCE}:{notice_id}",
        contact_id=changed.contact_id,
        channel=changed.channel,
        purpose=PURPOSE,
        message={REFERENCE: str(notice_id)},
        expires_at=now + USEFUL_FOR,
    )


def _fits(waiting: WaitingFollow, known: dict[Secret, str], cipher: Cipher) -> bool:
    hashes = [hash_secret(waiting.code_key, kind, value, cipher) for kind, value in known.items()]
    return any(hmac.compare_digest(waiting.proof, each) for each in hashes)
