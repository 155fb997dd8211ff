"""The pool never hands out a connection that the server has ended, and asks no server that has not."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import text
from sqlalchemy.engine.interfaces import DBAPIConnection

from bot.storage import database as module
from bot.storage.database import Database
from tests.conftest import Owner


async def _backend(database: Database) -> int:
    async with database.begin() as tx:
        return int((await tx.execute(text("SELECT pg_backend_pid()"))).scalar_one())


async def test_connections_that_the_server_ended_are_not_used(database: Database, owner: Owner) -> None:
    backends = await asyncio.gather(*(_backend(database) for _ in range(4)))
    async with owner() as tx:
        for backend in set(backends):
            await tx.execute(text("SELECT pg_terminate_backend(:backend)"), {"backend": backend})
    assert await _backend(database) not in backends


async def test_only_a_connection_that_rested_is_asked_whether_it_lives(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[DBAPIConnection] = []
    dialect = database.engine.sync_engine.dialect
    ping = dialect.do_ping

    def note(connection: DBAPIConnection) -> bool:
        asked.append(connection)
        return ping(connection)

    monkeypatch.setattr(dialect, "do_ping", note)
    first = await _backend(database)
    assert (await _backend(database), len(asked)) == (first, 0)
    monkeypatch.setattr(module, "RESTED_S", 0.0)
    assert (await _backend(database), len(asked)) == (first, 1)


async def test_a_rested_connection_that_does_not_answer_is_left(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = await _backend(database)
    monkeypatch.setattr(module, "RESTED_S", 0.0)
    monkeypatch.setattr(module, "_answers", lambda *_: False)
    assert await _backend(database) != first
