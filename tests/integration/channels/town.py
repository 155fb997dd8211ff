"""A web process with one citizen on whom every table holds something, and whom each of its routes is for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Any
from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI
from starlette.routing import BaseRoute, Mount, Route

from bot.channels.web.session import COOKIE, ChatSession
from bot.console.page import Page
from bot.domain.api_key import ApiScope
from bot.domain.messages import ChatAddress
from bot.wiring import Core
from tests.conftest import MovedClock
from tests.support.whole_person import WholePerson


class For(Enum):
    """Whom a route is for."""

    ANYBODY = "anybody"
    """It gives nothing of a person."""
    CHAT = "chat"
    """What it gives belongs to the chat of the browser that asks."""
    LINK = "link"
    """What it gives belongs to the browser that opened a one-time link first."""
    KEY = "key"
    """Systems that have a key with its scope."""
    MESSENGER = "messenger"
    """A messenger that proves itself."""


ROUTES = {
    "GET /api/openapi.json": For.ANYBODY,
    "HEAD /api/openapi.json": For.ANYBODY,
    "GET /healthz": For.ANYBODY,
    "GET /metrics": For.ANYBODY,
    "GET /readyz": For.ANYBODY,
    "GET /": For.ANYBODY,
    "POST /": For.CHAT,
    "POST /api/chat": For.CHAT,
    "POST /api/chat/picture": For.CHAT,
    "GET /api/chat/stream": For.CHAT,
    "POST /api/chat/seen": For.CHAT,
    "POST /api/chat/feedback": For.ANYBODY,
    "GET /api/chat/files/{file_id}": For.ANYBODY,
    "GET /xac-minh": For.ANYBODY,
    "POST /xac-minh": For.ANYBODY,
    "GET /in/{procedure_id}": For.ANYBODY,
    "GET /in/{procedure_id}/qr.svg": For.ANYBODY,
    "GET /du-lieu/{token}": For.LINK,
    "POST /du-lieu/{token}": For.LINK,
    "GET /xem-rieng/{token}": For.LINK,
    "POST /xem-rieng/{token}": For.LINK,
    "PUT /api/v1/applications": For.KEY,
    "PUT /api/v1/beneficiaries": For.KEY,
    "POST /telegram/webhook": For.MESSENGER,
    "POST /zalo/webhook": For.MESSENGER,
    "POST /zalo-bot/webhook": For.MESSENGER,
    "GET /static/{path}": For.ANYBODY,
}
SCOPES = {
    "PUT /api/v1/applications": ApiScope.APPLICATIONS_WRITE,
    "PUT /api/v1/beneficiaries": ApiScope.BENEFICIARIES_WRITE,
}
FORMS = ("POST /", "POST /xac-minh", "POST /du-lieu/{token}", "POST /xem-rieng/{token}")
CONVERSATION = "c1"
EXPORT = "s:my-data:export"
PRESSED = {"conversation": CONVERSATION, "button": EXPORT}
LINK = re.compile(r"/du-lieu/[\w-]{43}")
NASTY = ["\\u0000", "\\ud800", "9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00", "9" * 5000, "x" * 60_000]
"""What breaks a row, as it stands in JSON."""
PNG = b"\x89PNG\r\n\x1a\n"
OWNER, OTHER = "a" * 64, "b" * 64
WHO = [
    pytest.param(OWNER, True, id="owner"),
    pytest.param(OTHER, False, id="another"),
    pytest.param(None, False, id="nobody"),
]


def list_routes(wanted: For) -> list[str]:
    """List the routes that are for some."""
    return [name for name, whom in ROUTES.items() if whom is wanted]


def walk(routes: Iterable[BaseRoute]) -> Iterator[str]:
    """Give the name of every route but those of the console, also of what was included or mounted."""
    for route in routes:
        included = getattr(route, "original_router", None)
        if included is not None:
            yield from walk(included.routes)
        elif isinstance(route, Mount):
            yield f"GET {route.path}/{{path}}"
        else:
            assert isinstance(route, Route), route
            if not isinstance(vars(route.endpoint).get("page"), Page):
                yield from (f"{method} {route.path}" for method in route.methods or ())


@dataclass(frozen=True, slots=True, kw_only=True)
class Town:
    """A web process with one citizen on whom every table holds something."""

    app: FastAPI
    core: Core
    url: str
    clock: MovedClock
    person: WholePerson

    def browse(self, session: str | None, *, key: str | None = None) -> httpx.AsyncClient:
        """Open a browser with a session of the chat or none, or a program with a key."""
        return httpx.AsyncClient(
            base_url=self.url,
            cookies={COOKIE: session} if session is not None else {},
            headers={"Authorization": f"Bearer {key}"} if key is not None else {},
        )


def chat_of(session: str | None) -> ChatAddress:
    """Return the chat of a session; None: of a program without a cookie."""
    return ChatSession(token=session or f"open.{'c' * 64}", is_new=False).address(CONVERSATION)


async def request(http: httpx.AsyncClient, name: str, **sent: Any) -> httpx.Response:
    """Call a route by its name."""
    method, _, path = name.partition(" ")
    for parameter, value in {
        "{procedure_id}": "can-cuoc.cap-doi",
        "{file_id}": str(uuid4()),
        "{token}": "x" * 43,
        "{path}": "chat.css",
    }.items():
        path = path.replace(parameter, value)
    return await http.request(method, path, **sent)
