"""The citizen's side of the emulator: someone with a phone who writes, presses and reads."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from typing import Any

import httpx

from bot.standins.telegram.person import Person

READS_WITHIN_S = 8.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A message of the bot as a person sees it. `text`: without markup; `html`: as it was sent."""

    message_id: int
    text: str
    html: str
    rows: tuple[tuple[str, ...], ...]
    payloads: dict[str, str] = field(repr=False)
    protected: bool
    preview_off: bool
    parse_mode: str | None

    @property
    def buttons(self) -> tuple[str, ...]:
        """The titles of all buttons, in reading order."""
        return tuple(title for row in self.rows for title in row)


class Citizen:
    """A person in one chat with the bot."""

    def __init__(
        self, *, http: httpx.AsyncClient, token: str, chat: int, name: str, chat_type: str = "private"
    ) -> None:
        self._http = http
        self.chat = chat
        named = {"first_name": name} if chat_type == "private" else {"title": "Tổ dân phố 6"}
        self._person = Person(
            token=token,
            who={"id": abs(chat), "is_bot": False, "first_name": name, "language_code": "vi"},
            chat={"id": chat, "type": chat_type, **named},
        )
        self._unread: list[Seen] = []
        self._last: Seen | None = None

    async def writes(self, text: str) -> None:
        """Send a text; one that begins with "/" is a command."""
        if text.startswith("/"):
            await self._post("/sendCommand", self._person.command(text))
        else:
            await self._post("/sendMessage", self._person.say(text=text))

    async def sends(self, **content: Any) -> None:
        """Send something other than text, in Telegram's words: `await citizen.sends(sticker={...})`."""
        await self._post("/sendMessage", self._person.say(**content))

    async def edits(self, text: str) -> None:
        """Change a message that was sent before."""
        edited = {"message_id": 1, "edit_date": int(time.time()), **self._person.say(text=text)}
        await self._post(
            "/__control/update", {"botToken": self._person.token, "update": {"edited_message": edited}}
        )

    async def blocks(self) -> None:
        """Block the bot; in a group: put it out."""
        await self._changes_bot("member", "kicked")

    async def unblocks(self) -> None:
        """Let the bot write again; in a group: take it in."""
        await self._changes_bot("kicked", "member")

    async def presses(self, title: str, under: Seen | None = None) -> None:
        """Press a button under a message, the last one read where none is given."""
        seen = under or self._last
        assert seen is not None, "nothing was read yet"
        assert title in seen.payloads, f"no button {title!r} among {seen.buttons}"
        await self.presses_payload(seen.payloads[title], message_id=seen.message_id)

    async def presses_payload(self, payload: str, *, message_id: int = 1) -> None:
        """Press a button by what it carries, for example one of an old message."""
        await self._post("/sendCallback", self._person.press(payload, message_id=message_id))

    async def reads(self, *, within_s: float = READS_WITHIN_S) -> Seen:
        """Return the next message of the bot, oldest first.

        Raises:
            AssertionError: none came in time.
        """
        until = time.monotonic() + within_s
        while not self._unread:
            await self._fetch()
            if not self._unread:
                assert time.monotonic() < until, "the bot said nothing"
                await asyncio.sleep(0.02)
        self._last = self._unread.pop(0)
        return self._last

    async def hears_nothing(self, *, for_s: float = 0.5) -> None:
        """Make sure that the bot says nothing more for a while."""
        until = time.monotonic() + for_s
        while time.monotonic() < until:
            await self._fetch()
            assert not self._unread, f"the bot said {self._unread[0].text!r}"
            await asyncio.sleep(0.05)

    async def _changes_bot(self, old: str, new: str) -> None:
        await self._post("/__control/update", self._person.change_bot(old, new))

    async def _fetch(self) -> None:
        answer = await self._post("/getUpdates", {"token": self._person.token, "chatId": self.chat})
        self._unread += [_read(stored) for stored in answer["result"]]

    async def _post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        answer = await self._http.post(path, json=body)
        answer.raise_for_status()
        found: dict[str, Any] = answer.json()
        return found


def _read(stored: dict[str, Any]) -> Seen:
    message = stored["message"]
    keyboard = (message.get("reply_markup") or {}).get("inline_keyboard", [])
    preview = message.get("link_preview_options") or "{}"
    return Seen(
        message_id=stored["messageId"],
        text=message["visible"],
        html=message["text"],
        rows=tuple(tuple(button["text"] for button in row) for row in keyboard),
        payloads={button["text"]: button.get("callback_data", "") for row in keyboard for button in row},
        protected=str(message.get("protect_content", "")).lower() == "true",
        preview_off="true" in str(preview).lower(),
        parse_mode=message.get("parse_mode"),
    )
