"""Counts turns in memory and adds them to the counts of the day every few seconds: no turn waits for it.

A process that is killed loses the counts of those few seconds, never an answer. Where the citizen told us their
province, it is looked up when the counts are written; the chat is forgotten with that.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from datetime import date, datetime

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.clock import hanoi_date
from bot.domain.messages import Channel, ChatAddress
from bot.domain.statistics import Counted, find_bucket_ms
from bot.storage.database import Database
from bot.storage.statistics import add_answer_times, add_counts, find_provinces

WRITE_EVERY_S = 5.0
MOST_KEPT = 50_000
"""So many different things are kept while the database is away; what is beyond is not counted."""

log = structlog.get_logger()
_What = tuple[date, ChatAddress, str, str]
_When = tuple[date, Channel, int]


class TurnCounter:
    """Counts what happens in the conversations of this process. What staff try at the terminal is not counted."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._happened: Counter[_What] = Counter()
        self._times: Counter[_When] = Counter()
        self._writing: asyncio.Task[None] | None = None
        self.last_heard_at: dict[Channel, datetime] = {}
        """When a citizen wrote last on each channel to this process."""

    def record(self, address: ChatAddress, kind: str, *, unit_id: str = "", now: datetime) -> None:
        """Count something. `kind`: an AnswerKind or a Happening."""
        what = (hanoi_date(now), address, kind, unit_id)
        if address.channel.can_be_reached_later and (what in self._happened or len(self._happened) < MOST_KEPT):
            self._happened[what] += 1

    def record_answer(
        self, address: ChatAddress, kind: str, *, unit_id: str = "", seconds: float, now: datetime
    ) -> None:
        """Count an answer and the time it took."""
        if address.channel.can_be_reached_later:
            self.record(address, kind, unit_id=unit_id, now=now)
            self._times[hanoi_date(now), address.channel, find_bucket_ms(seconds)] += 1
            self.last_heard_at[address.channel] = now

    def start(self) -> None:
        """Begin to write what is counted, again and again."""
        self._writing = asyncio.create_task(self._keep_writing(), name="statistics.write")

    async def stop(self) -> None:
        """Write what is left, and end."""
        if self._writing is not None:
            self._writing.cancel()
            with suppress(asyncio.CancelledError):
                await self._writing
        await self.write()

    async def write(self) -> None:
        """Add what was counted to the counts of the days; what cannot be written is kept for the next time."""
        happened, self._happened = self._happened, Counter()
        times, self._times = self._times, Counter()
        if not happened and not times:
            return
        try:
            async with self._database.begin() as tx:
                provinces = await find_provinces(tx, list({address for _, address, _, _ in happened}))
                await add_counts(tx, _sum_up(happened, provinces))
                await add_answer_times(tx, times)
        except (SQLAlchemyError, OSError) as error:
            log.warning("statistics.not_written", error=type(error).__name__)
            self._happened.update(happened)
            self._times.update(times)

    async def _keep_writing(self) -> None:
        while True:
            await asyncio.sleep(WRITE_EVERY_S)
            await self.write()


def _sum_up(happened: Counter[_What], provinces: Mapping[ChatAddress, str]) -> list[Counted]:
    """Return the counts without saying who."""
    summed: Counter[tuple[date, Channel, str, str, str]] = Counter()
    for (day, address, kind, unit_id), count in happened.items():
        summed[day, address.channel, kind, unit_id, provinces.get(address, "")] += count
    return [
        Counted(day=day, channel=channel, kind=kind, unit_id=unit_id, province_code=province, count=count)
        for (day, channel, kind, unit_id, province), count in summed.items()
    ]
