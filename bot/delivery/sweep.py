"""The sweep: finds messages whose worker died or whose job was lost, and gives up those that are too late."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

import structlog
from prometheus_client import Counter

from bot.delivery.queue import BATCH, DeliveryQueue, choose_priority
from bot.domain.messages import Channel
from bot.storage.database import Database
from bot.storage.deliveries import claim_lost, expire_deliveries, record_found

log = structlog.get_logger()
_found = Counter("troly06_deliveries_found_total", "Messages that the sweep found without a worker")
_expired = Counter("troly06_deliveries_expired_total", "Messages given up because they were too late")


@dataclass(frozen=True, slots=True, kw_only=True)
class Swept:
    """What one sweep found."""

    expired: int
    found: int


async def sweep_deliveries(database: Database, queue: DeliveryQueue, now: datetime) -> Swept:
    """Expire what is too late, then give a new job to what has lost its own. Many may sweep at once."""
    expired = found = 0
    while batch := await _expire_batch(database, now):
        expired += batch
    while batch := await _find_batch(database, queue, now):
        found += batch
    if expired or found:
        log.info("delivery.swept", expired=expired, found=found)
        _expired.inc(expired)
        _found.inc(found)
    return Swept(expired=expired, found=found)


async def _expire_batch(database: Database, now: datetime) -> int:
    async with database.begin() as tx:
        return await expire_deliveries(tx, limit=BATCH, now=now)


async def _find_batch(database: Database, queue: DeliveryQueue, now: datetime) -> int:
    async with database.begin() as tx:
        lost = await claim_lost(tx, limit=BATCH, silence=queue.silence, now=now)
        by_lane: defaultdict[tuple[Channel, str], list[int]] = defaultdict(list)
        for each in lost:
            by_lane[each.channel, each.purpose].append(each.id)
        for (channel, purpose), ids in by_lane.items():
            job_id = await queue.defer(tx, channel=channel, priority=choose_priority(purpose))
            await record_found(tx, ids, job_id=job_id)
    return len(lost)
