"""A worker on a fresh database."""

from __future__ import annotations

import pytest
from pydantic import SecretStr

from bot.storage.database import Database
from tests.conftest import MovedClock
from tests.support.deliveries import Post


@pytest.fixture
def post(database: Database, database_url: SecretStr, clock: MovedClock) -> Post:
    """Rows, jobs and one worker at a recording sender."""
    return Post(database=database, url=database_url, clock=clock)
