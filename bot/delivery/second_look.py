"""A second look at messages that are about to leave, many in one transaction."""

from __future__ import annotations

import asyncio

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.delivery.preparation import Preparation, Ready
from bot.domain.delivery import ClaimedDelivery
from bot.storage.database import Database

_GATHERS_S = 0.005
_MOST_AT_ONCE = 500

log = structlog.get_logger()


class SecondLook:
    """Asks again what was asked when a message was claimed, and records what may not leave any more."""

    def __init__(self, database: Database, preparation: Preparation) -> None:
        self._database = database
        self._preparation = preparation
        self._waiting: list[tuple[ClaimedDelivery, asyncio.Future[Ready | None]]] = []
        self._looking: asyncio.Task[None] | None = None

    async def take(self, held: ClaimedDelivery) -> Ready | None:
        """Return the message as it may leave now, None where it must not or nobody can say.

        What nobody can say of is found by the sweep when its lease ends.
        """
        looked: asyncio.Future[Ready | None] = asyncio.get_running_loop().create_future()
        self._waiting.append((held, looked))
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look_at_all(), name="second look")
        return await looked

    async def _look_at_all(self) -> None:
        while self._waiting:
            await asyncio.sleep(_GATHERS_S)
            batch, self._waiting = self._waiting[:_MOST_AT_ONCE], self._waiting[_MOST_AT_ONCE:]
            ready: dict[int, Ready] = {}
            try:
                async with self._database.begin() as tx:
                    prepared = await self._preparation.prepare(tx, [held for held, _ in batch])
                ready = {each.held.id: each for each in prepared}
            except (SQLAlchemyError, OSError, TimeoutError) as error:
                log.warning("delivery.not_looked_again", messages=len(batch), error=type(error).__name__)
            finally:
                for held, looked in batch:
                    if not looked.done():
                        looked.set_result(ready.get(held.id))
