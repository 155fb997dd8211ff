"""Receiving by polling, for development: one update a call, gone from Zalo once it is given."""

from __future__ import annotations

import asyncio
from typing import Any

import structlog

from bot.channels.inbox.intake import InboxUnavailable, Intake, UpdateUnreadable, received_total
from bot.channels.pulse import Pulse
from bot.channels.zalo_bot.client import ZaloBotClient
from bot.channels.zalo_bot.read_update import read_received
from bot.domain.messages import Channel
from bot.domain.ports import ChannelUnauthorised, DeliveryDelayed, DeliveryRefused

POLL_S = 25.0
GRACE_S = 10.0
FIRST_PAUSE_S = 0.5
LONGEST_PAUSE_S = 30.0
KEEPS_WITHIN_S = 3.0
"""Stopping waits so long for the database."""

log = structlog.get_logger()


class Poller:
    """Asks for updates, one long poll after the other; nothing that Zalo or the network does ends it."""

    def __init__(self, client: ZaloBotClient, intake: Intake, *, poll_s: float = POLL_S) -> None:
        self._client = client
        self._intake = intake
        self._poll_s = poll_s
        self.pulse = Pulse(patience_s=2 * (poll_s + GRACE_S))
        self._keeping: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Poll until cancelled."""
        with self.pulse.beating():
            await self._poll()

    async def stop(self) -> None:
        """Wait a few seconds for what was given to be kept, once `run` has ended; what is lost is logged."""
        if not self._keeping:
            return
        _, lost = await asyncio.wait(self._keeping, timeout=KEEPS_WITHIN_S)
        for task in lost:
            task.cancel()
        await asyncio.gather(*lost, return_exceptions=True)
        if lost:
            log.error("zalo_bot.updates_lost", updates=len(lost))

    async def _poll(self) -> None:
        pause = FIRST_PAUSE_S
        while True:
            try:
                raw = await self._client.find_update(wait_s=self._poll_s, grace_s=GRACE_S)
                if raw is not None:
                    # Goes on by itself where polling is handed to another process: Zalo will not give it again.
                    keeping = asyncio.create_task(self._keep(raw))
                    self._keeping.add(keeping)
                    keeping.add_done_callback(self._keeping.discard)
                    await asyncio.shield(keeping)
                self.pulse.beat()
                pause = FIRST_PAUSE_S
                continue
            except ChannelUnauthorised:
                log.error("zalo_bot.unauthorised")
                pause = LONGEST_PAUSE_S
            except (DeliveryDelayed, DeliveryRefused) as error:
                log.warning("zalo_bot.poll_failed", error=str(error))
            except Exception as error:  # noqa: BLE001 -- the receiver must outlive any surprise
                log.error("zalo_bot.poll_failed", error=type(error).__name__)
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE_S)

    async def _keep(self, raw: Any) -> None:
        """Keep an update, however long the database takes: Zalo will not give it again."""
        try:
            update = read_received(raw)
        except UpdateUnreadable:
            received_total.labels(Channel.ZALO_BOT.value, "malformed").inc()
            return
        if update is None:
            received_total.labels(Channel.ZALO_BOT.value, "ignored").inc()
            return
        while True:
            try:
                await self._intake.keep([update])
            except InboxUnavailable:
                await asyncio.sleep(FIRST_PAUSE_S)
            else:
                return
