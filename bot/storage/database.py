"""The connection to PostgreSQL: one engine a process, one transaction a unit of work."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import psycopg
from pydantic import SecretStr
from sqlalchemy.engine import URL, make_url
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine

STATEMENT_TIMEOUT_MS = 5_000
CONNECT_TIMEOUT_S = 5


class Database:
    """The one door to PostgreSQL. `begin()` gives a session whose transaction ends with the block."""

    def __init__(self, url: SecretStr, *, pool_size: int = 5, max_overflow: int = 10) -> None:
        self._url = url
        self.engine: AsyncEngine = create_async_engine(
            _driver_url(url),
            pool_size=pool_size,
            max_overflow=max_overflow,
            pool_timeout=CONNECT_TIMEOUT_S,
            pool_pre_ping=True,
            hide_parameters=True,  # an error message must not carry what a citizen typed
            connect_args={
                "connect_timeout": CONNECT_TIMEOUT_S,
                # What fails is not written to PostgreSQL's own log with its values.
                "options": f"-c statement_timeout={STATEMENT_TIMEOUT_MS} -c timezone=UTC",
            },
        )
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
