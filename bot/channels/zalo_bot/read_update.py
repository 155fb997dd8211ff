"""What an update of the Zalo Bot Platform means: something a citizen said, or nothing that needs an answer."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from bot.channels.inbox.intake import UpdateUnreadable, make_storable
from bot.domain.messages import Attachment, Channel
from bot.storage.inbox import ReceivedUpdate

UNSUPPORTED = "message.unsupported.received"
_ATTACHMENTS = {"image": Attachment.PHOTO, "sticker": Attachment.STICKER, "voice": Attachment.VOICE}


@dataclass(frozen=True, slots=True, kw_only=True)
class BotUpdate:
    """One message. `is_withheld`: Zalo does not hand on what protected people (children, for example) write."""

    chat: str = field(repr=False)
    key: str = field(repr=False)
    at: datetime
    text: str = field(default="", repr=False)
    attachment: Attachment | None = None
    is_withheld: bool = False


def unwrap(raw: Any) -> Any:
    """Return the update within {"ok", "result"}, or the update itself where it comes bare."""
    return raw["result"] if isinstance(raw, dict) and isinstance(raw.get("result"), dict) else raw


def read_received(raw: Any) -> ReceivedUpdate | None:
    """Return an update as it is kept, None where nothing in it asks for anything.

    Raises:
        UpdateUnreadable: it is none.
    """
    update = find_update(raw)
    if update is None:
        return None
    payload = make_storable(unwrap(raw))
    return ReceivedUpdate(channel=Channel.ZALO_BOT, key=update.key, chat=update.chat, payload=payload)


def find_update(raw: Any) -> BotUpdate | None:
    """Return what was said, None for groups, for bots, and for events that we do not know.

    Raises:
        UpdateUnreadable: it is no update, or lacks what it must have.
    """
    found = unwrap(raw)
    name = found.get("event_name") if isinstance(found, dict) else None
    message = found.get("message") if isinstance(found, dict) else None
    if not isinstance(name, str) or not isinstance(message, dict):
        raise UpdateUnreadable
    chat, sender = message.get("chat"), message.get("from")
    chat_id = chat.get("id") if isinstance(chat, dict) else None
    if (
        not isinstance(chat, dict)
        or not isinstance(chat_id, str | int)
        or isinstance(chat_id, bool)
        or not chat_id
    ):
        raise UpdateUnreadable
    if chat.get("chat_type", "PRIVATE") != "PRIVATE" or (
        isinstance(sender, dict) and sender.get("is_bot") is True
    ):
        return None
    kind = name.removeprefix("message.").removesuffix(".received")
    if name != f"message.{kind}.received":
        return None
    message_id = message.get("message_id")
    key = str(message_id) if message_id else sha256(json.dumps(found, sort_keys=True).encode()).hexdigest()[:32]
    text = message.get("text")
    caption = message.get("caption")
    said = text if isinstance(text, str) else caption if isinstance(caption, str) else ""
    return BotUpdate(
        chat=str(chat_id),
        key=key,
        at=_read_date(message.get("date")),
        text=said,
        attachment=None if kind in ("text", "unsupported") else _ATTACHMENTS.get(kind, Attachment.OTHER),
        is_withheld=name == UNSUPPORTED,
    )


def _read_date(date: object) -> datetime:
    try:
        return datetime.fromtimestamp(int(str(date)) / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        raise UpdateUnreadable from None
