"""Writing many entries of lists at once, as applications are: staged, then merged in one transaction.

After the merge the people it touched are compared across all lists and sources, whoever sent them.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg
from psycopg import AsyncConnection, AsyncCursor
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.beneficiary import BeneficiaryEntry, ReviewReason
from bot.storage.application_sync import ID_NUMBER_PURPOSE
from bot.storage.encryption import Cipher
from bot.storage.staging import RowResult, filling, open_staged
from bot.storage.tables import BeneficiaryRow

_MERGE_LOCK = 0x06_0007
_PERSON_PURPOSE = "beneficiary-person"
_FINGERPRINT_PURPOSE = "beneficiary-entry"
_COLUMNS = (
    ("row_number", "int8"),
    ("list", "text"),
    ("key", "text"),
    ("full_name_encrypted", "bytea"),
    ("born_encrypted", "bytea"),
    ("id_number_encrypted", "bytea"),
    ("id_number_index", "bytea"),
    ("person_index", "bytea"),
    ("sex", "text"),
    ("household_code", "text"),
    ("group_name", "text"),
    ("commune_code", "text"),
    ("status", "text"),
    ("status_since", "date"),
    ("valid_to", "date"),
    ("data_as_of", "timestamptz"),
    ("version", "int8"),
    ("fingerprint", "bytea"),
    ("reviews", "text"),
)
_KEPT = [name for name, _ in _COLUMNS if name not in ("row_number", "reviews")]


@dataclass(frozen=True, slots=True, kw_only=True)
class MergedList:
    """What a merge did. `reviews`: by row number, what is doubtful; at most as many as were asked for."""

    counts: dict[RowResult, int]
    review_counts: dict[ReviewReason, int]
    rows_to_review: int
    reviews: dict[int, list[ReviewReason]]


@asynccontextmanager
async def open_list_staging(url: str, *, source: str, cipher: Cipher, is_demo: bool) -> AsyncIterator[ListStaging]:
    """Open a connection with an empty staging table; whatever was not committed is gone when the block ends."""
    async with open_staged(url, _COLUMNS) as connection:
        yield ListStaging(connection, source=source, cipher=cipher, is_demo=is_demo)


class ListStaging:
    """Checked entries on their way into the table."""

    def __init__(
        self, connection: AsyncConnection[tuple[Any, ...]], *, source: str, cipher: Cipher, is_demo: bool
    ) -> None:
        self.connection = connection
        self._source = source
        self._cipher = cipher
        self._is_demo = is_demo

    @asynccontextmanager
    async def filling(self) -> AsyncIterator[ListCopy]:
        """Take rows while the block runs."""
        async with filling(self.connection, _COLUMNS) as copy:
            yield ListCopy(copy, source=self._source, cipher=self._cipher)

    async def merge(self, *, now: datetime, listed: int) -> MergedList:
        """Bring the table up to date and say what is doubtful. The caller commits, or rolls a dry run back."""
        async with self.connection.cursor() as cursor:
            given = {"source": self._source, "is_demo": self._is_demo, "now": now}
            # Lists of all sources are compared with each other, so one delivery is merged at a time.
            await cursor.execute("SELECT pg_advisory_xact_lock(%s)", (_MERGE_LOCK,))
            for statement in (_ANALYZE_STAGED, _NEWEST, _ANALYZE_NEWEST):
                await cursor.execute(statement, given)
            await cursor.execute(_COUNTS)
            counts = {RowResult(result): count for result, count in await cursor.fetchall()}
            for statement in (_UPDATE, _INSERT, _TOUCHED, _ANALYZE_TOUCHED, _PEOPLE, _FORGET_REVIEWS):
                await cursor.execute(statement, given)
            for statement in (_OWN_REVIEWS, _SHARED_REVIEWS, _DUPLICATES):
                await cursor.execute(statement, given)
            return await self._read_reviews(cursor, counts, listed=listed)

    @staticmethod
    async def _read_reviews(
        cursor: AsyncCursor[tuple[Any, ...]], counts: dict[RowResult, int], *, listed: int
    ) -> MergedList:
        await cursor.execute(_REVIEW_COUNTS)
        review_counts = {ReviewReason(reason): count for reason, count in await cursor.fetchall()}
        await cursor.execute(_ROWS_TO_REVIEW)
        row = await cursor.fetchone()
        await cursor.execute(_REVIEWS, {"limit": listed})
        reviews = {number: [ReviewReason(each) for each in reasons] for number, reasons in await cursor.fetchall()}
        return MergedList(
            counts=counts,
            review_counts=review_counts,
            rows_to_review=row[0] if row is not None else 0,
            reviews=reviews,
        )


class ListCopy:
    """Writes entries into the staging table, what identifies a person encrypted."""

    def __init__(self, copy: psycopg.AsyncCopy, *, source: str, cipher: Cipher) -> None:
        self._copy = copy
        self._source = source
        self._cipher = cipher

    async def write(self, row_number: int, entry: BeneficiaryEntry, name_key: str) -> None:
        """Stage one entry. `name_key`: the name as names are compared."""
        cipher = self._cipher
        bound_to = f"{self._source}|{entry.list}|{entry.key}"
        number = entry.id_number
        await self._copy.write_row(
            (
                row_number,
                entry.list.value,
                entry.key,
                cipher.encrypt(entry.full_name, column="beneficiaries.full_name", row=bound_to),
                cipher.encrypt(entry.born, column="beneficiaries.born", row=bound_to),
                cipher.encrypt(number, column="beneficiaries.id_number", row=bound_to) if number else None,
                cipher.index(number, purpose=ID_NUMBER_PURPOSE) if number else None,
                cipher.index(f"{name_key}|{entry.born}|{entry.commune_code}", purpose=_PERSON_PURPOSE),
                entry.sex.value if entry.sex is not None else None,
                entry.household_code,
                entry.group,
                entry.commune_code,
                entry.status.value,
                entry.status_since,
                entry.valid_to,
                entry.data_as_of,
                entry.version,
                self._fingerprint(entry),
                " ".join(entry.reviews),
            )
        )

    def _fingerprint(self, entry: BeneficiaryEntry) -> bytes:
        values = (
            entry.full_name,
            entry.born,
            entry.sex,
            entry.id_number,
            entry.household_code,
            entry.group,
            entry.commune_code,
            entry.status,
            entry.status_since,
            entry.valid_to,
            entry.data_as_of.isoformat(),
        )
        return self._cipher.index("\x1f".join(str(value) for value in values), purpose=_FINGERPRINT_PURPOSE)


async def list_entries_of_person(tx: AsyncSession, id_number_index: bytes) -> Sequence[BeneficiaryRow]:
    """List on which lists a person is, by the blind index of their ID number."""
    found = await tx.scalars(
        select(BeneficiaryRow)
        .where(BeneficiaryRow.id_number_index == id_number_index)
        .order_by(BeneficiaryRow.list, BeneficiaryRow.key)
    )
    return found.all()


_SET = ", ".join(f"{name} = newest.{name}" for name in _KEPT if name not in ("list", "key"))
_TAKEN = ", ".join(_KEPT)
_ANALYZE_STAGED = "ANALYZE staged (list, key)"
_NEWEST = """
    CREATE TEMP TABLE newest ON COMMIT DROP AS
    SELECT latest.*, known.id AS known_id,
        known.id IS NULL OR (known.version, known.fingerprint) < (latest.version, latest.fingerprint) AS is_news,
        known.fingerprint IS NOT DISTINCT FROM latest.fingerprint AND known.version = latest.version AS is_known
    FROM (
        SELECT DISTINCT ON (list, key) * FROM staged
        ORDER BY list, key, version DESC, fingerprint DESC, row_number
    ) AS latest
    LEFT JOIN beneficiaries AS known
        ON known.source = %(source)s AND known.list = latest.list AND known.key = latest.key
"""
_ANALYZE_NEWEST = "ANALYZE newest (list, key, known_id)"
# What these are put together from is written in this file; no value of a row is among it.
_UPDATE = f"""
    UPDATE beneficiaries AS known SET {_SET}, changed_at = %(now)s
    FROM newest WHERE known.id = newest.known_id AND newest.is_news
"""  # noqa: S608
_INSERT = f"""
    INSERT INTO beneficiaries (id, source, is_demo, changed_at, {_TAKEN})
    SELECT gen_random_uuid(), %(source)s, %(is_demo)s, %(now)s, {_TAKEN} FROM newest WHERE known_id IS NULL
"""  # noqa: S608
_TOUCHED = """
    CREATE TEMP TABLE touched ON COMMIT DROP AS
    SELECT known.id, known.id_number_index, known.person_index, newest.row_number, newest.reviews
    FROM newest JOIN beneficiaries AS known
        ON known.source = %(source)s AND known.list = newest.list AND known.key = newest.key
    WHERE newest.is_news
"""
_ANALYZE_TOUCHED = "ANALYZE touched"
# Everyone who shares an ID number, or name, birth date and commune, with somebody this delivery touched.
_PEOPLE = """
    CREATE TEMP TABLE people ON COMMIT DROP AS
    SELECT other.id, other.id_number_index AS person, other.list, other.status, other.commune_code
    FROM beneficiaries AS other
    WHERE other.id_number_index IN (SELECT id_number_index FROM touched)
    UNION
    SELECT other.id, other.person_index, other.list, other.status, other.commune_code
    FROM beneficiaries AS other
    WHERE other.person_index IN (SELECT person_index FROM touched)
"""
# What was decided stays decided; what is open is judged anew.
_FORGET_REVIEWS = """
    DELETE FROM beneficiary_reviews AS review USING people
    WHERE review.beneficiary_id = people.id AND review.decided_at IS NULL
        AND (
            review.reason IN ('duplicate', 'lists-conflict', 'status-conflict', 'communes-conflict')
            OR people.id IN (SELECT id FROM touched)
        )
"""
_OWN_REVIEWS = """
    INSERT INTO beneficiary_reviews (beneficiary_id, reason, opened_at)
    SELECT touched.id, reason, %(now)s FROM touched, unnest(string_to_array(touched.reviews, ' ')) AS reason
    WHERE reason <> ''
    ON CONFLICT DO NOTHING
"""
_SHARED_REVIEWS = """
    INSERT INTO beneficiary_reviews (beneficiary_id, reason, opened_at)
    SELECT DISTINCT people.id, reason, %(now)s::timestamptz
    FROM (
        SELECT person,
            array_remove(ARRAY[
                CASE WHEN bool_or(list = 'poor' AND status = 'active')
                    AND bool_or(list = 'near-poor' AND status = 'active') THEN 'lists-conflict' END,
                CASE WHEN bool_or(status IN ('dead', 'moved')) AND bool_or(status = 'active')
                    THEN 'status-conflict' END,
                CASE WHEN count(DISTINCT commune_code) FILTER (WHERE status = 'active') > 1
                    THEN 'communes-conflict' END
            ], NULL) AS reasons
        FROM people GROUP BY person HAVING count(*) > 1
    ) AS doubtful
    JOIN people USING (person), unnest(doubtful.reasons) AS reason
    ON CONFLICT DO NOTHING
"""
_DUPLICATES = """
    INSERT INTO beneficiary_reviews (beneficiary_id, reason, opened_at)
    SELECT DISTINCT people.id, 'duplicate', %(now)s::timestamptz
    FROM people JOIN (
        SELECT person, list FROM people WHERE status = 'active' GROUP BY person, list HAVING count(*) > 1
    ) AS twice USING (person, list)
    WHERE people.status = 'active'
    ON CONFLICT DO NOTHING
"""
_COUNTS = """
    SELECT CASE
        WHEN staged.row_number <> newest.row_number THEN
            CASE WHEN staged.fingerprint = newest.fingerprint AND staged.version = newest.version
            THEN 'unchanged' ELSE 'late' END
        WHEN newest.known_id IS NULL THEN 'new'
        WHEN newest.is_news THEN 'changed'
        WHEN newest.is_known THEN 'unchanged'
        ELSE 'late'
    END AS result, count(*)
    FROM staged JOIN newest USING (list, key) GROUP BY 1
"""
_OPEN = (
    "FROM touched JOIN beneficiary_reviews AS review ON review.beneficiary_id = touched.id AND decided_at IS NULL"
)
_REVIEW_COUNTS = f"SELECT review.reason, count(*) {_OPEN} GROUP BY 1"
_ROWS_TO_REVIEW = f"SELECT count(DISTINCT touched.id) {_OPEN}"
_REVIEWS = f"""
    SELECT touched.row_number, array_agg(review.reason ORDER BY review.reason) {_OPEN}
    GROUP BY 1 ORDER BY 1 LIMIT %(limit)s
"""
