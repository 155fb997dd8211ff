"""What a browser or a program sent, read with care."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

from starlette.requests import Request

from bot.channels.web import wording
from bot.channels.web.session import make_conversation_id

LONGEST_BODY = 64 * 1024
LONGEST_CONVERSATION = 200
LARGEST_PICTURE = 10 * 1024 * 1024
PICTURE_KINDS = ("image/jpeg", "image/png", "image/webp")


class RequestRefused(Exception):
    """The request is not taken; `sentence` tells the citizen what to do."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(status)
        self.status = status
        self.sentence = sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatRequest:
    """One message to the assistant."""

    text: str = field(repr=False)
    conversation: str = field(repr=False)
    button: str | None = field(repr=False)


async def read_body(request: Request, *, longest: int = LONGEST_BODY, too_long: str = wording.TOO_LONG) -> bytes:
    """Return the body, and stop reading where it is too long."""
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and int(declared) > longest:
        raise RequestRefused(413, too_long)
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > longest:
            raise RequestRefused(413, too_long)
    return bytes(body)


async def read_form(request: Request, *, longest: int = LONGEST_BODY, most: int) -> dict[str, str]:
    """Return the last value of each field of a form with at most so many fields."""
    body = (await read_body(request, longest=longest)).decode("utf-8", "replace")
    try:
        fields = parse_qs(body, max_num_fields=most)
    except ValueError as error:
        raise RequestRefused(400, wording.NOT_A_FORM) from error
    return {name: clean(values[-1]) for name, values in fields.items()}


class SentPicture:
    """The port `PictureSource` for a picture in the body of a request."""

    def __init__(self, picture: bytes) -> None:
        self._picture = picture

    async def fetch(self) -> bytes:
        """Return the picture."""
        return self._picture


async def read_picture(request: Request) -> SentPicture:
    """Return the picture in a body of a picture's kind. That kind also keeps forms of other sites out."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() not in PICTURE_KINDS:
        raise RequestRefused(415, wording.NOT_A_PICTURE)
    return SentPicture(await read_body(request, longest=LARGEST_PICTURE, too_long=wording.PICTURE_TOO_LARGE))


async def read_object(request: Request) -> dict[str, Any]:
    """Return the JSON object of the body."""
    try:
        value = json.loads(await read_body(request))
    except (ValueError, RecursionError) as error:
        raise RequestRefused(400, wording.NOT_JSON) from error
    if not isinstance(value, dict):
        raise RequestRefused(400, wording.NOT_JSON)
    return value


async def read_chat_request(request: Request) -> ChatRequest:
    """Return the message in a JSON body."""
    value = await read_object(request)
    return ChatRequest(
        text=_string(value, "text") or "",
        conversation=check_conversation(_string(value, "conversation")),
        button=_string(value, "button"),
    )


async def read_chat_form(request: Request) -> ChatRequest:
    """Return the message in a form sent without JavaScript."""
    fields = await read_form(request, most=20)
    return ChatRequest(
        text=fields.get("question") or fields.get("text") or "",
        conversation=check_conversation(fields.get("conversation")),
        button=fields.get("button"),
    )


def check_conversation(conversation: str | None) -> str:
    """Return the conversation id, a new random one where it is missing."""
    if not conversation:
        return make_conversation_id()
    if len(conversation) > LONGEST_CONVERSATION:
        raise RequestRefused(400, wording.NOT_JSON)
    return conversation


def clean(text: str) -> str:
    """Return a text that every part can store and send: halves of characters are replaced, NUL is dropped."""
    whole = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return whole.replace("\x00", "")


def _string(value: dict[str, Any], name: str) -> str | None:
    found = value.get(name)
    if found is None:
        return None
    if not isinstance(found, str):
        raise RequestRefused(400, wording.NOT_JSON)
    return clean(found)
