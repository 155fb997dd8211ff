"""An understanding server that is of no use: slow, broken, beside the point, or sure of what is wrong.

`python -m bench.faults.lying_understanding PORT`; POST /become/MODE says how. GET /asked: how often it was asked.
"""

from __future__ import annotations

import asyncio
import sys
from enum import StrEnum

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

SLOW_S = 30.0
LIE = "sim.kiem-tra.chinh-chu"
"""The unit that it names for every question, with all confidence."""


class Mode(StrEnum):
    """What it does when it is asked."""

    SLOW = "slow"
    BROKEN = "broken"
    NONSENSE = "nonsense"
    LYING = "lying"


class Liar:
    """Answers as it is told to."""

    def __init__(self) -> None:
        self.mode = Mode.LYING
        self.asked = 0

    async def become(self, request: Request) -> Response:
        """Answer in another way from now on."""
        self.mode, self.asked = Mode(request.path_params["mode"]), 0
        return JSONResponse(True)

    async def count(self, _request: Request) -> Response:
        """Tell how often it was asked since it became what it is."""
        return JSONResponse(self.asked)

    async def parse(self, _request: Request) -> Response:
        """Answer a question."""
        self.asked += 1
        if self.mode is Mode.SLOW:
            await asyncio.sleep(SLOW_S)
        if self.mode is Mode.BROKEN:
            return JSONResponse({"error": "broken"}, status_code=500)
        if self.mode is Mode.NONSENSE:
            return JSONResponse({"intent_ranking": [{"name": LIE, "confidence": "very"}, None]})
        return JSONResponse({"intent_ranking": [{"name": LIE, "confidence": 1.0}]})

    async def show_status(self, _request: Request) -> Response:
        """Say that all is well."""
        return JSONResponse({"ready": True, "model": "none"})


def make_liar() -> Starlette:
    """Return the server."""
    liar = Liar()
    return Starlette(
        routes=[
            Route("/become/{mode}", liar.become, methods=["POST"]),
            Route("/asked", liar.count),
            Route("/model/parse", liar.parse, methods=["POST"]),
            Route("/status", liar.show_status),
        ]
    )


if __name__ == "__main__":
    uvicorn.run(make_liar(), host="127.0.0.1", port=int(sys.argv[1]), log_config=None, access_log=False)
