"""What a person's phone tells the stand-in for Telegram, in the package's own words."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

BOT = {"id": 666, "is_bot": True, "first_name": "Trợ lý 06"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody in one chat with the bot. `who`, `chat`: as Telegram describes them."""

    token: str
    who: dict[str, Any]
    chat: dict[str, Any]

    def say(self, **content: Any) -> dict[str, Any]:
        """Return the body of a message, for example `say(text="a")`."""
        return {"botToken": self.token, **self._meta(), "chat": self.chat, **content}

    def command(self, text: str) -> dict[str, Any]:
        """Return the body of a text that begins with a command."""
        entity = {"type": "bot_command", "offset": 0, "length": len(text.split(maxsplit=1)[0])}
        return self.say(text=text, entities=[entity])

    def press(self, payload: str, *, message_id: int) -> dict[str, Any]:
        """Return the body of a button that is pressed under a message."""
        message = {"message_id": message_id, "date": int(time.time()), "chat": self.chat, "text": "..."}
        return {"botToken": self.token, **self._meta(), "data": payload, "message": message}

    def change_bot(self, old: str, new: str) -> dict[str, Any]:
        """Return the body of an update that says what the bot is in the chat now: "member", or "kicked"."""
        was, is_now = ({"status": status, "user": BOT, "until_date": 0} for status in (old, new))
        change = {"chat": self.chat, **self._meta(), "old_chat_member": was, "new_chat_member": is_now}
        return {"botToken": self.token, "update": {"my_chat_member": change}}

    def _meta(self) -> dict[str, Any]:
        return {"date": int(time.time()), "from": self.who}
