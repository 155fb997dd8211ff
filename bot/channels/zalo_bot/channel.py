"""The whole Zalo Bot channel: by webhook where a secret is set, else by polling, meant for development."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from enum import StrEnum

import structlog
from fastapi import APIRouter
from pydantic import SecretStr

from bot.channels.inbox.intake import Intake, UpdateUnreadable
from bot.channels.inbox.replies import Replies, find_chosen, read_command
from bot.channels.inbox.worker import InboxWorker
from bot.channels.zalo_bot import wording
from bot.channels.zalo_bot.client import ZaloBotClient
from bot.channels.zalo_bot.polling import Poller
from bot.channels.zalo_bot.read_update import find_update
from bot.channels.zalo_bot.send import ZaloBotSender
from bot.channels.zalo_bot.webhook import PATH, make_webhook_router
from bot.clock import Clock
from bot.delivery.reply_gate import ReplyGate
from bot.domain.answers import Answer, AnswerKind
from bot.domain.messages import Channel, ChatAddress, CitizenMessage
from bot.domain.ports import ChannelUnauthorised, DeliveryDelayed, DeliveryRefused, TakesTurns
from bot.storage.database import Database
from bot.storage.guard import run_alone
from bot.storage.inbox import ClaimedUpdate

FIRST_PAUSE_S = 1.0
LONGEST_PAUSE_S = 60.0
POLL_KEY = 0x06_000A
"""The advisory lock of whoever polls."""

log = structlog.get_logger()


class ChannelState(StrEnum):
    """How the channel is, for /readyz."""

    STOPPED = "stopped"
    STARTING = "starting"
    READY = "ready"
    UNREACHABLE = "unreachable"
    """It was ready, but no poll has come back for a while."""
    UNAUTHORISED = "unauthorised"
    """Zalo refuses the token: staff must set a right one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedZaloBot:
    """What sends, and what it sends through."""

    client: ZaloBotClient
    sender: ZaloBotSender
    gate: ReplyGate | None = None


@asynccontextmanager
async def open_zalo_bot(
    token: SecretStr, *, api_base: str, database: Database, clock: Clock, gate: ReplyGate | None = None
) -> AsyncIterator[OpenedZaloBot]:
    """Give what sends while the block runs; it asks the network for nothing but to send.

    `gate`: where answers and what we start share the channel's rate; None: they do not.
    """
    client = ZaloBotClient(token, api_base=api_base)
    try:
        sender = ZaloBotSender(client=client, database=database, clock=clock, gate=gate)
        yield OpenedZaloBot(client=client, sender=sender, gate=gate)
    finally:
        await client.close()


class ZaloBotChannel:
    """Receives updates and has them answered.

    `public_url`: where Zalo reaches us, without a slash at its end; used by the webhook only.
    """

    def __init__(
        self,
        opened: OpenedZaloBot,
        *,
        webhook_secret: SecretStr,
        public_url: str,
        inbox: Database,
        database: Database,
        assistant: TakesTurns,
        clock: Clock,
    ) -> None:
        self._opened = opened
        self._secret = webhook_secret
        self._public_url = public_url
        self._inbox = inbox
        self._database = database
        self._clock = clock
        self._replies = Replies(sender=opened.sender, assistant=assistant, clock=clock)
        self._worker = InboxWorker(inbox, Channel.ZALO_BOT, self._process)
        self._intake = Intake(inbox, Channel.ZALO_BOT, on_kept=self._worker.wake)
        self._poller = Poller(opened.client, self._intake)
        self._tasks: list[asyncio.Task[None]] = []
        self._state = ChannelState.STOPPED
        self.router: APIRouter | None = (
            make_webhook_router(secret=webhook_secret, intake=self._intake) if self._is_by_webhook else None
        )
        """The webhook's route, None where updates are polled."""

    @property
    def _is_by_webhook(self) -> bool:
        return bool(self._secret.get_secret_value())

    @property
    def state(self) -> ChannelState:
        """How the channel is now."""
        if self._state is ChannelState.READY:
            if self._opened.sender.is_unauthorised:
                return ChannelState.UNAUTHORISED
            if not self._is_by_webhook and not self._poller.pulse.is_alive:
                return ChannelState.UNREACHABLE
        return self._state

    async def start(self) -> None:
        """Begin to connect, and return at once: the rest of the assistant does not wait for Zalo."""
        self._state = ChannelState.STARTING
        self._tasks = [asyncio.create_task(self._run(), name="zalo_bot")]

    async def stop(self) -> None:
        """Stop receiving and finish what is in flight. What is kept stays kept."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks = []
        await self._poller.stop()
        await self._intake.stop()
        self._state = ChannelState.STOPPED

    async def _run(self) -> None:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._worker.run())
            if self._opened.gate is not None:
                tasks.create_task(self._opened.gate.run())
            await self._connect()
            self._state = ChannelState.READY
            log.info("zalo_bot.ready", webhook=self._is_by_webhook)
            if not self._is_by_webhook:
                tasks.create_task(run_alone(self._inbox, POLL_KEY, self._poller.run))

    async def _connect(self) -> None:
        pause = FIRST_PAUSE_S
        while True:
            try:
                await self._introduce()
            except ChannelUnauthorised:
                self._state = ChannelState.UNAUTHORISED
                log.error("zalo_bot.unauthorised", next_step="set ZALO_BOT_TOKEN")
                pause = LONGEST_PAUSE_S
            except (DeliveryDelayed, DeliveryRefused) as error:
                self._state = ChannelState.STARTING
                log.warning("zalo_bot.not_reached", error=str(error), again_in_s=pause)
            else:
                return
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE_S)

    async def _introduce(self) -> None:
        if self._is_by_webhook:
            secret = self._secret.get_secret_value()
            await self._opened.client.call(
                "setWebhook", {"url": f"{self._public_url}{PATH}", "secret_token": secret}
            )
        else:
            await self._opened.client.call("deleteWebhook", {})

    async def _process(self, claimed: ClaimedUpdate) -> None:
        """Answer one update; raises UpdateUnreadable, and as the sender does."""
        update = find_update(claimed.payload)
        if update is None:
            raise UpdateUnreadable
        address = ChatAddress(channel=Channel.ZALO_BOT, chat=update.chat)
        if update.is_withheld:
            answer = Answer(kind=AnswerKind.REFUSAL, text=wording.WITHHELD)
            await self._opened.sender.send(address, answer, idempotency_key=f"reply:{update.key}")
            return
        button = None
        if update.attachment is None:
            button = await find_chosen(self._database, address, update.text, at=update.at)
        command, text = read_command(update.text)
        message = CitizenMessage(
            address=address,
            received_at=self._clock(),
            text="" if button is not None else text,
            button=button,
            command=command if button is None else None,
            attachment=update.attachment,
        )
        await self._replies.answer(message, key=update.key)
