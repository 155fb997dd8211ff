"""The page behind a one-time link: everything that is held on a citizen, read once by one browser."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from bot.channels.web import wording
from bot.channels.web.describe import Responses, describe_form, describe_page_refusals
from bot.channels.web.held import Names, Section, say
from bot.channels.web.one_time_door import PAGE_HEADERS, OneTimeDoor
from bot.channels.web.reading import RequestRefused
from bot.clock import Clock
from bot.privacy.export import read_held, render_export
from bot.privacy.inventory import TableEntry
from bot.storage.database import Database
from bot.storage.encryption import Cipher
from bot.storage.one_time_links import claim_link

PATH = "/du-lieu/{token}"
_OPENED: Responses = {
    200: {
        "description": "Tất cả những gì đang giữ, để đọc hoặc dạng JSON.",
        "content": {
            "text/html": {"schema": {"type": "string"}},
            "application/json": {"schema": {"type": "object"}},
        },
    }
}


def make_my_data_router(
    *,
    database: Database,
    inventory: Sequence[TableEntry],
    cipher: Cipher,
    clock: Clock,
    base_url: str,
    names: Names,
) -> APIRouter:
    """Build the routes. `names`: what values of columns are called in Vietnamese."""
    page = _MyDataPage(database, inventory, cipher, clock, names, secure=base_url.startswith("https://"))
    router = APIRouter(tags=["my data"])
    router.add_api_route(PATH, page.show_button, methods=["GET"], response_class=HTMLResponse)
    router.add_api_route(
        PATH,
        page.open,
        methods=["POST"],
        response_model=None,
        responses=describe_page_refusals(400, 404, 413, 429) | _OPENED,
        openapi_extra=describe_form("as"),
    )
    return router


class _MyDataPage:
    def __init__(
        self,
        database: Database,
        inventory: Sequence[TableEntry],
        cipher: Cipher,
        clock: Clock,
        names: Names,
        *,
        secure: bool,
    ) -> None:
        self._names = names
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
        if knock.form.get("as") == "json":
            response = Response(render_export(held, now=now), media_type="application/json", headers=PAGE_HEADERS)
            response.headers["Content-Disposition"] = 'attachment; filename="du-lieu-cua-toi.json"'
        else:
            response = self._door.render(held=[Section(each, self._names) for each in held], read_at=say(now))
        return self._door.remember(response, knock)
