"""Receiving by polling: keep the updates, and only then tell Telegram that we have them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from urllib.parse import urlencode

import structlog
from telegram import Bot
from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError

from bot.channels.inbox.intake import InboxUnavailable, Intake, UpdateUnreadable, received_total
from bot.channels.pulse import Pulse
from bot.channels.telegram.client import AnswerUnreadable, CarefulRequest, build_request
from bot.channels.telegram.read_raw import read_raw
from bot.channels.telegram.read_update import ALLOWED_UPDATES
from bot.channels.telegram.send import find_pause
from bot.domain.messages import Channel

POLL_S = 25
GRACE_S = 10.0
"""A poll that has not come back this long after its time hangs on a dead connection, and is given up."""
FIRST_PAUSE_S = 0.5
LONGEST_PAUSE_S = 30.0
CONFLICT_PAUSE_S = 5.0

log = structlog.get_logger()


class Poller:
    """Asks for updates, one long poll after the other.

    The library's own get_updates reads a whole batch at once: one malformed update would stop all the others for
    ever, and it would log the batch. So the raw answer is fetched through the library's HTTP client.
    """

    def __init__(
        self,
        bot: Bot,
        intake: Intake,
        *,
        poll_s: int = POLL_S,
        grace_s: float = GRACE_S,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        make_request: Callable[[], CarefulRequest] = build_request,
    ) -> None:
        self._bot = bot
        self._intake = intake
        self._poll_s = poll_s
        self._grace_s = grace_s
        self._sleep = sleep
        self._make_request = make_request
        self._offset: int | None = None
        self.pulse = Pulse(patience_s=2 * (poll_s + grace_s))

    async def run(self) -> None:
        """Poll until cancelled; nothing that Telegram or the network does ends it."""
        with self.pulse.beating():
            await self._poll()

    async def _poll(self) -> None:
        pause = FIRST_PAUSE_S
        request = self._make_request()
        try:
            while True:
                try:
                    async with asyncio.timeout(self._poll_s + self._grace_s):
                        await self._poll_once(request)
                    self.pulse.beat()
                    pause = FIRST_PAUSE_S
                    continue
                except TimeoutError:
                    # The watchdog: a half-open connection would be waited for without end, so a new client.
                    log.warning("telegram.poll_hung")
                    await request.shutdown()
                    request = self._make_request()
                    continue
                except Conflict:
                    # Another poller, or a webhook: two that take turns would each get half of the updates.
                    log.error("telegram.poll_conflict")
                    wait = max(pause, CONFLICT_PAUSE_S)
                except InvalidToken:
                    log.error("telegram.unauthorised")
                    wait = LONGEST_PAUSE_S
                except TelegramError as error:
                    log.warning("telegram.poll_failed", error=type(error).__name__)
                    wait = max(pause, find_pause(error)) if isinstance(error, RetryAfter) else pause
                except InboxUnavailable:
                    wait = pause  # the offset stands still, so Telegram keeps the updates
                except Exception as error:  # noqa: BLE001 -- the receiver must outlive any surprise
                    log.error("telegram.poll_failed", error=type(error).__name__)
                    wait = pause
                await self._sleep(wait)
                pause = min(pause * 2, LONGEST_PAUSE_S)
        finally:
            await request.shutdown()

    async def _poll_once(self, request: CarefulRequest) -> None:
        raw = await request.post(self._url(), read_timeout=self._poll_s + self._grace_s)
        if not isinstance(raw, list):
            raise AnswerUnreadable("no list")
        updates = []
        last = None
        for one in raw:
            try:
                updates.append(read_raw(one))
            except UpdateUnreadable:
                received_total.labels(Channel.TELEGRAM.value, "malformed").inc()
            update_id = one.get("update_id") if isinstance(one, dict) else None
            if isinstance(update_id, int):
                last = update_id if last is None else max(last, update_id)
        if raw and last is None:
            raise AnswerUnreadable("no update_id")
        if updates:
            await self._intake.keep(updates)
        # An empty answer confirms all before the offset. It is dropped then, because after a quiet week Telegram
        # may go on from a lower id, which a higher offset would confirm unseen.
        self._offset = last + 1 if last is not None else None

    def _url(self) -> str:
        asked: dict[str, object] = {"timeout": self._poll_s, "allowed_updates": json.dumps(ALLOWED_UPDATES)}
        if self._offset is not None:
            asked["offset"] = self._offset
        return f"{self._bot.base_url}/getUpdates?{urlencode(asked)}"
