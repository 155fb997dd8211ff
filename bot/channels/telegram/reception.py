"""One update of Telegram, from its object to the answer that was sent."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any

from telegram import CallbackQuery, Message, Update
from telegram.ext import CallbackContext, TypeHandler

from bot.channels.inbox.intake import UpdateUnreadable
from bot.channels.inbox.recent import Recent
from bot.channels.telegram import wording
from bot.channels.telegram.client import AnyApplication
from bot.channels.telegram.read_update import find_message, find_public_message
from bot.channels.telegram.send import TelegramSender
from bot.clock import Clock
from bot.domain.answers import Answer, AnswerKind
from bot.domain.messages import Channel, ChatAddress, CitizenMessage
from bot.domain.ports import ChannelUnauthorised, DeliveryDelayed, DeliveryRefused, TakesTurns
from bot.storage.inbox import ClaimedUpdate

TYPING_AFTER_S = 1.0
TYPING_LASTS_S = 4.5
"""Telegram shows "typing" for five seconds at most."""
SAYS_SO_AGAIN_AFTER = timedelta(hours=1)
"""A group is told at most this often that we answer in private only."""
_REMEMBERED = 5_000


class Reception:
    """Has each update answered. An answer that could not be sent is kept, so that a retry does not ask twice."""

    def __init__(
        self, *, application: AnyApplication, sender: TelegramSender, assistant: TakesTurns, clock: Clock
    ) -> None:
        self._application = application
        self._sender = sender
        self._assistant = assistant
        self._clock = clock
        self._errors: dict[int, Exception] = {}
        self._unsent: Recent[Answer] = Recent(_REMEMBERED)
        self._albums: Recent[bool] = Recent(_REMEMBERED)
        self._told_groups: Recent[datetime] = Recent(_REMEMBERED)
        application.add_handler(TypeHandler(Update, self._receive))
        application.add_error_handler(self._note_error)

    async def process(self, claimed: ClaimedUpdate) -> None:
        """Answer one update.

        Raises:
            UpdateUnreadable: it is no update of Telegram.
            DeliveryRefused, DeliveryDelayed, ChannelUnauthorised: the answer could not be sent.
        """
        try:
            update = Update.de_json(claimed.payload, self._application.bot)
        except Exception:  # noqa: BLE001 -- the library raises whatever the missing field leads to
            raise UpdateUnreadable from None
        await self._application.process_update(update)
        error = self._errors.pop(update.update_id, None)
        if error is not None:
            raise error

    async def _receive(self, update: Update, _context: CallbackContext[Any, Any, Any, Any]) -> None:
        async with self._spinner_stopped(update.callback_query):
            public = find_public_message(update)
            if public is not None:
                await self._refuse_group(update, public)
                return
            message = find_message(update, now=self._clock())
            if message is not None and not self._is_rest_of_album(update):
                await self._answer(message, key=str(update.update_id))

    async def _answer(self, message: CitizenMessage, *, key: str) -> None:
        answer = self._unsent.find(key)
        if answer is None:
            async with self._typing_shown(message.address):
                answer = await self._assistant.take_turn(message)
            self._unsent.keep(key, answer)
        try:
            await self._sender.send(message.address, answer, idempotency_key=f"reply:{key}")
        except DeliveryRefused:
            self._unsent.forget(key)
            raise
        self._unsent.forget(key)

    async def _refuse_group(self, update: Update, message: Message) -> None:
        chat = str(message.chat.id)
        now = self._clock()
        told_at = self._told_groups.find(chat)
        if told_at is not None and now - told_at < SAYS_SO_AGAIN_AFTER:
            return
        await self._sender.send(
            ChatAddress(channel=Channel.TELEGRAM, chat=chat),
            Answer(kind=AnswerKind.REFUSAL, text=wording.PRIVATE_ONLY),
            idempotency_key=f"group:{update.update_id}",
        )
        self._told_groups.keep(chat, now)

    def _is_rest_of_album(self, update: Update) -> bool:
        """Tell whether this is a further picture of an album, whose first one has been answered."""
        album = update.message.media_group_id if update.message is not None else None
        if album is None:
            return False
        known = self._albums.find(album) is not None
        self._albums.keep(album, True)
        return known

    async def _note_error(self, update: object, context: CallbackContext[Any, Any, Any, Any]) -> None:
        # The library swallows what a handler raises; the worker has to know.
        if isinstance(update, Update) and context.error is not None:
            self._errors[update.update_id] = context.error

    @asynccontextmanager
    async def _spinner_stopped(self, query: CallbackQuery | None) -> AsyncIterator[None]:
        """Stop the waiting mark on a pressed button, beside the work."""
        if query is None:
            yield
            return
        stopping = asyncio.create_task(self._sender.stop_spinner(query.id))
        try:
            yield
        finally:
            # "query is too old" after an outage, or Telegram is away: the answer itself matters more.
            await asyncio.gather(stopping, return_exceptions=True)

    @asynccontextmanager
    async def _typing_shown(self, address: ChatAddress) -> AsyncIterator[None]:
        typing = asyncio.create_task(self._keep_typing(address))
        try:
            yield
        finally:
            typing.cancel()
            await asyncio.gather(typing, return_exceptions=True)

    async def _keep_typing(self, address: ChatAddress) -> None:
        await asyncio.sleep(TYPING_AFTER_S)
        try:
            while True:
                await self._sender.show_typing(address)
                await asyncio.sleep(TYPING_LASTS_S)
        except (DeliveryRefused, DeliveryDelayed, ChannelUnauthorised):
            return
