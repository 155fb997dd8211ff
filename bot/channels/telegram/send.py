"""Sending to Telegram: answers, and messages that we start. Telegram's refusals become the words of the ports."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import lru_cache
from typing import TypeVar
from uuid import UUID

from telegram import Bot, InlineKeyboardMarkup, LinkPreviewOptions, ReplyKeyboardMarkup
from telegram.constants import ChatAction, ParseMode
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, RetryAfter, TelegramError

from bot.channels.inbox.recent import Recent
from bot.channels.pauses import Pauses
from bot.channels.telegram.client import DEFAULT_RETRY_AFTER_S, post_message
from bot.channels.telegram.render import (
    Part,
    render_keyboard,
    render_location_request,
    render_parts,
    utf16_length,
)
from bot.delivery.reply_gate import ReplyGate
from bot.domain.answers import Answer, AttachedFile
from bot.domain.messages import Channel, ChatAddress
from bot.domain.ports import ChannelUnauthorised, DeliveryDelayed, DeliveryRefused, RefusalReason

LONGEST_CAPTION = 1024
"""UTF-16 units under a picture."""
_NO_SUCH_CHAT = ("chat not found", "user not found", "peer_id_invalid", "chat_id is empty")
_BROKEN_MARKUP = "can't parse entities"
_NO_PREVIEW = LinkPreviewOptions(is_disabled=True).to_json()
_REMEMBERED = 10_000

T = TypeVar("T")


class TelegramSender:
    """Sends through one bot; the port `bot.domain.ports.Sender`.

    A pause that Telegram asks for holds for the whole bot: until it is over nothing is sent at all.
    """

    channel = Channel.TELEGRAM

    def __init__(
        self,
        bot: Bot,
        *,
        is_paid: bool = False,
        gate: ReplyGate | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._bot = bot
        self._is_paid = is_paid
        self._pauses = Pauses(gate, monotonic=monotonic)
        self._parts_sent: Recent[int] = Recent(_REMEMBERED)
        self._pictures: dict[UUID, str] = {}
        """What Telegram calls the pictures that it has."""

    @property
    def is_unauthorised(self) -> bool:
        """Tell whether Telegram refused our token a moment ago."""
        return self._pauses.is_unauthorised

    async def send(self, address: ChatAddress, answer: Answer, *, idempotency_key: str) -> None:
        """Hand one message to Telegram, in several parts where it is long, a file after them.

        Telegram knows no idempotency key. Here it lets a second try go on after the last part that arrived.

        Raises:
            DeliveryRefused: it will never be delivered.
            DeliveryDelayed: not now.
            ChannelUnauthorised: the token is refused.
        """
        chat = _read_chat(address)
        # Nobody's own words are kept; those of a broadcast are the same for many.
        parts, keyboard = _render(answer) if answer.private else _render_shared(answer)
        if not parts:
            raise DeliveryRefused(RefusalReason.MESSAGE_INVALID)
        fits_below = len(parts) == 1 and utf16_length(parts[0].html) <= LONGEST_CAPTION
        if answer.file is not None and answer.file.is_picture and fits_below:
            await self._send_picture(chat, answer.file, parts[0], answer)
            return
        for number in range(self._parts_sent.find(idempotency_key) or 0, len(parts)):
            await self._send_part(chat, parts[number], answer, keyboard if number == len(parts) - 1 else "")
            self._parts_sent.keep(idempotency_key, number + 1)
        if answer.file is not None:
            await self._send_file(chat, answer.file)
        self._parts_sent.forget(idempotency_key)

    async def show_typing(self, address: ChatAddress) -> None:
        """Show "đang nhập" for five seconds; raises as `send` does."""
        chat = _read_chat(address)
        await self._ask(lambda: self._bot.send_chat_action(chat, ChatAction.TYPING))

    async def stop_spinner(self, query_id: str) -> None:
        """Tell Telegram that a pressed button was seen; raises as `send` does."""
        await self._ask(lambda: self._bot.answer_callback_query(query_id))

    async def delete(self, address: ChatAddress, message_id: int) -> bool:
        """Delete what a citizen sent, and tell whether it is gone: Telegram refuses after two days.

        Raises:
            DeliveryDelayed: not now.
            ChannelUnauthorised: the token is refused.
        """
        chat = _read_chat(address)
        try:
            return bool(await self._ask(lambda: self._bot.delete_message(chat, message_id)))
        except DeliveryRefused:
            return False

    async def leave(self, address: ChatAddress) -> None:
        """Leave a group or channel; raises as `send` does."""
        chat = _read_chat(address)
        await self._ask(lambda: self._bot.leave_chat(chat))

    async def _send_part(self, chat: int, part: Part, answer: Answer, keyboard: str) -> None:

        async def send(text: str, parse_mode: str) -> None:
            given = {"chat_id": str(chat), "text": text, "parse_mode": parse_mode, "reply_markup": keyboard}
            given |= {"link_preview_options": _NO_PREVIEW, "protect_content": "true" if answer.private else ""}
            given |= {"allow_paid_broadcast": "true" if self._is_paid else ""}
            await post_message(self._bot, {name: value for name, value in given.items() if value})

        async def send_html_or_plain() -> None:
            try:
                await send(part.html, ParseMode.HTML)
            except BadRequest as error:
                if _BROKEN_MARKUP not in error.message.lower():
                    raise
                await send(part.plain, "")

        await self._ask(send_html_or_plain)
        self._pauses.count_sent()

    async def _send_picture(self, chat: int, picture: AttachedFile, part: Part, answer: Answer) -> None:
        """Send a picture with the words under it: one message. What Telegram has is not sent to it again."""
        message = await self._ask(
            lambda: self._bot.send_photo(
                chat,
                self._pictures.get(picture.id, picture.content),
                caption=part.html,
                parse_mode=ParseMode.HTML,
                reply_markup=render_keyboard(answer.buttons, answer.links),
                protect_content=answer.private,
                allow_paid_broadcast=self._is_paid or None,
            )
        )
        self._pauses.count_sent()
        if len(self._pictures) < _REMEMBERED:
            self._pictures[picture.id] = message.photo[-1].file_id

    async def _send_file(self, chat: int, file: AttachedFile) -> None:
        await self._ask(lambda: self._bot.send_document(chat, document=file.content, filename=file.name))

    async def _ask(self, call: Callable[[], Awaitable[T]]) -> T:
        self._pauses.check()
        try:
            return await call()
        except TelegramError as error:
            outcome = choose_outcome(error)
        except (KeyError, TypeError, AttributeError, ValueError):
            outcome = DeliveryDelayed()  # an answer of another shape than the library expects
        self._pauses.note(outcome)
        # Without the cause: Telegram's own words can hold a piece of the message, or the token.
        raise outcome from None


def _render(answer: Answer) -> tuple[list[Part], str]:
    """Return the messages, and what is pressed under the last one, as JSON; empty where that is nothing."""
    keyboard = _choose_keyboard(answer)
    return render_parts(answer), keyboard.to_json() if keyboard is not None else ""


_render_shared = lru_cache(maxsize=64)(_render)


def _choose_keyboard(answer: Answer) -> InlineKeyboardMarkup | ReplyKeyboardMarkup | None:
    # A message has one keyboard: choices go before the offer to send where one is.
    if answer.asks_location and not answer.buttons and not answer.links:
        return render_location_request()
    return render_keyboard(answer.buttons, answer.links)


def choose_outcome(error: TelegramError) -> DeliveryRefused | DeliveryDelayed | ChannelUnauthorised:
    """Return what an error of Telegram means for a message."""
    if isinstance(error, RetryAfter):
        wait = error.retry_after
        return DeliveryDelayed(wait.total_seconds() if isinstance(wait, timedelta) else float(wait))
    if isinstance(error, Forbidden):
        return DeliveryRefused(RefusalReason.BLOCKED)
    if isinstance(error, InvalidToken):
        return ChannelUnauthorised()
    if isinstance(error, ChatMigrated):
        return DeliveryRefused(RefusalReason.NO_SUCH_CHAT)
    if isinstance(error, BadRequest):
        said = error.message.lower()
        gone = any(words in said for words in _NO_SUCH_CHAT)
        return DeliveryRefused(RefusalReason.NO_SUCH_CHAT if gone else RefusalReason.MESSAGE_INVALID)
    return DeliveryDelayed()


def find_pause(error: TelegramError) -> float:
    """Return how many seconds Telegram asks us to wait, the default where it names none."""
    outcome = choose_outcome(error)
    named = outcome.retry_after_s if isinstance(outcome, DeliveryDelayed) else None
    return named if named is not None else float(DEFAULT_RETRY_AFTER_S)


def _read_chat(address: ChatAddress) -> int:
    try:
        return int(address.chat)
    except ValueError:
        raise DeliveryRefused(RefusalReason.NO_SUCH_CHAT) from None
