"""The whole Zalo channel: built without the network, started in the background, stopped without a loss."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from enum import StrEnum

import structlog
from pydantic import SecretStr

from bot.channels.inbox.intake import Intake
from bot.channels.inbox.worker import InboxWorker
from bot.channels.zalo.client import ZaloClient, ZaloHosts
from bot.channels.zalo.reception import Reception
from bot.channels.zalo.send import ZaloSender
from bot.channels.zalo.templates import Templates
from bot.channels.zalo.tokens import TokenKeeper
from bot.channels.zalo.webhook import make_webhook_router
from bot.clock import Clock
from bot.delivery.message_source import MessageSource
from bot.delivery.reply_gate import ReplyGate
from bot.domain.messages import Channel
from bot.domain.ports import ChannelUnauthorised, DeliveryDelayed, TakesTurns
from bot.storage.database import Database
from bot.storage.encryption import Cipher

LOOKS_AT_TOKEN_EVERY_S = 60.0

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class ZaloAccount:
    """The app and the Official Account that we are. `oa_secret` signs events, `app_secret` gets tokens."""

    app_id: str
    app_secret: SecretStr
    oa_secret: SecretStr
    hosts: ZaloHosts
    template_ids: Mapping[str, str] = field(default_factory=dict)
    shows_list: bool = False


class ChannelState(StrEnum):
    """How the channel is, for /readyz."""

    STOPPED = "stopped"
    STARTING = "starting"
    READY = "ready"
    UNREACHABLE = "unreachable"
    """The token could not be looked at or renewed: Zalo or the database is away."""
    UNAUTHORISED = "unauthorised"
    """Zalo gives no token, or staff must act on its pages: docs/runbook/zalo.md."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedZalo:
    """What sends, and what keeps the tokens."""

    client: ZaloClient
    tokens: TokenKeeper
    sender: ZaloSender
    gate: ReplyGate | None = None


@asynccontextmanager
async def open_zalo(
    account: ZaloAccount, *, database: Database, cipher: Cipher, clock: Clock, gate: ReplyGate | None = None
) -> AsyncIterator[OpenedZalo]:
    """Give what sends on Zalo while the block runs; it asks the network for nothing but to send.

    `gate`: where answers and what we start share the channel's rate; None: they do not.
    """
    client = ZaloClient(
        account.hosts,
        app_id=account.app_id,
        app_secret=account.app_secret,
        on_call=gate.count_sent if gate is not None else None,
    )
    tokens = TokenKeeper(database=database, cipher=cipher, client=client, app_id=account.app_id, clock=clock)
    sender = ZaloSender(
        client=client,
        tokens=tokens,
        templates=Templates.load(account.template_ids),
        database=database,
        cipher=cipher,
        clock=clock,
        shows_list=account.shows_list,
        gate=gate,
    )
    try:
        yield OpenedZalo(client=client, tokens=tokens, sender=sender, gate=gate)
    finally:
        await client.close()


class ZaloChannel:
    """Receives events by webhook and has them answered.

    `inbox`: the database that events are kept in; one of its own keeps slow work from delaying acknowledgements.
    `sources`: what the messages say that a template told of.
    """

    def __init__(
        self,
        account: ZaloAccount,
        opened: OpenedZalo,
        *,
        inbox: Database,
        database: Database,
        cipher: Cipher,
        assistant: TakesTurns,
        sources: Mapping[str, MessageSource],
        clock: Clock,
    ) -> None:
        self._opened = opened
        reception = Reception(
            sender=opened.sender,
            client=opened.client,
            assistant=assistant,
            database=database,
            cipher=cipher,
            sources=sources,
            clock=clock,
        )
        self._worker = InboxWorker(inbox, Channel.ZALO, reception.process)
        self._intake = Intake(inbox, Channel.ZALO, on_kept=self._worker.wake)
        self._tasks: list[asyncio.Task[None]] = []
        self._token_state = ChannelState.STOPPED
        self.router = make_webhook_router(
            app_id=account.app_id, secret=account.oa_secret, intake=self._intake, clock=clock
        )

    @property
    def state(self) -> ChannelState:
        """How the channel is now."""
        return ChannelState.UNAUTHORISED if self._opened.sender.is_unauthorised else self._token_state

    async def start(self) -> None:
        """Begin to work, and return at once: the rest of the assistant does not wait for Zalo."""
        self._token_state = ChannelState.STARTING
        self._tasks = [
            asyncio.create_task(self._worker.run(), name="zalo"),
            asyncio.create_task(self._watch_token(), name="zalo.token"),
        ]
        if self._opened.gate is not None:
            self._tasks.append(asyncio.create_task(self._opened.gate.run(), name="zalo.gate"))

    async def stop(self) -> None:
        """Stop receiving and finish what is in flight. What is kept stays kept."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks = []
        await self._intake.stop()
        self._token_state = ChannelState.STOPPED

    async def _watch_token(self) -> None:
        """Look at the token again and again, so that its loss is seen before a citizen writes."""
        while True:
            try:
                await self._opened.tokens.get_pair()
                self._token_state = ChannelState.READY
            except ChannelUnauthorised:
                self._token_state = ChannelState.UNAUTHORISED
            except DeliveryDelayed:
                self._token_state = ChannelState.UNREACHABLE
            except Exception as error:  # noqa: BLE001 -- the watch must outlive any surprise
                log.error("zalo.watch_failed", error=type(error).__name__)
                self._token_state = ChannelState.UNREACHABLE
            await asyncio.sleep(LOOKS_AT_TOKEN_EVERY_S)
