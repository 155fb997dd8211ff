"""Sending through the Zalo bot: plain text, choices numbered in it."""

from __future__ import annotations

import time
from collections.abc import Callable

from sqlalchemy.exc import SQLAlchemyError

from bot.channels.inbox.recent import Recent
from bot.channels.numbered_choices import render_choices
from bot.channels.pauses import Pauses
from bot.channels.plain_parts import render_plain_parts
from bot.channels.zalo_bot.client import ZaloBotClient
from bot.clock import Clock
from bot.delivery.reply_gate import ReplyGate
from bot.domain.answers import Answer
from bot.domain.messages import Channel, ChatAddress
from bot.domain.ports import ChannelUnauthorised, DeliveryDelayed, DeliveryRefused, RefusalReason
from bot.storage.choices import record_choices
from bot.storage.database import Database

LONGEST_MESSAGE = 2000
_REMEMBERED = 10_000


class ZaloBotSender:
    """Sends as one bot; the port `bot.domain.ports.Sender`. A pause holds for the whole bot."""

    channel = Channel.ZALO_BOT

    def __init__(
        self,
        *,
        client: ZaloBotClient,
        database: Database,
        clock: Clock,
        gate: ReplyGate | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._client = client
        self._database = database
        self._clock = clock
        self._pauses = Pauses(gate, monotonic=monotonic)
        self._parts_sent: Recent[int] = Recent(_REMEMBERED)

    @property
    def is_unauthorised(self) -> bool:
        """Tell whether Zalo refused our token a moment ago."""
        return self._pauses.is_unauthorised

    async def send(self, address: ChatAddress, answer: Answer, *, idempotency_key: str) -> None:
        """Hand one message to Zalo, in several parts where it is long.

        Zalo knows no idempotency key. Here it lets a second try go on after the last part that arrived.

        Raises:
            DeliveryRefused: it will never be delivered.
            DeliveryDelayed: not now.
            ChannelUnauthorised: the token is refused.
        """
        parts = render_plain_parts(render_choices(answer), longest=LONGEST_MESSAGE)
        if not parts:
            raise DeliveryRefused(RefusalReason.MESSAGE_INVALID)
        # Written first: whoever answers at once must find what the numbers stand for.
        try:
            async with self._database.begin() as tx:
                await record_choices(tx, address, answer.buttons, now=self._clock())
        except (SQLAlchemyError, OSError) as error:
            raise DeliveryDelayed from error
        for number in range(self._parts_sent.find(idempotency_key) or 0, len(parts)):
            await self._send_part(address.chat, parts[number])
            self._parts_sent.keep(idempotency_key, number + 1)
        self._parts_sent.forget(idempotency_key)

    async def _send_part(self, chat: str, text: str) -> None:
        self._pauses.check()
        try:
            await self._client.send_message(chat, text)
        except (ChannelUnauthorised, DeliveryDelayed) as error:
            self._pauses.note(error)
            raise
        self._pauses.count_sent()
