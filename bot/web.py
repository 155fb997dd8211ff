"""The web server: chat, console, webhooks, and what operators look at."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.clock import Clock, hanoi_date, read_clock
from bot.settings import Settings
from bot.wiring import Core, open_core, open_receivers, open_web_parts

CHECK_EVERY_S = 1.0
_STATE: dict[str, Any] = {
    "type": "object",
    "required": ["status", "parts"],
    "properties": {
        "status": {"enum": ["ready", "degraded", "unready"]},
        "parts": {
            "type": "object",
            "required": ["database", "understanding", "content"],
            "properties": {"content": {"type": "integer", "description": "Số câu trả lời có hiệu lực hôm nay."}},
            "additionalProperties": {"type": "string"},
        },
    },
}
_READY: dict[int | str, dict[str, Any]] = {
    200: {"description": "Người dân được trả lời.", "content": {"application/json": {"schema": _STATE}}},
    503: {"description": "Không có cơ sở dữ liệu.", "content": {"application/json": {"schema": _STATE}}},
}


def make_web_app(settings: Settings, *, clock: Clock = read_clock) -> FastAPI:
    """Build the web application; its parts open when it starts and close when it stops."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            core = await stack.enter_async_context(open_core(settings, clock=clock))
            app.state.core = core
            app.state.channels = await stack.enter_async_context(open_web_parts(core, app))
            watch = asyncio.create_task(_watch_understanding(core), name="understanding.watch")
            try:
                yield
            finally:
                watch.cancel()
                with suppress(asyncio.CancelledError):
                    await watch

    app = FastAPI(
        title="Trợ lý 06",
        version="1",
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/openapi.json",
        lifespan=lifespan,
    )

    _add_operation(app)

    @app.get("/readyz", tags=["operation"], responses=_READY)
    async def readyz() -> JSONResponse:
        """Tell whether citizens are answered, and the state of each part: ready, degraded, or 503."""
        core: Core = app.state.core
        database = await _database_answers(core)
        parts = {
            "database": "ok" if database else "away",
            "understanding": "ok" if core.rasa.is_well else "away",
            "content": len(core.catalogue.current.list_units_on(hanoi_date(core.clock()))),
            **{name: state() for name, state in app.state.channels.items()},
        }
        well = database and core.rasa.is_well
        status = "ready" if well else "degraded" if database else "unready"
        return JSONResponse({"status": status, "parts": parts}, status_code=200 if database else 503)

    return app


def make_receiving_app(settings: Settings) -> ASGIApp:
    """Build the application that only keeps what messengers deliver; it answers nobody and knows no content."""
    busiest: dict[str, Callable[[Request], Awaitable[Response]]] = {}

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with open_receivers(settings, app) as found:
            busiest.update(found)
            yield

    app = FastAPI(
        title="Trợ lý 06", version="1", docs_url=None, redoc_url=None, openapi_url=None, lifespan=lifespan
    )
    _add_operation(app)

    async def receive_or_pass_on(scope: Scope, receive: Receive, send: Send) -> None:
        # The framework's way to a handler costs more than all that the handler does.
        answer = busiest.get(scope["path"]) if scope["type"] == "http" and scope["method"] == "POST" else None
        if answer is None:
            await app(scope, receive, send)
        else:
            response = await answer(Request(scope, receive))
            await response(scope, receive, send)

    return receive_or_pass_on


def _add_operation(app: FastAPI) -> None:
    """Add what operators look at in every web process."""

    @app.get("/healthz", response_class=PlainTextResponse, tags=["operation"])
    async def healthz() -> str:
        """Tell that the process is alive."""
        return "ok"

    @app.get("/metrics", response_class=PlainTextResponse, tags=["operation"])
    async def metrics() -> Response:
        """Give the figures for Prometheus."""
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


async def _database_answers(core: Core) -> bool:
    try:
        async with asyncio.timeout(2), core.database.begin() as tx:
            await tx.execute(text("SELECT 1"))
    except (SQLAlchemyError, OSError, TimeoutError):
        return False
    return True


async def _watch_understanding(core: Core) -> None:
    """Ask the understanding server how it is, so that its loss and its return are seen without a message."""
    while True:
        await core.rasa.check()
        await asyncio.sleep(CHECK_EVERY_S)
