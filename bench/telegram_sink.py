"""A stand-in for Telegram that answers every call at once and counts what was sent."""

from __future__ import annotations

import sys

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

BOT = {"id": 6, "is_bot": True, "first_name": "Trợ lý 06", "username": "troly06_bench_bot"}
_sent: dict[str, int] = {}


async def call(request: Request) -> JSONResponse:
    """Answer one Bot API method."""
    method = request.path_params["method"]
    _sent[method] = _sent.get(method, 0) + 1
    result: object = True
    if method == "getMe":
        result = BOT
    elif method == "sendMessage":
        chat = {"id": 1, "type": "private"}
        result = {"message_id": _sent[method], "date": 1_790_000_000, "from": BOT, "chat": chat, "text": "."}
    return JSONResponse({"ok": True, "result": result})


async def count(_: Request) -> JSONResponse:
    """Tell how often each method was called."""
    return JSONResponse(_sent)


app = Starlette(
    routes=[
        Route("/count", count),
        Route("/bot{token}/{method}", call, methods=["GET", "POST"]),
    ]
)

if __name__ == "__main__":
    uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), log_level="warning", access_log=False)
