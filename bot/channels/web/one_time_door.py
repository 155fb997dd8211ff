"""The door of pages that open once: behind a button, for the browser that came first, slowly for who guesses.

GET shows a button and reads nothing, so a messenger that looks at links sees nothing and uses nothing up.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, select_autoescape

from bot.channels.web import wording
from bot.channels.web.assets import static_address
from bot.channels.web.describe import Responses, describe_form, describe_page_refusals
from bot.channels.web.limits import MessageLimits, read_client_key
from bot.channels.web.reading import RequestRefused, read_form
from bot.channels.web.routes import HEADERS
from bot.clock import Clock

TRIES_PER_CLIENT = 20
TRIES_OF_ALL = 300
"""Tries a minute in one process; a secret of 256 bits is not guessed at any rate."""
PAGE_HEADERS = {**HEADERS, "X-Robots-Tag": "noindex, nofollow", "Referrer-Policy": "no-referrer"}
_COOKIE = "troly06_link"
_COOKIE_LASTS_S = 10 * 60
_BROWSER = re.compile(r"[0-9a-f]{64}")
_LONGEST_FORM = 1024
_MOST_FIELDS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Knock:
    """Somebody pressed the button. `browser`: its secret, new or known; `form`: what stood in the form."""

    browser: str = field(repr=False)
    form: dict[str, str] = field(repr=False)


Reads = Callable[[str, Knock], Awaitable[Response | None]]
"""Takes the secret of a link and who knocks; returns what is behind it, None where it opens nothing for them."""


class OneTimeDoor:
    """Lets browsers try links under `path`, where its cookie counts, and renders the page of a template.

    `over`: the sentence where a link opens nothing any more.
    """

    def __init__(self, *, template: str, path: str, over: str, base_url: str, clock: Clock) -> None:
        self._clock = clock
        self._path = path
        self._over = over
        self._secure = base_url.startswith("https://")
        self._limits = MessageLimits()
        environment = Environment(
            loader=FileSystemLoader(Path(__file__).resolve().parent / "templates"),
            autoescape=select_autoescape(),
            trim_blocks=True,
            lstrip_blocks=True,
        )
        environment.globals.update(static=static_address)
        self._template = environment.get_template(template)

    def make_router(
        self, read: Reads, *, tag: str, fields: tuple[str, ...] = (), opened: Responses | None = None
    ) -> APIRouter:
        """Build the routes. `fields`: of the form; `opened`: the OpenAPI words for what `read` returns."""

        async def open_link(token: str, request: Request) -> Response:
            try:
                knock = await self._take_knock(request)
            except RequestRefused as refused:
                return self.render(status=refused.status, problem=refused.sentence)
            response = await read(token, knock)
            if response is None:
                return self.render(status=404, problem=self._over)
            return self._remember(response, knock)

        router, path = APIRouter(tags=[tag]), f"{self._path}/{{token}}"
        router.add_api_route(path, self._show_button, methods=["GET"], response_class=HTMLResponse)
        router.add_api_route(
            path,
            open_link,
            methods=["POST"],
            response_class=HTMLResponse,
            responses=describe_page_refusals(400, 404, 413, 429) | (opened or {}),
            openapi_extra=describe_form(*fields),
        )
        return router

    def render(self, *, status: int = 200, **values: object) -> Response:
        """Return the page."""
        headers = {**PAGE_HEADERS, "Retry-After": "60"} if status == 429 else PAGE_HEADERS
        return HTMLResponse(self._template.render(**values), status, headers=headers)

    async def _show_button(self, token: str) -> Response:  # noqa: ARG002 -- whether it is right is not said yet
        return self.render()

    async def _take_knock(self, request: Request) -> Knock:
        form = await read_form(request, longest=_LONGEST_FORM, most=_MOST_FIELDS)
        client = read_client_key(request.client.host if request.client else "")
        if not self._limits.take({f"client:{client}": TRIES_PER_CLIENT, "all": TRIES_OF_ALL}, self._clock()):
            raise RequestRefused(429, wording.LINK_TOO_OFTEN)
        known = request.cookies.get(_COOKIE, "")
        return Knock(browser=known if _BROWSER.fullmatch(known) else secrets.token_hex(32), form=form)

    def _remember(self, response: Response, knock: Knock) -> Response:
        """Return the response with the browser's secret: it may open the link again, no other may."""
        response.set_cookie(
            _COOKIE,
            knock.browser,
            max_age=_COOKIE_LASTS_S,
            path=self._path,
            httponly=True,
            samesite="strict",
            secure=self._secure,
        )
        return response
