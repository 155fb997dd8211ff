"""Writing many reports of one source system at once: staged beside the tables, then merged in one transaction.

Whatever order reports come in, and however often, applications and their history end the same: the report with the
highest version holds, of two with one version the one with the higher fingerprint, and each state stands once in
the history.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import psycopg
from psycopg import AsyncConnection, AsyncCursor

from bot.domain.application_report import ApplicationReport
from bot.storage.encryption import Cipher
from bot.storage.staging import RowResult, filling, open_staged

ID_NUMBER_COLUMN = "applications.id_number"
BIRTH_DATE_COLUMN = "applications.birth_date"
ID_NUMBER_PURPOSE = "id-number"
_FINGERPRINT_PURPOSE = "application-report"
_MERGE_LOCK = 0x06_0004
_COLUMNS = (
    ("row_number", "int8"),
    ("code", "text"),
    ("code_key", "text"),
    ("procedure_name", "text"),
    ("office", "text"),
    ("state", "text"),
    ("state_since", "timestamptz"),
    ("promised_on", "date"),
    ("respond_by", "date"),
    ("data_as_of", "timestamptz"),
    ("version", "int8"),
    ("fingerprint", "bytea"),
    ("next_step", "text"),
    ("id_number_encrypted", "bytea"),
    ("id_number_index", "bytea"),
    ("birth_date_encrypted", "bytea"),
)
_NAMES = ", ".join(name for name, _ in _COLUMNS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """What a merge did, in rows."""

    counts: dict[RowResult, int]
    results: dict[int, RowResult]
    """By row number; empty where the results of single rows were not asked for."""


@asynccontextmanager
async def open_staging(url: str, *, source: str, cipher: Cipher, is_demo: bool = False) -> AsyncIterator[Staging]:
    """Open a connection with an empty staging table; whatever was not merged is gone when the block ends."""
    async with open_staged(url, _COLUMNS) as connection:
        yield Staging(connection, source=source, cipher=cipher, is_demo=is_demo)


class Staging:
    """Checked reports on their way into the tables."""

    def __init__(
        self, connection: AsyncConnection[tuple[Any, ...]], *, source: str, cipher: Cipher, is_demo: bool
    ) -> None:
        self._connection = connection
        self._source = source
        self._cipher = cipher
        self._is_demo = is_demo

    @property
    def connection(self) -> AsyncConnection[tuple[Any, ...]]:
        """The open transaction, for what must be written together with the merge."""
        return self._connection

    @asynccontextmanager
    async def filling(self) -> AsyncIterator[StagedCopy]:
        """Take rows while the block runs."""
        async with filling(self._connection, _COLUMNS) as copy:
            yield StagedCopy(copy, source=self._source, cipher=self._cipher)

    async def merge(self, *, now: datetime, today: date, with_results: bool, dry_run: bool = False) -> Merged:
        """Bring the tables up to date and mark what followers must be told of. The caller commits.

        `dry_run`: only say what would become of each row. `with_results`: of each row, not only how many.
        """
        async with self._connection.cursor() as cursor:
            given = {"source": self._source, "is_demo": self._is_demo, "now": now, "today": today}
            # One merge of a source at a time: what is compared below must not change meanwhile.
            await cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", (_MERGE_LOCK, self._source))
            for statement in (_ANALYZE_STAGED, _NEWEST, _ANALYZE_NEWEST):
                await cursor.execute(statement, given)
            for statement in () if dry_run else (_UPDATE, _INSERT, _HISTORY, _TELL_FOLLOWERS):
                await cursor.execute(statement, given)
            return await self._read_results(cursor, with_results=with_results)

    async def _read_results(self, cursor: AsyncCursor[tuple[Any, ...]], *, with_results: bool) -> Merged:
        await cursor.execute(_COUNTS)
        counts = {RowResult(result): count for result, count in await cursor.fetchall()}
        results: dict[int, RowResult] = {}
        if with_results:
            await cursor.execute(_RESULTS)
            results = {number: RowResult(result) for number, result in await cursor.fetchall()}
        return Merged(counts=counts, results=results)


def bind_to(source: str, code: str) -> str:
    """Return what the encrypted values of an application are bound to: no other row can show them."""
    return f"{source}|{code}"


class StagedCopy:
    """Writes reports into the staging table, what identifies a person encrypted."""

    def __init__(self, copy: psycopg.AsyncCopy, *, source: str, cipher: Cipher) -> None:
        self._copy = copy
        self._source = source
        self._cipher = cipher

    async def write(self, row_number: int, report: ApplicationReport) -> None:
        """Stage one report."""
        cipher, bound_to = self._cipher, bind_to(self._source, report.code)
        id_number, birth_date = report.id_number, report.birth_date
        born = birth_date.isoformat() if birth_date is not None else None
        await self._copy.write_row(
            (
                row_number,
                report.code,
                report.code_key,
                report.procedure_name,
                report.office,
                report.state.value,
                report.state_since,
                report.promised_on,
                report.respond_by,
                report.data_as_of,
                report.version,
                self._fingerprint(report, born),
                report.next_step,
                cipher.encrypt(id_number, column=ID_NUMBER_COLUMN, row=bound_to) if id_number else None,
                cipher.index(id_number, purpose=ID_NUMBER_PURPOSE) if id_number else None,
                cipher.encrypt(born, column=BIRTH_DATE_COLUMN, row=bound_to) if born else None,
            )
        )

    def _fingerprint(self, report: ApplicationReport, born: str | None) -> bytes:
        # With a key, since what a short secret was hashed from could be tried out.
        return self._cipher.index(
            f"{report.procedure_name}\x1f{report.office}\x1f{report.state.value}\x1f{report.state_since.isoformat()}"
            f"\x1f{report.promised_on}\x1f{report.respond_by}\x1f{report.data_as_of.isoformat()}"
            f"\x1f{report.next_step}\x1f{report.id_number}\x1f{born}",
            purpose=_FINGERPRINT_PURPOSE,
        )


_CHANGING = """procedure_name = newest.procedure_name, office = newest.office, state = newest.state,
    state_since = newest.state_since, promised_on = newest.promised_on, respond_by = newest.respond_by,
    data_as_of = newest.data_as_of, version = newest.version, fingerprint = newest.fingerprint,
    next_step = newest.next_step, id_number_encrypted = newest.id_number_encrypted,
    id_number_index = newest.id_number_index, birth_date_encrypted = newest.birth_date_encrypted"""
_TAKEN = _NAMES.removeprefix("row_number, ")

_ANALYZE_STAGED = "ANALYZE staged (code)"
_NEWEST = """
    CREATE TEMP TABLE newest ON COMMIT DROP AS
    SELECT latest.*, known.id AS known_id, known.state AS old_state, known.respond_by AS old_respond_by,
        known.id IS NULL OR (known.version, known.fingerprint) < (latest.version, latest.fingerprint) AS is_news,
        known.fingerprint IS NOT DISTINCT FROM latest.fingerprint AND known.version = latest.version AS is_known
    FROM (
        SELECT DISTINCT ON (code) * FROM staged ORDER BY code, version DESC, fingerprint DESC, row_number
    ) AS latest
    LEFT JOIN applications AS known ON known.source = %(source)s AND known.code = latest.code
"""
_ANALYZE_NEWEST = "ANALYZE newest (code, known_id)"
# What these are put together from is written in this file; no value of a row is among it.
_UPDATE = f"""
    UPDATE applications AS known SET {_CHANGING}
    FROM newest WHERE known.id = newest.known_id AND newest.is_news
"""  # noqa: S608
_INSERT = f"""
    INSERT INTO applications (id, source, is_demo, {_TAKEN})
    SELECT gen_random_uuid(), %(source)s, %(is_demo)s, {_TAKEN} FROM newest WHERE known_id IS NULL
"""  # noqa: S608
_HISTORY = """
    INSERT INTO application_events (application_id, state, since, recorded_at)
    SELECT DISTINCT known.id, staged.state, staged.state_since, %(now)s::timestamptz
    FROM staged JOIN applications AS known ON known.source = %(source)s AND known.code = staged.code
    ON CONFLICT DO NOTHING
"""
# A statement of its own after the update: it sees whoever began to follow while the update waited for them.
_TELL_FOLLOWERS = """
    UPDATE application_follows AS follow
    SET changed_at = COALESCE(follow.changed_at, %(now)s), is_urgent = follow.is_urgent OR (
        newest.respond_by IS NOT NULL AND newest.respond_by <= %(today)s::date + 1
        AND newest.state IN ('supplement-requested', 'awaiting-payment')
    )
    FROM newest
    WHERE follow.application_id = newest.known_id AND follow.ended_at IS NULL AND newest.is_news
        AND (newest.state <> newest.old_state OR newest.respond_by IS DISTINCT FROM newest.old_respond_by)
"""
_RESULT_OF = """
    CASE
        WHEN staged.row_number <> newest.row_number THEN
            CASE WHEN staged.fingerprint = newest.fingerprint AND staged.version = newest.version
            THEN 'unchanged' ELSE 'late' END
        WHEN newest.known_id IS NULL THEN 'new'
        WHEN newest.is_news THEN 'changed'
        WHEN newest.is_known THEN 'unchanged'
        ELSE 'late'
    END
"""
_COUNTS = f"SELECT {_RESULT_OF} AS result, count(*) FROM staged JOIN newest USING (code) GROUP BY 1"  # noqa: S608
_RESULTS = f"SELECT staged.row_number, {_RESULT_OF} AS result FROM staged JOIN newest USING (code)"  # noqa: S608
