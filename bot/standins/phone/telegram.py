"""Telegram on the phone, through the emulator's HTTP interface."""

from __future__ import annotations

import time
from typing import Any

import httpx

CHAT = 6001


class TelegramPhone:
    """One chat with the bot. `messages`: oldest first."""

    def __init__(self, url: str, token: str, *, name: str) -> None:
        self._http = httpx.AsyncClient(base_url=url, timeout=5, trust_env=False)
        self._token = token
        self._who = {"id": CHAT, "is_bot": False, "first_name": name, "language_code": "vi"}
        self._chat = {"id": CHAT, "type": "private", "first_name": name}
        self.messages: list[dict[str, Any]] = []

    async def close(self) -> None:
        """Close every connection."""
        await self._http.aclose()

    async def fetch(self) -> None:
        """Take over what the bot said since the last time; an emulator that is away says nothing."""
        try:
            answer = await self._http.post("/getUpdates", json={"token": self._token, "chatId": CHAT})
            found = answer.json().get("result", [])
        except (httpx.HTTPError, ValueError):
            return
        for stored in found:
            message = stored["message"]
            keyboard = (message.get("reply_markup") or {}).get("inline_keyboard", [])
            buttons = [
                {"title": button["text"], "payload": button.get("callback_data", "")}
                for row in keyboard
                for button in row
            ]
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
        message: dict[str, Any] = {
            "botToken": self._token,
            "date": int(time.time()),
            "from": self._who,
            "chat": self._chat,
            "text": text,
        }
        path = "/sendMessage"
        if text.startswith("/"):
            path = "/sendCommand"
            message["entities"] = [{"type": "bot_command", "offset": 0, "length": len(text.split(maxsplit=1)[0])}]
        await self._http.post(path, json=message)

    async def press(self, payload: str, message_id: int) -> None:
        """Press a button under a message."""
        message = {"message_id": message_id, "date": int(time.time()), "chat": self._chat, "text": "..."}
        await self._http.post(
            "/sendCallback",
            json={
                "botToken": self._token,
                "date": int(time.time()),
                "from": self._who,
                "data": payload,
                "message": message,
            },
        )
