"""What was stopped since a message was claimed: heard from the database, asked in memory before each send."""

from __future__ import annotations

import time
from collections.abc import Callable

import structlog

from bot.domain.delivery import ClaimedDelivery
from bot.storage.database import Database
from bot.storage.listen import follow_notices
from bot.storage.stops import NOTIFY_CHANNEL

STALE_AFTER_S = 2.0
"""A claim that waited longer, because the process slept or is overloaded, is asked again whatever was heard."""
_KEPT_S = 60.0
"""Longer than any claim holds."""
_MANY = 10_000

log = structlog.get_logger()


class Stops:
    """Tells whether what was asked at a moment still holds, as far as this process has heard."""

    def __init__(self, database: Database, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._database = database
        self._monotonic = monotonic
        self._heard_at: dict[str, float] = {}
        self._listening_since: float | None = None

    @property
    def is_listening(self) -> bool:
        """Tell whether announcements arrive."""
        return self._listening_since is not None

    def read_clock(self) -> float:
        """Return the moment that `may_concern` takes: read it before the database is asked."""
        return self._monotonic()

    def may_concern(self, held: ClaimedDelivery, *, asked_at: float) -> bool:
        """Tell whether a message must be looked at again: something was announced since, or could have been."""
        if self._listening_since is None or asked_at < self._listening_since:
            return True
        if self._monotonic() - asked_at > STALE_AFTER_S:
            return True
        if not self._heard_at:
            return False
        # A message names what it belongs to, so a broadcast is found as a contact is.
        names = (str(held.contact_id), *map(str, held.message.values()))
        return any(self._heard_at.get(name, asked_at - 1) >= asked_at for name in names)

    async def follow(self) -> None:
        """Hear what is announced, until cancelled."""
        try:
            await follow_notices(self._database, NOTIFY_CHANNEL, self._hear, on_lost=self._lose)
        finally:
            self._lose()

    async def _hear(self, name: str | None) -> None:
        now = self._monotonic()
        if name is None:
            # While a connection stands nothing is missed: only what was announced before it stood.
            self._listening_since = now if self._listening_since is None else self._listening_since
            return
        if len(self._heard_at) >= _MANY:
            self._heard_at = {each: at for each, at in self._heard_at.items() if now - at < _KEPT_S}
        self._heard_at[name] = now

    def _lose(self) -> None:
        self._listening_since = None
