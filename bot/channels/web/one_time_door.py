"""The door of pages that open once: behind a button, for the browser that came first, slowly for who guesses.

GET shows a button and reads nothing, so a messenger that looks at links sees nothing and uses nothing up.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from fastapi import Request, Response
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, select_autoescape

from bot.channels.web import wording
from bot.channels.web.assets import static_address
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


class OneTimeDoor:
    """Lets browsers try links, and renders the page of a template. `path`: where its cookie counts."""

    def __init__(self, *, template: str, path: str, secure: bool, clock: Clock) -> None:
        self._clock = clock
        self._path = path
        self._secure = secure
        self._limits = MessageLimits()
        environment = Environment(
            loader=FileSystemLoader(Path(__file__).resolve().parent / "templates"),
            autoescape=select_autoescape(),
            trim_blocks=True,
            lstrip_blocks=True,
        )
        environment.globals.update(static=static_address)
        self._template = environment.get_template(template)

    async def take_knock(self, request: Request) -> Knock:
        """Return who knocks.

        Raises:
            RequestRefused: too often, or too much in the form.
        """
        form = await read_form(request, longest=_LONGEST_FORM, most=_MOST_FIELDS)
        client = read_client_key(request.client.host if request.client else "")
        if not self._limits.take({f"client:{client}": TRIES_PER_CLIENT, "all": TRIES_OF_ALL}, self._clock()):
            raise RequestRefused(429, wording.LINK_TOO_OFTEN)
        known = request.cookies.get(_COOKIE, "")
        return Knock(
            browser=known if _BROWSER.fullmatch(known) else secrets.token_hex(32),
            form=form,
        )

    def remember(self, response: Response, knock: Knock) -> Response:
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

    def render(self, *, status: int = 200, **values: object) -> Response:
        """Return the page."""
        headers = {**PAGE_HEADERS, "Retry-After": "60"} if status == 429 else PAGE_HEADERS
        return HTMLResponse(self._template.render(**values), status, headers=headers)

    def refuse(self, refused: RequestRefused) -> Response:
        """Return the page that says why nothing was opened."""
        return self.render(status=refused.status, problem=refused.sentence)
