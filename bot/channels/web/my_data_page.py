"""The page behind a one-time link: everything that is held on a citizen, read once by one browser."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from bot.channels.web import wording
from bot.channels.web.one_time_door import PAGE_HEADERS, OneTimeDoor
from bot.channels.web.reading import RequestRefused
from bot.clock import HANOI, Clock
from bot.privacy.export import HeldTable, read_held, render_export
from bot.privacy.inventory import TableEntry
from bot.skills.my_data.wording import CHANNEL_NAMES, PURPOSE_NAMES
from bot.storage.database import Database
from bot.storage.encryption import Cipher
from bot.storage.one_time_links import claim_link

PATH = "/du-lieu/{token}"
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
        self._door = OneTimeDoor(template="my_data.html", path="/du-lieu", secure=secure, clock=clock)

    async def show_button(self, token: str) -> Response:  # noqa: ARG002 -- whether it is right is not said yet
        """Show the button, the same for every token."""
        return self._door.render()

    async def open(self, token: str, request: Request) -> Response:
        """Show everything, or give it as JSON, to the browser that came first."""
        try:
            knock = await self._door.take_knock(request)
        except RequestRefused as refused:
            return self._door.refuse(refused)
        now = self._clock()
        async with self._database.begin() as tx:
            citizen_id = await claim_link(tx, token, browser=knock.browser, now=now)
            held = (
                await read_held(tx, citizen_id, self._inventory, self._cipher) if citizen_id is not None else None
            )
        if held is None:
            return self._door.render(status=404, problem=wording.LINK_OVER)
        if knock.form.get("as") == ["json"]:
            response = Response(render_export(held, now=now), media_type="application/json", headers=PAGE_HEADERS)
            response.headers["Content-Disposition"] = 'attachment; filename="du-lieu-cua-toi.json"'
        else:
            response = self._door.render(held=[_Section(each) for each in held], read_at=_say(now))
        return self._door.remember(response, knock)


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
