"""One person's phone: what is on each messenger, and what the person does there."""

from __future__ import annotations

import secrets
import time
from typing import Any, Protocol

from bot.standins.phone.telegram import TelegramPhone
from bot.standins.zalo.account import Person
from bot.standins.zalo.bot_api import BotChat, BotPlatform
from bot.standins.zalo.events import EventSender

SHOWN = 60
"""How many of the last messages of a messenger are shown."""
SILENT_DAYS = 8


class NoSuchDeed(Exception):
    """The messenger does not know what the person wants to do there."""


class Messenger(Protocol):
    """One messenger on the phone."""

    async def look(self) -> dict[str, Any]:
        """Return what is shown: messages and what else the person sees."""
        ...

    async def do(self, deed: str, asked: dict[str, Any]) -> None:
        """Do something: "write", "press", or what only this messenger has.

        Raises:
            NoSuchDeed: it has no such thing.
        """
        ...


class ZaloOnPhone:
    """Zalo, with the Official Account."""

    def __init__(self, events: EventSender, person: Person) -> None:
        self._events = events
        self._person = person

    async def look(self) -> dict[str, Any]:
        """Return what is shown."""
        last = self._person.last_interaction_s
        return {
            "follows": self._person.follows,
            "silent_days": None if last is None else round((time.time() - last) / 86_400, 1),
            "messages": self._person.inbox[-SHOWN:],
        }

    async def do(self, deed: str, asked: dict[str, Any]) -> None:
        """Write, press, follow, leave, give the phone number, or be silent for more than a week."""
        if deed == "write":
            self._person.inbox.append(_said(str(asked["text"])))
            self._events.write(self._person, text=str(asked["text"]))
        elif deed == "press":
            self._person.inbox.append(_said(str(asked["title"])))
            self._events.write(self._person, text=str(asked["payload"]))
        elif deed in ("follow", "leave"):
            self._events.follow(self._person, follows=deed == "follow")
            self._person.inbox.append(_noted("Đã quan tâm" if deed == "follow" else "Đã bỏ quan tâm"))
        elif deed == "give-phone":
            self._person.inbox.append(_noted("Đã gửi số điện thoại qua biểu mẫu của Zalo"))
            self._events.submit_info(self._person)
        elif deed == "be-silent" and self._person.last_interaction_s is not None:
            self._person.last_interaction_s -= SILENT_DAYS * 86_400
            self._person.inbox.append(
                _noted(f"{SILENT_DAYS} ngày không nhắn gì: tin thường không tới nữa, chỉ mẫu tin")
            )
        else:
            raise NoSuchDeed


class ZaloBotOnPhone:
    """The chat with the Zalo bot."""

    def __init__(self, platform: BotPlatform, chat: BotChat) -> None:
        self._platform = platform
        self._chat = chat

    async def look(self) -> dict[str, Any]:
        """Return what is shown."""
        return {"messages": self._chat.inbox[-SHOWN:]}

    async def do(self, deed: str, asked: dict[str, Any]) -> None:
        """Write."""
        if deed != "write":
            raise NoSuchDeed
        self._chat.inbox.append(_said(str(asked["text"])))
        self._platform.write(self._chat, text=str(asked["text"]))


class TelegramOnPhone:
    """The chat with the Telegram bot."""

    def __init__(self, telegram: TelegramPhone) -> None:
        self._telegram = telegram

    async def look(self) -> dict[str, Any]:
        """Return what is shown."""
        await self._telegram.fetch()
        return {"messages": self._telegram.messages[-SHOWN:]}

    async def do(self, deed: str, asked: dict[str, Any]) -> None:
        """Write, press, send a place or a card with a phone number, block or unblock."""
        if deed == "write":
            self._telegram.messages.append(_said(str(asked["text"])))
            await self._telegram.write(str(asked["text"]))
        elif deed == "press":
            self._telegram.messages.append(_said(str(asked["title"])))
            await self._telegram.press(str(asked["payload"]), int(asked["message_id"]))
        elif deed == "send-location":
            self._telegram.messages.append(_noted("Đã gửi vị trí: Hoàn Kiếm, Hà Nội"))
            await self._telegram.send_location()
        elif deed in ("send-own-card", "send-other-card"):
            is_own = deed == "send-own-card"
            self._telegram.messages.append(
                _noted("Đã gửi danh thiếp của mình" if is_own else "Đã gửi danh thiếp của người khác")
            )
            await self._telegram.send_card(is_own=is_own)
        elif deed in ("block", "unblock"):
            self._telegram.messages.append(_noted("Đã chặn bot" if deed == "block" else "Đã bỏ chặn bot"))
            await self._telegram.block(blocks=deed == "block")
        else:
            raise NoSuchDeed


def _said(text: str) -> dict[str, Any]:
    return {"id": secrets.token_hex(8), "from": "them", "kind": "text", "text": text, "at": time.time()}


def _noted(text: str) -> dict[str, Any]:
    return {"id": secrets.token_hex(8), "from": "nobody", "kind": "note", "text": text, "at": time.time()}
