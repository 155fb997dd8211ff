"""Telegram on the phone, through the emulator's HTTP interface."""

from __future__ import annotations

import time
from typing import Any

import httpx

from bot.standins.telegram.person import Person

CHAT = 6001
PLACE = {"latitude": 21.0287, "longitude": 105.8524}
"""Hoàn Kiếm in Hanoi, where some of the invented offices are."""
OWN_PHONE, OTHER_PHONE = "+84912000006", "+84912000007"


class TelegramPhone:
    """One chat with the bot. `messages`: oldest first."""

    def __init__(self, url: str, token: str, *, name: str) -> None:
        self._http = httpx.AsyncClient(base_url=url, timeout=5, trust_env=False)
        self._person = Person(
            token=token,
            who={"id": CHAT, "is_bot": False, "first_name": name, "language_code": "vi"},
            chat={"id": CHAT, "type": "private", "first_name": name},
        )
        self.messages: list[dict[str, Any]] = []

    async def close(self) -> None:
        """Close every connection."""
        await self._http.aclose()

    async def fetch(self) -> None:
        """Take over what the bot said since the last time; an emulator that is away says nothing."""
        try:
            answer = await self._http.post("/getUpdates", json={"token": self._person.token, "chatId": CHAT})
            found = answer.json().get("result", [])
        except (httpx.HTTPError, ValueError):
            return
        for stored in found:
            message = stored["message"]
            markup = message.get("reply_markup") or {}
            rows = [*markup.get("inline_keyboard", []), *markup.get("keyboard", [])]
            buttons = [_read_button(button) for row in rows for button in row]
            self.messages.append(
                {
                    "id": f"t{stored['messageId']}",
                    "message_id": stored["messageId"],
                    "from": "us",
                    "kind": "text",
                    "text": message.get("visible", message.get("text", "")),
                    "at": time.time(),
                    "buttons": buttons,
                }
            )

    async def write(self, text: str) -> None:
        """Send a text; one that begins with "/" is a command."""
        if text.startswith("/"):
            await self._http.post("/sendCommand", json=self._person.command(text))
        else:
            await self._http.post("/sendMessage", json=self._person.say(text=text))

    async def send_location(self) -> None:
        """Send where the person is."""
        await self._http.post("/sendMessage", json=self._person.say(location=PLACE))

    async def send_card(self, *, is_own: bool) -> None:
        """Send a card with a phone number: the person's own, or somebody else's."""
        phone, who = (OWN_PHONE, CHAT) if is_own else (OTHER_PHONE, CHAT + 1)
        card = {"phone_number": phone, "first_name": "Lan" if is_own else "Bình", "user_id": who}
        await self._http.post("/sendMessage", json=self._person.say(contact=card))

    async def block(self, *, blocks: bool) -> None:
        """Block the bot, or let it write again."""
        old, new = ("member", "kicked") if blocks else ("kicked", "member")
        await self._http.post("/__control/update", json=self._person.change_bot(old, new))

    async def press(self, payload: str, message_id: int) -> None:
        """Press a button under a message."""
        await self._http.post("/sendCallback", json=self._person.press(payload, message_id=message_id))


def _read_button(button: dict[str, Any]) -> dict[str, Any]:
    """Return a button as the page draws it: it is pressed, or opens a page, or sends a place."""
    if "url" in button:
        return {"title": button["text"], "url": button["url"]}
    if button.get("request_location"):
        return {"title": button["text"], "deed": "send-location"}
    return {"title": button["text"], "payload": button.get("callback_data", "")}
