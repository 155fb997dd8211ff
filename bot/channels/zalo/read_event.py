"""What a Zalo event means to the assistant: something a citizen said or did, or nothing that needs an answer."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any

from bot.channels.inbox.intake import UpdateUnreadable
from bot.domain.messages import Attachment

QUERY_PREFIX = "#ma_"
"""A pressed query button comes back as a text: its payload. The prefix tells it from what is typed."""
_SEND = "user_send_"
_ATTACHMENTS = {
    "image": Attachment.PHOTO,
    "link": Attachment.OTHER,
    "audio": Attachment.VOICE,
    "video": Attachment.VIDEO,
    "sticker": Attachment.STICKER,
    "gif": Attachment.VIDEO,
    "location": Attachment.LOCATION,
    "business_card": Attachment.CONTACT,
    "file": Attachment.DOCUMENT,
}
# Zalo's literal name of the data-subject event could not be verified, so it is known by what it must speak of.
_ABOUT_DATA = re.compile(r"data_subject|personal_data|user_data|privacy|revoke|delete_data|data_deletion")
_PHONE = re.compile(r"(?:\+?84|0)?(\d{9})")


class EventKind(StrEnum):
    """What happened."""

    WROTE = "wrote"
    FOLLOWED = "followed"
    LEFT = "left"
    """The person unfollowed us: nothing may be sent to them any more."""
    GAVE_PHONE = "gave-phone"
    """The person filled in Zalo's form about themselves."""
    ASKED_ABOUT_DATA = "asked-about-data"
    """The person used a right over their data on Zalo's own page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ZaloEvent:
    """One event of one person. `at`: by Zalo's clock. Personal: all but kind and at, so `repr` hides it."""

    kind: EventKind
    chat: str = field(repr=False)
    at: datetime
    key: str = field(repr=False)
    text: str = field(default="", repr=False)
    button: str | None = field(default=None, repr=False)
    attachment: Attachment | None = None
    picture_url: str | None = field(default=None, repr=False)
    phone: str | None = field(default=None, repr=False)


def find_event(raw: Any) -> ZaloEvent | None:
    """Return what happened, None where nothing in the event asks for anything.

    Echoes of our own messages (`oa_send_*`), receipts, groups, tags and what Zalo adds later are nothing to us.

    Raises:
        UpdateUnreadable: an event that we know lacks what it must have.
    """
    if not isinstance(raw, dict) or not isinstance(raw.get("event_name"), str):
        raise UpdateUnreadable
    name: str = raw["event_name"]
    kind = _find_kind(name)
    if kind is None:
        return None
    chat = _find_id(raw, "follower") or _find_id(raw, "sender") or _find_id(raw, "user")
    if chat is None:
        raise UpdateUnreadable
    at = read_timestamp(raw)
    message = raw.get("message") if isinstance(raw.get("message"), dict) else {}
    assert isinstance(message, dict)
    msg_id = message.get("msg_id")
    key = f"{name}:{msg_id}" if isinstance(msg_id, str) and msg_id else _make_key(name, chat, raw["timestamp"])
    if kind is EventKind.GAVE_PHONE:
        return ZaloEvent(kind=kind, chat=chat, at=at, key=key, phone=_find_phone(raw.get("info")))
    if kind is not EventKind.WROTE:
        return ZaloEvent(kind=kind, chat=chat, at=at, key=key)
    text = message.get("text") if isinstance(message.get("text"), str) else ""
    assert isinstance(text, str)
    attachment = _ATTACHMENTS.get(name.removeprefix(_SEND), Attachment.OTHER)
    if name == f"{_SEND}text" or (attachment is Attachment.OTHER and text.strip()):
        pressed = text.strip().startswith(QUERY_PREFIX)
        return ZaloEvent(
            kind=kind,
            chat=chat,
            at=at,
            key=key,
            text="" if pressed else text,
            button=text.strip().removeprefix(QUERY_PREFIX) if pressed else None,
        )
    picture = _find_picture(message) if attachment is Attachment.PHOTO else None
    return ZaloEvent(kind=kind, chat=chat, at=at, key=key, text=text, attachment=attachment, picture_url=picture)


def read_timestamp(raw: dict[str, Any]) -> datetime:
    """Return when an event happened.

    Raises:
        UpdateUnreadable: it does not say.
    """
    said = raw.get("timestamp")
    if not isinstance(said, str | int) or isinstance(said, bool) or not str(said).isascii():
        raise UpdateUnreadable
    try:
        return datetime.fromtimestamp(int(said) / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        raise UpdateUnreadable from None


def _find_kind(name: str) -> EventKind | None:
    if name.startswith(_SEND) and "group" not in name:
        return EventKind.WROTE
    if name in ("follow", "unfollow"):
        return EventKind.FOLLOWED if name == "follow" else EventKind.LEFT
    if name == "user_submit_info":
        return EventKind.GAVE_PHONE
    return EventKind.ASKED_ABOUT_DATA if _ABOUT_DATA.search(name) else None


def _find_id(raw: dict[str, Any], holder: str) -> str | None:
    found = raw.get(holder)
    value = found.get("id") if isinstance(found, dict) else None
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) and value else None


def _make_key(name: str, chat: str, timestamp: object) -> str:
    # Events without a msg_id: the same thing at the same millisecond is the same event sent again.
    return f"{name}:{sha256(f'{chat}|{timestamp}'.encode()).hexdigest()[:32]}"


def _find_picture(message: dict[str, Any]) -> str | None:
    for each in message.get("attachments") or []:
        payload = each.get("payload") if isinstance(each, dict) else None
        url = payload.get("url") if isinstance(payload, dict) else None
        if isinstance(url, str):
            return url
    return None


def _find_phone(info: object) -> str | None:
    """Return the number in either form of the event, as Zalo's templates take it: 84 and nine digits."""
    said = info.get("phone") if isinstance(info, dict) else None
    digits = re.sub(r"[\s.\-()]", "", str(said)) if isinstance(said, str | int) else ""
    found = _PHONE.fullmatch(digits)
    return f"84{found.group(1)}" if found else None
