"""The page behind a one-time link: everything that is held on a citizen, read once by one browser."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import APIRouter, Response

from bot.channels.web import wording
from bot.channels.web.describe import Responses
from bot.channels.web.held import Names, Section, say
from bot.channels.web.one_time_door import PAGE_HEADERS, Knock, OneTimeDoor
from bot.clock import Clock
from bot.privacy.export import read_held, render_export
from bot.privacy.inventory import TableEntry
from bot.storage.database import Database
from bot.storage.encryption import Cipher
from bot.storage.one_time_links import claim_link

PATH = "/du-lieu"
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
    door = OneTimeDoor(template="my_data.html", path=PATH, over=wording.LINK_OVER, base_url=base_url, clock=clock)

    async def read_everything(token: str, knock: Knock) -> Response | None:
        now = clock()
        async with database.begin() as tx:
            citizen_id = await claim_link(tx, token, browser=knock.browser, now=now)
            if citizen_id is None:
                return None
            held = await read_held(tx, citizen_id, inventory, cipher)
        if knock.form.get("as") == "json":
            response = Response(render_export(held, now=now), media_type="application/json", headers=PAGE_HEADERS)
            response.headers["Content-Disposition"] = 'attachment; filename="du-lieu-cua-toi.json"'
            return response
        return door.render(held=[Section(each, names) for each in held], read_at=say(now))

    return door.make_router(read_everything, tag="my data", fields=("as",), opened=_OPENED)
