"""The long-running processes, each of which may run many times against one database."""

from __future__ import annotations

import asyncio
import gc
import signal
import socket
import sys
from collections.abc import Awaitable, Callable

import uvicorn
import uvloop
from prometheus_client import start_http_server
from starlette.types import ASGIApp

from bot.log import set_up_logging
from bot.settings import Settings
from bot.storage.data_keys import open_cipher
from bot.web import make_receiving_app, make_web_app
from bot.wiring import run_delivery, run_schedule

DRAIN_S = 4
STARTUP_FAILURE = 3
"""As uvicorn's own command ends where the start failed."""


def serve(settings: Settings) -> None:
    """Serve the web chat, the console and the webhooks until told to stop."""
    set_up_logging(settings.log_level)
    open_cipher(settings)  # a wrong key is said before anything listens
    _serve(settings, make_web_app(settings))


def receive(settings: Settings) -> None:
    """Keep what messengers deliver and acknowledge it until told to stop; other processes answer it."""
    set_up_logging(settings.log_level)
    _serve(settings, make_receiving_app(settings))


class _Server(uvicorn.Server):
    """Uvicorn, which settles the memory once everything has started."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start."""
        await super().startup(sockets)
        settle_memory()


def settle_memory() -> None:
    """Take what is there from the start out of the garbage collector's sight.

    A full collection looks at everything that lives: 0.1 s and more in which nothing is answered, acknowledged or
    sent. What is loaded once and stays need not be looked at.
    """
    gc.collect()
    gc.freeze()


def _serve(settings: Settings, app: ASGIApp) -> None:
    config = uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=DRAIN_S,
        h11_max_incomplete_event_size=64 * 1024,
    )
    server = _Server(config)
    server.run()
    if not server.started:
        sys.exit(STARTUP_FAILURE)


def deliver(settings: Settings) -> None:
    """Send the messages that we start until told to stop."""
    set_up_logging(settings.log_level)
    _show_figures(settings)
    settle_memory()
    uvloop.run(_until_stopped(lambda: run_delivery(settings)))


def schedule(settings: Settings) -> None:
    """Look for what is due until told to stop."""
    set_up_logging(settings.log_level)
    _show_figures(settings)
    settle_memory()
    uvloop.run(_until_stopped(lambda: run_schedule(settings)))


def _show_figures(settings: Settings) -> None:
    """Give the figures for Prometheus at a port of their own, where one is set: these processes serve no pages."""
    if settings.metrics_port:
        start_http_server(settings.metrics_port, addr=settings.host)


async def _until_stopped(work: Callable[[], Awaitable[None]]) -> None:
    """Run until the work ends by itself or a signal ends it."""
    task = asyncio.ensure_future(work())
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, task.cancel)
    try:
        await task
    except asyncio.CancelledError:
        if not task.cancelled():
            raise
