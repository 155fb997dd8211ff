"""The page behind a one-time link: everything that is held on a citizen, read once by one browser.

GET shows a button and reads nothing, so a messenger that looks at links sees nothing and uses nothing up.
"""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs
from uuid import UUID

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, select_autoescape

from bot.channels.web import wording
from bot.channels.web.assets import static_address
from bot.channels.web.limits import MessageLimits, read_client_key
from bot.channels.web.reading import RequestRefused, read_body
from bot.channels.web.routes import HEADERS
from bot.clock import HANOI, Clock
from bot.privacy.export import HeldTable, read_held, render_export
from bot.privacy.inventory import TableEntry
from bot.skills.my_data.wording import CHANNEL_NAMES, PURPOSE_NAMES
from bot.storage.database import Database
from bot.storage.encryption import Cipher
from bot.storage.one_time_links import claim_link

PATH = "/du-lieu/{token}"
TRIES_PER_CLIENT = 20
TRIES_OF_ALL = 300
"""Tries a minute in one process; a secret of 256 bits is not guessed at any rate."""
_COOKIE = "troly06_link"
_COOKIE_LASTS_S = 10 * 60
_BROWSER = re.compile(r"[0-9a-f]{64}")
_LONGEST_FORM = 1024
_HEADERS = {**HEADERS, "X-Robots-Tag": "noindex, nofollow", "Referrer-Policy": "no-referrer"}
_WORDS = {
    **PURPOSE_NAMES,
    **{channel.value: name for channel, name in CHANNEL_NAMES.items()},
    "given": "đồng ý",
    "withdrawn": "đã rút",
    "birth": "ngày sinh",
    "issued": "ngày cấp",
}


def make_my_data_router(
    *, database: Database, inventory: Sequence[TableEntry], cipher: Cipher, clock: Clock, base_url: str
) -> APIRouter:
    """Build the routes."""
    page = _MyDataPage(database, inventory, cipher, clock, secure=base_url.startswith("https://"))
    router = APIRouter(tags=["my data"])
    router.add_api_route(PATH, page.show_button, methods=["GET"], response_class=HTMLResponse)
    router.add_api_route(PATH, page.open, methods=["POST"], response_model=None)
    return router


class _MyDataPage:
    def __init__(
        self, database: Database, inventory: Sequence[TableEntry], cipher: Cipher, clock: Clock, *, secure: bool
    ) -> None:
        self._database = database
        self._inventory = inventory
        self._cipher = cipher
        self._clock = clock
        self._secure = secure
        self._limits = MessageLimits()
        self._templates = Environment(
            loader=FileSystemLoader(Path(__file__).resolve().parent / "templates"),
            autoescape=select_autoescape(),
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.globals.update(static=static_address)

    async def show_button(self, token: str) -> Response:  # noqa: ARG002 -- whether it is right is not said yet
        """Show the button, the same for every token."""
        return self._render()

    async def open(self, token: str, request: Request) -> Response:
        """Show everything, or give it as JSON, to the browser that came first."""
        try:
            body = await read_body(request, longest=_LONGEST_FORM)
        except RequestRefused as refused:
            return self._render(status=refused.status, problem=refused.sentence)
        now = self._clock()
        client = read_client_key(request.client.host if request.client else "")
        if not self._limits.take({f"client:{client}": TRIES_PER_CLIENT, "all": TRIES_OF_ALL}, now):
            return self._render(status=429, problem=wording.LINK_TOO_OFTEN)
        known = request.cookies.get(_COOKIE, "")
        browser = known if _BROWSER.fullmatch(known) else secrets.token_hex(32)
        async with self._database.begin() as tx:
            citizen_id = await claim_link(tx, token, browser=browser, now=now)
            held = (
                await read_held(tx, citizen_id, self._inventory, self._cipher) if citizen_id is not None else None
            )
        if held is None:
            return self._render(status=404, problem=wording.LINK_OVER)
        if parse_qs(body.decode("utf-8", "replace"), max_num_fields=5).get("as") == ["json"]:
            response = Response(render_export(held, now=now), media_type="application/json", headers=_HEADERS)
            response.headers["Content-Disposition"] = 'attachment; filename="du-lieu-cua-toi.json"'
        else:
            response = self._render(held=[_Section(each) for each in held], read_at=_say(now))
        response.set_cookie(
            _COOKIE,
            browser,
            max_age=_COOKIE_LASTS_S,
            path="/du-lieu",
            httponly=True,
            samesite="strict",
            secure=self._secure,
        )
        return response

    def _render(self, *, status: int = 200, **values: object) -> Response:
        headers = {**_HEADERS, "Retry-After": "60"} if status == 429 else _HEADERS
        return HTMLResponse(self._templates.get_template("my_data.html").render(**values), status, headers=headers)


class _Section:
    """One table as it is read: ids that mean nothing to anybody are left to the JSON."""

    def __init__(self, held: HeldTable) -> None:
        self.entry = held.entry
        self.rows = [list(self._lines(row)) for row in held.rows]

    def _lines(self, row: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        for column, says in self.entry.personal.items():
            value = row.get(column)
            if value not in (None, "", [], {}) and not isinstance(value, UUID):
                is_json = column.endswith("_encrypted") and str(value).startswith("{")
                yield says, _say(json.loads(value) if is_json else value)
        for column, says in wording.MOMENTS.items():
            if column in row and row[column] is not None:
                yield says, _say(row[column])


def _say(value: object) -> str:
    if isinstance(value, datetime):
        return f"{value.astimezone(HANOI):%H:%M ngày %d/%m/%Y}"
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, list):
        return ", ".join(_say(each) for each in value)
    if isinstance(value, dict):
        return "; ".join(f"{_WORDS.get(key, key)}: {_say(each)}" for key, each in value.items())
    return _WORDS.get(str(value), str(value))
