"""One assistant on a database that knows the shipped content, and a citizen who writes to it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.wiring import Core
from tests.conftest import MovedClock
from tests.support.core import TerminalCitizen, running_core


@pytest.fixture
async def core(knowing_database_url: SecretStr, tmp_path: Path, clock: MovedClock) -> AsyncIterator[Core]:
    async with running_core(knowing_database_url, tmp_path, clock) as core:
        yield core


@pytest.fixture
def citizen(core: Core) -> TerminalCitizen:
    return TerminalCitizen(core)
