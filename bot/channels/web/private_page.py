"""The page behind a one-time link: one answer that was not said in a chat whose messages are kept abroad."""

from __future__ import annotations

import json

from fastapi import APIRouter, Response
from markupsafe import Markup

from bot.channels.web import wording
from bot.channels.web.one_time_door import Knock, OneTimeDoor
from bot.channels.web.render import render_html
from bot.clock import Clock
from bot.conversation.discretion import PAGE
from bot.storage.database import Database
from bot.storage.encryption import Cipher
from bot.storage.one_time_links import claim_page


def make_private_page_router(*, database: Database, cipher: Cipher, clock: Clock, base_url: str) -> APIRouter:
    """Build the routes."""
    door = OneTimeDoor(
        template="private_page.html", path=PAGE, over=wording.PAGE_OVER, base_url=base_url, clock=clock
    )

    async def read_answer(token: str, knock: Knock) -> Response | None:
        async with database.begin() as tx:
            kept = await claim_page(tx, token, browser=knock.browser, cipher=cipher, now=clock())
        if kept is None:
            return None
        said = json.loads(kept)
        html = Markup(render_html(said["text"]))  # noqa: S704 -- escaped in render.py
        return door.render(html=html, citation=said["citation"])

    return door.make_router(read_answer, tag="private page")
