"""The page, and the small JSON interface behind it."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from pathlib import Path

import httpx
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from bot.standins.phone.phone import Messenger, NoSuchDeed

_STATIC = Path(__file__).resolve().parent / "static"
_SHARED = Path(__file__).resolve().parents[2] / "channels" / "web" / "static"
"""The web chat's files: the page looks like it."""
LONGEST_TEXT = 4_000
_HEADERS = {
    "Content-Security-Policy": "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


def list_phone_routes(messengers: Mapping[str, Messenger]) -> list[BaseRoute]:
    """Return the routes of the phone. `messengers`: by the name that the page uses, in no order."""

    async def page(_: Request) -> Response:
        return FileResponse(_STATIC / "phone.html", headers=_HEADERS)

    async def look(_: Request) -> Response:
        return JSONResponse({name: await each.look() for name, each in messengers.items()}, headers=_HEADERS)

    async def do(request: Request) -> Response:
        messenger = messengers.get(request.path_params["messenger"])
        # Other pages cannot send JSON to us without asking first, and nobody answers that they may.
        if messenger is None or not request.headers.get("content-type", "").startswith("application/json"):
            return Response(status_code=404)
        asked = None
        with contextlib.suppress(ValueError):
            asked = await request.json()
        if not isinstance(asked, dict) or len(str(asked.get("text", ""))) > LONGEST_TEXT:
            return Response(status_code=422)
        try:
            await messenger.do(request.path_params["deed"], asked)
        except NoSuchDeed:
            return Response(status_code=404)
        except (KeyError, ValueError):
            return Response(status_code=422)
        except httpx.HTTPError:
            return Response(status_code=503)
        return Response(status_code=204, headers=_HEADERS)

    return [
        Route("/", page),
        Route("/phone", look),
        Route("/phone/{messenger}/{deed}", do, methods=["POST"]),
        Mount("/static", StaticFiles(directory=_SHARED)),
        Mount("/page", StaticFiles(directory=_STATIC)),
    ]
