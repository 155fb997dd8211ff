"""What a citizen sends, whichever messenger it came from."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class Channel(StrEnum):
    """A messenger (kênh)."""

    TELEGRAM = "telegram"
    ZALO = "zalo"
    """A Zalo Official Account."""
    ZALO_BOT = "zalo_bot"
    """A bot of the Zalo Bot Platform."""
    WEB = "web"
    TERMINAL = "terminal"

    @property
    def can_be_reached_later(self) -> bool:
        """Tell whether a message that we start can arrive there."""
        return self is not Channel.TERMINAL

    @property
    def keeps_messages_abroad(self) -> bool:
        """Tell whether what is said lies on servers outside Vietnam: then nothing personal is said there."""
        return self is Channel.TELEGRAM

    @property
    def carries_files(self) -> bool:
        """Tell whether a file that we send arrives in the chat itself; elsewhere its address is sent."""
        return self in (Channel.TELEGRAM, Channel.WEB)


class Attachment(StrEnum):
    """What came instead of text."""

    PHOTO = "photo"
    STICKER = "sticker"
    DOCUMENT = "document"
    VOICE = "voice"
    VIDEO = "video"
    LOCATION = "location"
    CONTACT = "contact"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatAddress:
    """Where a conversation takes place: a messenger and its own id of the chat there."""

    channel: Channel
    chat: str = field(repr=False)


class PictureUnavailable(Exception):
    """The messenger does not give the picture out, or it is too large to ask for."""


class PictureSource(Protocol):
    """Gives a picture when it is asked for: nothing is downloaded that is not read."""

    async def fetch(self) -> bytes:
        """Return the picture.

        Raises:
            PictureUnavailable: it cannot be had.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedContact:
    """A card with a phone number (danh thiếp).

    `is_own`: the messenger vouches that it is the sender's own number; anybody can pass on the card of another.
    """

    phone: str = field(repr=False)
    is_own: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedLocation:
    """Where a citizen is, in degrees; used for one answer and kept nowhere."""

    latitude: float = field(repr=False)
    longitude: float = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class CitizenMessage:
    """One thing a citizen sent. `text` and `button` are never logged, so `repr` hides them.

    `button`: the payload of a pressed button. `command`: without the slash, for example "start".
    `is_forwarded`: somebody else wrote it, and the citizen passed it on.
    """

    address: ChatAddress
    received_at: datetime
    text: str = field(default="", repr=False)
    button: str | None = field(default=None, repr=False)
    command: str | None = None
    attachment: Attachment | None = None
    picture: PictureSource | None = field(default=None, repr=False, compare=False)
    edited: bool = False
    is_forwarded: bool = False
    contact: SharedContact | None = field(default=None, repr=False)
    location: SharedLocation | None = field(default=None, repr=False)
