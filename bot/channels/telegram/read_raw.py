"""An update of Telegram as it arrives: its object, its id, and what of it PostgreSQL can hold."""

from __future__ import annotations

from typing import Any

from bot.channels.inbox.intake import UpdateUnreadable, make_storable, read_json
from bot.channels.telegram.read_update import find_chat
from bot.domain.messages import Channel
from bot.storage.inbox import ReceivedUpdate


def read_body(body: bytes) -> ReceivedUpdate:
    """Return an update from the body of a webhook call.

    Raises:
        UpdateUnreadable: it is no JSON, or has no update_id.
    """
    return read_raw(read_json(body))


def read_raw(raw: Any) -> ReceivedUpdate:
    """Return an update from its object.

    Raises:
        UpdateUnreadable: it has no update_id.
    """
    update_id = raw.get("update_id") if isinstance(raw, dict) else None
    if not isinstance(update_id, int) or isinstance(update_id, bool):
        raise UpdateUnreadable
    storable = make_storable(raw)
    return ReceivedUpdate(channel=Channel.TELEGRAM, key=str(update_id), chat=find_chat(storable), payload=storable)
