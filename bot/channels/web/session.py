"""Who is writing: the session of a browser, and the chat that its conversation is.

The page gives a browser a session of its own. A program that calls the interface without a cookie gets an open
session: its conversations are found by their id alone, in a namespace that no browser's chat is in.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import dataclass, field

from starlette.requests import Request
from starlette.responses import Response

from bot.domain.messages import Channel, ChatAddress

COOKIE = "troly06_chat"
LASTS_S = 400 * 24 * 3600
"""The longest that browsers keep a cookie: a reminder must still find its chat months later."""
_OPEN = "open."
_FORM = re.compile(r"(?:open\.)?[0-9a-f]{64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatSession:
    """A session; `token` is the secret in the cookie."""

    token: str = field(repr=False)
    is_new: bool

    @property
    def is_open(self) -> bool:
        """Tell whether it belongs to a program rather than to the page."""
        return self.token.startswith(_OPEN)

    def address(self, conversation: str) -> ChatAddress:
        """Return the chat of a conversation; only who holds the cookie can name it."""
        namespace = "open" if self.is_open else f"page:{self.token}"
        chat = hashlib.sha256(f"{namespace}\n{conversation}".encode()).hexdigest()
        return ChatAddress(channel=Channel.WEB, chat=chat)


def read_session(request: Request) -> ChatSession:
    """Return the session of a request; without a cookie, a new open one."""
    token = request.cookies.get(COOKIE, "")
    if _FORM.fullmatch(token):
        return ChatSession(token=token, is_new=False)
    return ChatSession(token=f"{_OPEN}{secrets.token_hex(32)}", is_new=True)


def read_page_session(request: Request) -> ChatSession:
    """Return the session of a browser that opens the page; an open one is not used for it."""
    session = read_session(request)
    return ChatSession(token=secrets.token_hex(32), is_new=True) if session.is_open else session


def set_cookie(response: Response, session: ChatSession, *, secure: bool) -> None:
    """Keep the session in the browser, out of reach of scripts and of other sites."""
    response.set_cookie(COOKIE, session.token, max_age=LASTS_S, httponly=True, samesite="lax", secure=secure)


def make_conversation_id() -> str:
    """Return a random conversation id of 128 bits."""
    return secrets.token_hex(16)
