"""A table beside the tables, filled by COPY: what many rows are merged from in one transaction."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from enum import StrEnum
from typing import Any, LiteralString

import psycopg
from psycopg import AsyncConnection

MERGE_TIMEOUT_MS = 600_000
"""A merge of a million rows takes about a minute; the timeout of citizens' queries does not fit it."""
Columns = Sequence[tuple[LiteralString, LiteralString]]
"""Names and types of the staged columns, in order."""


class RowResult(StrEnum):
    """What became of one accepted row."""

    NEW = "new"
    """It was not known."""
    CHANGED = "changed"
    """It says something else than what was known, and later."""
    UNCHANGED = "unchanged"
    """It was known already."""
    LATE = "late"
    """Something later is known already."""


@asynccontextmanager
async def open_staged(url: str, columns: Columns) -> AsyncIterator[AsyncConnection[tuple[Any, ...]]]:
    """Open a transaction with an empty table `staged`; whatever is not committed is gone when the block ends."""
    connection = await psycopg.AsyncConnection.connect(url, autocommit=False)
    async with connection:
        await connection.execute(f"SET LOCAL statement_timeout = {MERGE_TIMEOUT_MS}")
        named: LiteralString = ", ".join(f"{name} {kind}" for name, kind in columns)
        await connection.execute(f"CREATE TEMP TABLE staged ({named}) ON COMMIT DROP")
        yield connection
        await connection.rollback()


@asynccontextmanager
async def filling(
    connection: AsyncConnection[tuple[Any, ...]], columns: Columns
) -> AsyncIterator[psycopg.AsyncCopy]:
    """Take rows into `staged` while the block runs."""
    names: LiteralString = ", ".join(name for name, _ in columns)
    async with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY staged ({names}) FROM STDIN (FORMAT BINARY)") as copy,
    ):
        copy.set_types([kind for _, kind in columns])
        yield copy
