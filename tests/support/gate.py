"""The publish gate for tests that are about something else."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.evaluation.review import GateRunner
from bot.storage.database import Database
from bot.understanding.understand import Understanding


def idle_gate(database: Database) -> GateRunner:
    """Return a gate that has nothing to do, and fails where it has."""

    @asynccontextmanager
    async def refuse() -> AsyncIterator[Understanding]:
        raise AssertionError("no draft was expected")
        yield

    return GateRunner(database, refuse, lambda: ())
