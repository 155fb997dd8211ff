"""The page behind a one-time link: one answer that was not said in a chat whose messages are kept abroad."""

from __future__ import annotations

import json

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse
from markupsafe import Markup

from bot.channels.web import wording
from bot.channels.web.describe import describe_form, describe_page_refusals
from bot.channels.web.one_time_door import OneTimeDoor
from bot.channels.web.reading import RequestRefused
from bot.channels.web.render import render_html
from bot.clock import Clock
from bot.conversation.discretion import PAGE
from bot.storage.database import Database
from bot.storage.encryption import Cipher
from bot.storage.one_time_links import claim_page

PATH = f"{PAGE}/{{token}}"


def make_private_page_router(*, database: Database, cipher: Cipher, clock: Clock, base_url: str) -> APIRouter:
    """Build the routes."""
    page = _PrivatePage(database, cipher, clock, secure=base_url.startswith("https://"))
    router = APIRouter(tags=["private page"])
    router.add_api_route(PATH, page.show_button, methods=["GET"], response_class=HTMLResponse)
    router.add_api_route(
        PATH,
        page.open,
        methods=["POST"],
        response_class=HTMLResponse,
        responses=describe_page_refusals(400, 404, 413, 429),
        openapi_extra=describe_form(),
    )
    return router


class _PrivatePage:
    def __init__(self, database: Database, cipher: Cipher, clock: Clock, *, secure: bool) -> None:
        self._database = database
        self._cipher = cipher
        self._clock = clock
        self._door = OneTimeDoor(template="private_page.html", path=PAGE, secure=secure, clock=clock)

    async def show_button(self, token: str) -> Response:  # noqa: ARG002 -- whether it is right is not said yet
        """Show the button, the same for every token."""
        return self._door.render()

    async def open(self, token: str, request: Request) -> Response:
        """Show the answer to the browser that came first."""
        try:
            knock = await self._door.take_knock(request)
        except RequestRefused as refused:
            return self._door.refuse(refused)
        async with self._database.begin() as tx:
            kept = await claim_page(tx, token, browser=knock.browser, cipher=self._cipher, now=self._clock())
        if kept is None:
            return self._door.render(status=404, problem=wording.PAGE_OVER)
        said = json.loads(kept)
        html = Markup(render_html(said["text"]))  # noqa: S704 -- escaped in render.py
        return self._door.remember(self._door.render(html=html, citation=said["citation"]), knock)
