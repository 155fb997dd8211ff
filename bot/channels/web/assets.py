"""The files of the page, at /static."""

from __future__ import annotations

import hashlib
from pathlib import Path

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

_STATIC = Path(__file__).resolve().parent / "static"
_FOR_GOOD = "public, max-age=31536000, immutable"


class ChatStatic(StaticFiles):
    """Styles, script and fonts; what is asked for with its version is kept by the browser for good."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Return a file."""
        response = await super().get_response(path, scope)
        for_good = scope.get("query_string") or path.endswith(".woff2")
        response.headers["Cache-Control"] = _FOR_GOOD if for_good else "no-cache"
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response


def make_web_static() -> ChatStatic:
    """Return what is mounted at /static."""
    return ChatStatic(directory=_STATIC)


def static_address(name: str) -> str:
    """Return the address of a file; it changes when the file does."""
    version = hashlib.sha256((_STATIC / name).read_bytes()).hexdigest()[:10]
    return f"/static/{name}?v={version}"
