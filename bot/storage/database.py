"""The connection to PostgreSQL: one engine a process, one transaction a unit of work."""

from __future__ import annotations

import select
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import psycopg
from pydantic import SecretStr
from sqlalchemy import event
from sqlalchemy.engine import URL, Dialect, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

STATEMENT_TIMEOUT_MS = 5_000
CONNECT_TIMEOUT_S = 5
RESTED_S = 10.0
"""A connection that rested longer is asked whether it still lives; what is between may have forgotten it."""
_RESTING_SINCE = "resting_since"


class Database:
    """The one door to PostgreSQL. `begin()` gives a session whose transaction ends with the block."""

    def __init__(self, url: SecretStr, *, pool_size: int = 5, max_overflow: int = 10) -> None:
        self._url = url
        self.engine: AsyncEngine = create_async_engine(
            _driver_url(url),
            pool_size=pool_size,
            max_overflow=max_overflow,
            pool_timeout=CONNECT_TIMEOUT_S,
            hide_parameters=True,  # an error message must not carry what a citizen typed
            connect_args={
                "connect_timeout": CONNECT_TIMEOUT_S,
                # What fails is not written to PostgreSQL's own log with its values.
                "options": f"-c statement_timeout={STATEMENT_TIMEOUT_MS} -c timezone=UTC",
            },
        )
        _refuse_dead_connections(self.engine)
        self._sessions = async_sessionmaker(self.engine, expire_on_commit=False)

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[AsyncSession]:
        """Open a session in a transaction: committed at the end of the block, rolled back on an error."""
        async with self._sessions.begin() as session:
            yield session

    async def listen(self) -> psycopg.AsyncConnection[tuple[object, ...]]:
        """Return a plain connection outside the pool, for LISTEN. The caller closes it."""
        return await psycopg.AsyncConnection.connect(
            plain_url(self._url), autocommit=True, connect_timeout=CONNECT_TIMEOUT_S
        )

    async def close(self) -> None:
        """Close every connection."""
        await self.engine.dispose()


def _refuse_dead_connections(engine: AsyncEngine) -> None:
    """Look at each connection before it is used, and begin anew with all of them where one is dead.

    To ask the server each time (`pool_pre_ping`) costs every turn a round trip. A server that ended a connection
    has said so on its socket: where there is nothing to read, nobody ended it.
    """

    @event.listens_for(engine.sync_engine, "checkin")
    def _note_rest(_: DBAPIConnection | None, record: ConnectionPoolEntry) -> None:
        record.info[_RESTING_SINCE] = time.monotonic()

    @event.listens_for(engine.sync_engine, "checkout")
    def _look_at(connection: DBAPIConnection, record: ConnectionPoolEntry, _: PoolProxiedConnection) -> None:
        if record.info.get(_RESTING_SINCE) is None:  # it was made just now
            return
        driver = record.driver_connection
        assert isinstance(driver, psycopg.AsyncConnection)
        has_rested = time.monotonic() - record.info[_RESTING_SINCE] > RESTED_S
        is_alive = not driver.closed and not _has_something_to_read(driver)
        if not is_alive or (has_rested and not _answers(engine.sync_engine.dialect, connection)):
            raise InvalidatePoolError


def _has_something_to_read(driver: psycopg.AsyncConnection[tuple[object, ...]]) -> bool:
    poll = select.poll()
    poll.register(driver.fileno(), select.POLLIN)
    return bool(poll.poll(0))


def _answers(dialect: Dialect, connection: DBAPIConnection) -> bool:
    try:
        return dialect.do_ping(connection)
    except psycopg.Error:
        return False


def plain_url(url: SecretStr) -> str:
    """Return the address as libpq takes it."""
    return make_url(url.get_secret_value()).set(drivername="postgresql").render_as_string(hide_password=False)


def _driver_url(url: SecretStr) -> URL:
    return make_url(url.get_secret_value()).set(drivername="postgresql+psycopg")


async def raw_connection(session: AsyncSession) -> psycopg.AsyncConnection[tuple[object, ...]]:
    """Return the psycopg connection of a session's transaction, for a job deferred in that transaction."""
    connection = await session.connection()
    raw = await connection.get_raw_connection()
    driver = raw.driver_connection
    assert isinstance(driver, psycopg.AsyncConnection)
    return driver
