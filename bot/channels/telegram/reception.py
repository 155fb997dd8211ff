"""One update of Telegram, from its object to the answer that was sent."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from telegram import CallbackQuery, Update
from telegram.ext import CallbackContext, TypeHandler

from bot.channels.inbox.flood import TOO_FAST, Flood, Verdict
from bot.channels.inbox.intake import UpdateUnreadable
from bot.channels.inbox.recent import Recent
from bot.channels.telegram import wording
from bot.channels.telegram.client import AnyApplication
from bot.channels.telegram.read_update import find_joined_group, find_message, find_public_message, find_way
from bot.channels.telegram.send import TelegramSender
from bot.clock import Clock
from bot.domain.answers import Answer, AnswerKind
from bot.domain.messages import Channel, ChatAddress, CitizenMessage
from bot.domain.ports import ChannelUnauthorised, DeliveryDelayed, DeliveryRefused, TakesTurns
from bot.storage.citizens import record_way_closed, record_way_open
from bot.storage.database import Database
from bot.storage.inbox import ClaimedUpdate

TYPING_AFTER_S = 1.0
TYPING_LASTS_S = 4.5
"""Telegram shows "typing" for five seconds at most."""
SAYS_SO_AGAIN_AFTER = timedelta(hours=1)
"""A group that takes us in again and again is told at most this often why we leave."""
_REMEMBERED = 5_000


class Reception:
    """Has each update answered. An answer that could not be sent is kept, so that a retry does not ask twice."""

    def __init__(
        self,
        *,
        application: AnyApplication,
        sender: TelegramSender,
        assistant: TakesTurns,
        contacts: Database,
        clock: Clock,
    ) -> None:
        self._application = application
        self._sender = sender
        self._assistant = assistant
        self._contacts = contacts
        self._clock = clock
        self._flood = Flood()
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
            public = find_public_message(update) or find_joined_group(update)
            if public is not None:
                await self._leave_group(update, str(public.chat.id))
                return
            way = find_way(update)
            if way is not None:
                await self._record_way(*way)
                return
            message = find_message(update, now=self._clock())
            if message is not None and not self._is_rest_of_album(update):
                sent = update.effective_message
                await self._answer(
                    message,
                    key=str(update.update_id),
                    message_id=sent.message_id if sent is not None and message.button is None else None,
                )

    async def _answer(self, message: CitizenMessage, *, key: str, message_id: int | None) -> None:
        answer = self._unsent.find(key)
        if answer is None:
            verdict = self._flood.judge(message.address.chat, self._clock())
            if verdict is Verdict.IGNORE:
                return
            if verdict is Verdict.TELL:
                answer = Answer(kind=AnswerKind.REFUSAL, text=TOO_FAST)
                self._unsent.keep(key, answer)
        if answer is None:
            async with self._typing_shown(message.address):
                answer = await self._assistant.take_turn(message)
            if answer.deletes_message and message_id is not None:
                answer = await self._delete(message.address, message_id, answer)
            self._unsent.keep(key, answer)
        if answer.is_silent:
            self._unsent.forget(key)
            return
        try:
            await self._sender.send(message.address, answer, idempotency_key=f"reply:{key}")
        except DeliveryRefused:
            self._unsent.forget(key)
            raise
        self._unsent.forget(key)

    async def _delete(self, address: ChatAddress, message_id: int, answer: Answer) -> Answer:
        """Delete the citizen's message and say so. The answer goes out also where that does not succeed."""
        try:
            is_gone = await self._sender.delete(address, message_id)
        except (DeliveryDelayed, ChannelUnauthorised):
            is_gone = False
        said = wording.DELETED if is_gone else wording.NOT_DELETED
        return replace(answer, text=f"{answer.text.strip()}\n\n{said}")

    async def _record_way(self, address: ChatAddress, is_open: bool) -> None:
        """Stop or resume at once what we send by ourselves, where the person has agreed to any of it."""
        async with self._contacts.begin() as tx:
            if is_open:
                await record_way_open(tx, address)
            else:
                await record_way_closed(tx, address, now=self._clock())

    async def _leave_group(self, update: Update, chat: str) -> None:
        address = ChatAddress(channel=Channel.TELEGRAM, chat=chat)
        now = self._clock()
        told_at = self._told_groups.find(chat)
        if told_at is None or now - told_at >= SAYS_SO_AGAIN_AFTER:
            with suppress(DeliveryRefused):  # a channel where we may not post: we leave it all the same
                await self._sender.send(
                    address,
                    Answer(kind=AnswerKind.REFUSAL, text=wording.PRIVATE_ONLY),
                    idempotency_key=f"group:{update.update_id}",
                )
            self._told_groups.keep(chat, now)
        with suppress(DeliveryRefused):  # they put us out already
            await self._sender.leave(address)

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
