"""A whole web process to test against: every part of it, on a real database, without messengers and Rasa."""

from __future__ import annotations

import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime
from pathlib import Path

import uvicorn
from fastapi import FastAPI
from pydantic import SecretStr

from bot.clock import Clock
from bot.domain.api_key import ApiScope, hash_key, make_key
from bot.settings import Settings
from bot.storage.api_keys import record_key
from bot.storage.data_keys import open_cipher
from bot.storage.database import Database
from bot.web import make_web_app
from tests.support.core import NO_SERVER, share_models

SOURCE = "mot-cua"
"""A source system that is known; its keys send in its name."""


def make_app(database_url: SecretStr, data_dir: Path, clock: Clock, *, public_url: str = "") -> FastAPI:
    """Return the web application on a database that has the shipped knowledge; its parts are not yet open."""
    settings = Settings(database_url=database_url, data_dir=data_dir, nlu_url=NO_SERVER, public_url=public_url)
    share_models(settings)
    open_cipher(settings, create=True)
    return make_web_app(settings, clock=clock)


@asynccontextmanager
async def opened(app: FastAPI) -> AsyncIterator[FastAPI]:
    """Give an application with its parts open, in the loop of the test."""
    async with app.router.lifespan_context(app):
        yield app


@contextmanager
def served_by_a_thread(app: FastAPI) -> Iterator[str]:
    """Serve an application on a free port, for clients that wait for each answer; give its address."""
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="error", lifespan="on"))
    thread = threading.Thread(target=server.run, name="web", daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive(), "the web process ended"
        time.sleep(0.05)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()


async def make_api_key(database: Database, now: datetime, *scopes: ApiScope) -> str:
    """Return a new key of the source system with these scopes."""
    key = make_key()
    async with database.begin() as tx:
        await record_key(
            tx, name=f"key-{key[-6:]}", source=SOURCE, scopes=scopes, key_sha256=hash_key(key), now=now
        )
    return key
