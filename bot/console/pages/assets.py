"""Styles and scripts."""

from __future__ import annotations

from fastapi import Response

from bot.console.access import OPEN
from bot.console.assets import Assets
from bot.console.page import Page, PageNotFound, Visit, page


def make_pages(assets: Assets) -> list[Page]:
    """Return the pages that serve files."""

    @page("GET", "/static/{path:path}", access=OPEN)
    async def send_asset(visit: Visit) -> Response:
        asset = assets.find(visit.request.path_params["path"])
        if asset is None:
            raise PageNotFound
        headers = {"Vary": "Accept-Encoding", "Cache-Control": "no-cache"}
        if visit.request.query_params.get("v") == asset.version:
            headers["Cache-Control"] = "public, max-age=31536000, immutable"
        if "gzip" in visit.request.headers.get("accept-encoding", ""):
            headers["Content-Encoding"] = "gzip"
            return Response(asset.gzipped, media_type=asset.media_type, headers=headers)
        return Response(asset.body, media_type=asset.media_type, headers=headers)

    return [send_asset]
