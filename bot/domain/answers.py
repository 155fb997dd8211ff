"""What the assistant says back: one type, rendered by every channel in its own way."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from uuid import UUID

PAYLOAD_BYTES = 64
"""The longest button payload. Telegram allows 64 bytes in callback_data, so every channel keeps to it."""


class AnswerKind(StrEnum):
    """Why an answer was given; the words of the `ask` interface."""

    ANSWER = "answer"
    """A unit of the catalogue answers the question."""
    CLARIFY = "clarify"
    """A choice is offered, because the question could mean several things."""
    FORM = "form"
    """A skill asks for something, or gives a personal result."""
    SMALLTALK = "smalltalk"
    EMERGENCY = "emergency"
    SCAM = "scam"
    REFUSAL = "refusal"
    """Abuse, injection, or something the assistant must not do."""
    UNKNOWN = "unknown"
    """The assistant says that it does not know."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """A choice under an answer (nút bấm). `payload` comes back when it is pressed; at most 64 bytes."""

    title: str
    payload: str

    def __post_init__(self) -> None:
        if len(self.payload.encode()) > PAYLOAD_BYTES:
            raise PayloadTooLong(self.payload)


class PayloadTooLong(ValueError):
    """The payload of a button is longer than 64 bytes, which Telegram refuses."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A page of an office that is opened from under a message. `url`: https."""

    title: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CitedSource:
    """A legal basis (căn cứ pháp lý): the document and, where it was checked, the article."""

    document: str
    article: str | None = None
    effective_from: date
    effective_to: date | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachedFile:
    """A file that staff send along (tệp đính kèm). Nothing personal: whoever has its id may fetch it."""

    id: UUID
    name: str
    media_type: str
    content: bytes = field(repr=False)

    @property
    def is_picture(self) -> bool:
        """Whether it is shown, and not kept to be opened."""
        return self.media_type.startswith("image/")


@dataclass(frozen=True, slots=True, kw_only=True)
class Discreet:
    """What is said of a private answer where messages are kept abroad (lời nói kín): short and masked.

    The answer itself is then a page of ours away. `page`: its text there, where that has room for more.
    """

    text: str
    buttons: tuple[Button, ...] = ()
    page: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One reply to a citizen.

    `text`: Vietnamese, in the small markup of bot.domain.markup (paragraphs, `**bold**`, `- ` lists, bare links).
    `answer_id`: the catalogue unit it came from, if one.
    `confidence`: 0 to 1 where understanding gave one.
    `private`: holds personal data; a channel must not keep or preview it.
    `discreet`: what is said in its place where messages are kept abroad; None: only that it is there.
    `may_be_said_abroad`: private, but it tells no more than what was typed a moment ago, or than that it was done.
    `asks_location`: the citizen may answer with where they are; a channel that can offers to send it.
    `deletes_message`: what the citizen sent should not lie in a chat; a channel deletes it where it can.
    `file`: goes along where the channel carries files (`Channel.carries_files`).
    """

    kind: AnswerKind
    text: str
    answer_id: str | None = None
    buttons: tuple[Button, ...] = ()
    links: tuple[Link, ...] = ()
    sources: tuple[CitedSource, ...] = ()
    checked_on: date | None = None
    confidence: float | None = None
    private: bool = False
    discreet: Discreet | None = None
    may_be_said_abroad: bool = False
    asks_location: bool = False
    deletes_message: bool = False
    file: AttachedFile | None = None

    @property
    def is_silent(self) -> bool:
        """Tell whether nothing is to be said: the chat is with staff, who answer it themselves."""
        return not self.text


SILENCE = Answer(kind=AnswerKind.FORM, text="")
"""What the assistant says to a message that went to staff; a channel sends nothing for it."""
