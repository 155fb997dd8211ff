"""Counts the messages that were settled, a span of time after the other; looked at by the timetable."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.storage.database import Database
from bot.storage.statistics import add_settled_deliveries, claim_counted_until, record_counted_until

NAME = "deliveries"
COUNTED_AFTER = timedelta(minutes=1)
"""So long after it was settled a row is counted: by then every transaction of that moment has ended."""
AT_ONCE = timedelta(days=1)
FURTHEST_BACK = timedelta(days=90)


async def count_settled(database: Database, now: datetime) -> int:
    """Count what was settled since the last time, and return how much."""
    total = 0
    until = now - COUNTED_AFTER
    while True:
        async with database.begin() as tx:
            after = await claim_counted_until(tx, NAME, begin=now - FURTHEST_BACK)
            if after >= until:
                return total
            end = min(after + AT_ONCE, until)
            total += await add_settled_deliveries(tx, after=after, until=end)
            await record_counted_until(tx, NAME, end)
