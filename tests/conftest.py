"""What all tests share: a real PostgreSQL, a fresh database each, a clock that can be moved."""

from __future__ import annotations

import asyncio
import itertools
import os
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import settings as hypothesis_settings
from pydantic import SecretStr
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncSession

from bot.content.seed import seed_content
from bot.settings import DATA
from bot.storage.database import Database
from bot.storage.embedded import ROLE, EmbeddedServer
from bot.storage.encryption import Cipher
from bot.storage.migrate import migrate

# How long a generated input may take says more about what else runs on the machine than about the code.
hypothesis_settings.register_profile("without-deadline", deadline=None)
hypothesis_settings.load_profile("without-deadline")

_TEMPLATE = "template_migrated"
_KNOWING = "template_knowing"
_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def postgres() -> Iterator[EmbeddedServer]:
    """A PostgreSQL server of this test run's own, with a migrated database to copy.

    Its folder is not pytest's: another pytest that starts on the machine closes pytest's folders to all other
    users, and the server runs as one.
    """
    with tempfile.TemporaryDirectory(prefix="troly06-pg-") as folder:
        server = EmbeddedServer(Path(folder) / "data")
        server.apply_settings()
        server.create_roles()
        server.create_database(_TEMPLATE)
        migrate(server.owner_url(_TEMPLATE), role=ROLE)
        yield server
        server.stop()


@pytest.fixture
def database_url(postgres: EmbeddedServer) -> Iterator[SecretStr]:
    """The address of a fresh, migrated, empty database."""
    name = f"test_{os.getpid()}_{next(_numbers)}"
    postgres.create_database(name, template=_TEMPLATE)
    yield postgres.url(name)
    postgres.drop_database(name)


@pytest.fixture(scope="session")
def knowing_template(postgres: EmbeddedServer) -> str:
    """The name of a database with the shipped knowledge in it, to copy."""
    postgres.create_database(_KNOWING, template=_TEMPLATE)

    async def fill() -> None:
        database = Database(postgres.url(_KNOWING))
        await seed_content(database, DATA)
        await database.close()

    asyncio.run(fill())
    return _KNOWING


@pytest.fixture
def knowing_database_url(postgres: EmbeddedServer, knowing_template: str) -> Iterator[SecretStr]:
    """The address of a fresh database that has the shipped knowledge."""
    name = f"test_{os.getpid()}_{next(_numbers)}"
    postgres.create_database(name, template=knowing_template)
    yield postgres.url(name)
    postgres.drop_database(name)


@pytest.fixture(scope="module")
def shared_database_url(postgres: EmbeddedServer, knowing_template: str) -> Iterator[SecretStr]:
    """The address of a database that has the shipped knowledge; all tests of a module share it."""
    name = f"test_{os.getpid()}_{next(_numbers)}"
    postgres.create_database(name, template=knowing_template)
    yield postgres.url(name)
    postgres.drop_database(name)


@pytest.fixture
async def database(database_url: SecretStr) -> AsyncIterator[Database]:
    """A fresh database, connected."""
    database = Database(database_url)
    yield database
    await database.close()


Owner = Callable[[], AbstractAsyncContextManager[AsyncSession]]


@pytest.fixture
def owner(postgres: EmbeddedServer, database_url: SecretStr) -> Owner:
    """Opens transactions of who owns the tables; the processes may not do all that it may."""

    @asynccontextmanager
    async def begin() -> AsyncIterator[AsyncSession]:
        name = make_url(database_url.get_secret_value()).database
        assert name is not None
        database = Database(postgres.owner_url(name))
        try:
            async with database.begin() as tx:
                yield tx
        finally:
            await database.close()

    return begin


@pytest.fixture
def cipher() -> Cipher:
    """A cipher with a fixed key."""
    return Cipher(bytes(range(32)))


class MovedClock:
    """A clock that stands still until it is moved."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def __call__(self) -> datetime:
        return self.moment

    def move(self, by: timedelta) -> None:
        """Go forward."""
        self.moment += by

    def set(self, moment: datetime) -> None:
        """Go to a moment."""
        self.moment = moment


@pytest.fixture
def clock() -> MovedClock:
    """9 o'clock in the morning in Hanoi on 23/11/2026."""
    return MovedClock(datetime(2026, 11, 23, 2, 0, tzinfo=UTC))


@pytest.fixture(scope="session")
def project_root() -> Path:
    """The root of the project."""
    return Path(__file__).resolve().parent.parent
