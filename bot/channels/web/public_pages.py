"""Pages for anybody, without a conversation: whether a message is ours, and a list of papers to print.

They hold nothing of a person, and read nothing but what was typed into them.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import segno
from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, select_autoescape

from bot.channels.web import wording
from bot.channels.web.assets import static_address
from bot.channels.web.describe import PICTURE_OF_CODE, describe_form, describe_page_refusals
from bot.channels.web.limits import MessageLimits, read_client_key
from bot.channels.web.reading import RequestRefused, read_form
from bot.channels.web.routes import HEADERS
from bot.checklists.checklist import Checklist, Checklists
from bot.clock import Clock, hanoi_date
from bot.content.catalogue import Catalogue
from bot.domain.citation import render_source
from bot.skills.verify.verdict import render_verdict
from bot.storage.database import Database

VERIFY_PATH = "/xac-minh"
PRINT_PATH = "/in/{procedure_id}"
TRIES_PER_CLIENT = 10
TRIES_OF_ALL = 300
"""Tries a minute in one process. There are 2^39 codes: at this rate one in a million is met in about a year."""
_LONGEST_FORM = 4 * 1024
_MOST_FIELDS = 5


def make_public_router(
    *,
    database: Database,
    catalogue: Callable[[], Catalogue],
    checklists: Callable[[], Checklists],
    clock: Clock,
    base_url: str,
) -> APIRouter:
    """Build the routes."""
    pages = _PublicPages(database, catalogue, checklists, clock, base_url)
    router = APIRouter(tags=["public pages"])
    router.add_api_route(VERIFY_PATH, pages.show_verify, methods=["GET"], response_class=HTMLResponse)
    router.add_api_route(
        VERIFY_PATH,
        pages.verify,
        methods=["POST"],
        response_class=HTMLResponse,
        responses=describe_page_refusals(400, 413, 429),
        openapi_extra=describe_form("code"),
    )
    router.add_api_route(
        PRINT_PATH,
        pages.show_list,
        methods=["GET"],
        response_class=HTMLResponse,
        responses=describe_page_refusals(404),
    )
    router.add_api_route(
        f"{PRINT_PATH}/qr.svg",
        pages.show_qr,
        methods=["GET"],
        response_class=Response,
        responses=PICTURE_OF_CODE,
    )
    return router


class _PublicPages:
    def __init__(
        self,
        database: Database,
        catalogue: Callable[[], Catalogue],
        checklists: Callable[[], Checklists],
        clock: Clock,
        base_url: str,
    ) -> None:
        self._database = database
        self._catalogue = catalogue
        self._checklists = checklists
        self._clock = clock
        self._base_url = base_url
        self._limits = MessageLimits()
        self._templates = Environment(
            loader=FileSystemLoader(Path(__file__).resolve().parent / "templates"),
            autoescape=select_autoescape(),
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.globals.update(static=static_address)

    async def show_verify(self) -> Response:
        """Show the form for a code."""
        return self._render("verify.html")

    async def verify(self, request: Request) -> Response:
        """Say whether a code is ours. A wrong code and a text that is none get the same answer."""
        try:
            form = await read_form(request, longest=_LONGEST_FORM, most=_MOST_FIELDS)
        except RequestRefused as refused:
            return self._render("verify.html", status=refused.status, problem=refused.sentence)
        client = read_client_key(request.client.host if request.client else "")
        if not self._limits.take({f"client:{client}": TRIES_PER_CLIENT, "all": TRIES_OF_ALL}, self._clock()):
            return self._render("verify.html", status=429, problem=wording.VERIFY_TOO_OFTEN)
        async with self._database.begin() as tx:
            said = await render_verdict(tx, form.get("code", ""))
        return self._render("verify.html", paragraphs=said.split("\n\n"))

    async def show_list(self, procedure_id: str) -> Response:
        """Show the papers of a procedure, to print and tick with a pen."""
        checklist = self._find(procedure_id)
        if checklist is None:
            return self._render("checklist.html", status=404, problem=wording.NO_SUCH_LIST)
        sources = [render_source(self._catalogue().cite(each)) for each in checklist.sources]
        return self._render(
            "checklist.html",
            checklist=checklist,
            sources=list(dict.fromkeys(sources)),
            address=f"{self._base_url}/in/{procedure_id}",
        )

    async def show_qr(self, procedure_id: str) -> Response:
        """Show the code that leads to the list's own page: the name of a procedure, and nothing of a person."""
        if self._find(procedure_id) is None:
            return Response(status_code=404, headers=HEADERS)
        picture = io.BytesIO()
        segno.make(f"{self._base_url}/in/{procedure_id}", error="m").save(
            picture, kind="svg", scale=4, border=2, light="#fff", svgclass=None, lineclass=None
        )
        return Response(picture.getvalue(), media_type="image/svg+xml", headers=HEADERS)

    def _find(self, procedure_id: str) -> Checklist | None:
        day = hanoi_date(self._clock())
        return self._checklists().find(procedure_id, self._catalogue().parameters, day=day)

    def _render(self, name: str, *, status: int = 200, **values: object) -> HTMLResponse:
        headers = {**HEADERS, "Retry-After": "60"} if status == 429 else HEADERS
        return HTMLResponse(self._templates.get_template(name).render(**values), status, headers=headers)
