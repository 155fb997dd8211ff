"""The whole Telegram channel: built without the network, started in the background, stopped without a loss."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from enum import StrEnum

import structlog
from fastapi import APIRouter
from pydantic import SecretStr
from telegram import Bot, MenuButtonCommands
from telegram.error import InvalidToken, TelegramError

from bot.channels.inbox.intake import Intake
from bot.channels.inbox.worker import CHATS_AT_ONCE, InboxWorker
from bot.channels.telegram import wording
from bot.channels.telegram.client import build_application, build_request, keep_token_out_of_logs
from bot.channels.telegram.fast_request import build_sending_request
from bot.channels.telegram.polling import Poller
from bot.channels.telegram.read_update import ALLOWED_UPDATES
from bot.channels.telegram.reception import Reception
from bot.channels.telegram.send import TelegramSender
from bot.channels.telegram.webhook import PATH, make_webhook_router
from bot.clock import Clock
from bot.delivery.reply_gate import ReplyGate
from bot.domain.messages import Channel
from bot.domain.ports import TakesTurns
from bot.storage.database import Database
from bot.storage.guard import run_alone

FIRST_PAUSE_S = 1.0
LONGEST_PAUSE_S = 60.0
WEBHOOK_CONNECTIONS = 40
POLL_KEY = 0x06_0009
"""The advisory lock of whoever polls: Telegram ends the poll of one when another asks."""

log = structlog.get_logger()


@asynccontextmanager
async def open_sender(token: SecretStr, *, api_base: str, is_paid: bool = False) -> AsyncIterator[TelegramSender]:
    """Give a sender to a process that only delivers; it asks the network for nothing but to send.

    `is_paid`: each message is paid for, so that a thousand a second may leave.
    """
    keep_token_out_of_logs()
    requests = (build_sending_request(api_base), build_request())
    bot = Bot(
        token.get_secret_value(),
        base_url=f"{api_base.rstrip('/')}/bot",
        request=requests[0],
        get_updates_request=requests[1],
    )
    try:
        yield TelegramSender(bot, is_paid=is_paid)
    finally:
        for request in requests:
            await request.shutdown()


class ChannelState(StrEnum):
    """How the channel is, for /readyz."""

    STOPPED = "stopped"
    STARTING = "starting"
    """Telegram was not reached yet; it is tried again and again. A webhook already keeps what arrives."""
    READY = "ready"
    UNREACHABLE = "unreachable"
    """It was ready, but no poll has come back for a while."""
    UNAUTHORISED = "unauthorised"
    """Telegram refuses the token: staff must set a right one."""


class TelegramChannel:
    """Receives and answers on Telegram: by webhook where a secret is set, else by polling.

    `public_url`: where Telegram reaches us, without a slash at its end; used by the webhook only.
    `gate`: where answers and what we start share the channel's rate; None: they do not.
    `inbox`: the database that updates are kept in; one of its own keeps slow work from delaying acknowledgements.
    """

    def __init__(
        self,
        *,
        token: SecretStr,
        api_base: str,
        webhook_secret: SecretStr,
        public_url: str,
        inbox: Database,
        assistant: TakesTurns,
        clock: Clock,
        chats_at_once: int = CHATS_AT_ONCE,
        gate: ReplyGate | None = None,
    ) -> None:
        self._application = build_application(token, api_base=api_base)
        self._secret = webhook_secret
        self._public_url = public_url
        self._gate = gate
        self._inbox = inbox
        self.sender = TelegramSender(self._application.bot, gate=gate)
        self._reception = Reception(
            application=self._application,
            sender=self.sender,
            assistant=assistant,
            contacts=inbox,
            clock=clock,
        )
        self._worker = InboxWorker(inbox, Channel.TELEGRAM, self._reception.process, chats_at_once=chats_at_once)
        self._intake = Intake(inbox, Channel.TELEGRAM, on_kept=self._worker.wake)
        self._poller = Poller(self._application.bot, self._intake)
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
            if self.sender.is_unauthorised:
                return ChannelState.UNAUTHORISED
            if not self._is_by_webhook and not self._poller.pulse.is_alive:
                return ChannelState.UNREACHABLE
        return self._state

    async def start(self) -> None:
        """Begin to connect, and return at once: the rest of the assistant does not wait for Telegram."""
        if not self._tasks:
            self._state = ChannelState.STARTING
            self._tasks = [asyncio.create_task(self._run(), name="telegram")]

    async def stop(self) -> None:
        """Stop receiving, finish what is in flight, and close every connection. What is kept stays kept."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks = []
        await self._intake.stop()
        await self._application.shutdown()
        await self._application.bot.shutdown()  # the line above does nothing where Telegram was never reached
        self._state = ChannelState.STOPPED

    async def _run(self) -> None:
        await self._connect()
        self._state = ChannelState.READY
        log.info("telegram.ready", webhook=self._is_by_webhook)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._worker.run())
            if self._gate is not None:
                tasks.create_task(self._gate.run())
            if not self._is_by_webhook:
                tasks.create_task(run_alone(self._inbox, POLL_KEY, self._poller.run))

    async def _connect(self) -> None:
        pause = FIRST_PAUSE_S
        while True:
            try:
                await self._application.initialize()
                await self._introduce()
            except InvalidToken:
                # Its text holds the token, so only the fact is logged.
                self._state = ChannelState.UNAUTHORISED
                log.error("telegram.unauthorised", next_step="set TELEGRAM_BOT_TOKEN")
                pause = LONGEST_PAUSE_S
            except TelegramError as error:
                self._state = ChannelState.STARTING
                log.warning("telegram.not_reached", error=type(error).__name__, again_in_s=pause)
            else:
                return
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE_S)

    async def _introduce(self) -> None:
        bot = self._application.bot
        if self._is_by_webhook:
            # drop_pending_updates is never set: what waits at Telegram is a citizen's message.
            await bot.set_webhook(
                f"{self._public_url}{PATH}",
                secret_token=self._secret.get_secret_value(),
                allowed_updates=ALLOWED_UPDATES,
                max_connections=WEBHOOK_CONNECTIONS,
            )
        else:
            await bot.delete_webhook()
        await bot.set_my_commands(wording.COMMANDS)
        await bot.set_chat_menu_button(menu_button=MenuButtonCommands())
        await bot.set_my_description(wording.DESCRIPTION)
        await bot.set_my_short_description(wording.SHORT_DESCRIPTION)
