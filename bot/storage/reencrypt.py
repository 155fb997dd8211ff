"""Encrypts values anew with the newest key, so that an old version can be forgotten."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

from sqlalchemy import text

from bot.storage.database import Database
from bot.storage.encryption import Cipher

BATCH = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class EncryptedColumn:
    """A column of encrypted values. `label` and `row` (SQL) are what its values are bound to."""

    table: str
    column: str
    label: str
    row: str
    key: str = "id"
    key_type: str = "uuid"


ENCRYPTED_COLUMNS = (
    EncryptedColumn(
        table="applications",
        column="id_number_encrypted",
        label="applications.id_number",
        row="source || '|' || code",
    ),
    EncryptedColumn(
        table="applications",
        column="birth_date_encrypted",
        label="applications.birth_date",
        row="source || '|' || code",
    ),
    *(
        EncryptedColumn(
            table="beneficiaries",
            column=f"{name}_encrypted",
            label=f"beneficiaries.{name}",
            row="source || '|' || list || '|' || key",
        )
        for name in ("full_name", "born", "id_number")
    ),
    EncryptedColumn(
        table="data_requests",
        column="said_encrypted",
        label="data_requests.said",
        row="id::text",
    ),
    EncryptedColumn(
        table="handover_messages",
        column="body_encrypted",
        label="handover_messages.body",
        row="id::text",
    ),
    EncryptedColumn(
        table="private_pages",
        column="answer_encrypted",
        label="private_pages.answer",
        row="id::text",
    ),
    EncryptedColumn(
        table="reminder_subscriptions",
        column="facts_encrypted",
        label="reminder_subscriptions.facts",
        row="CAST(id AS text)",
    ),
    EncryptedColumn(
        table="staff",
        column="totp_secret_encrypted",
        label="staff.totp_secret",
        row="CAST(id AS text)",
    ),
    EncryptedColumn(
        table="web_messages",
        column="body_encrypted",
        label="web_messages.body",
        row="idempotency_key",
        key_type="bigint",
    ),
    EncryptedColumn(table="zalo_phones", column="phone_encrypted", label="zalo_phones.phone", row="chat"),
    *(
        EncryptedColumn(
            table="zalo_tokens",
            column=f"{name}_encrypted",
            label=f"zalo_tokens.{name}",
            row="app_id || ':' || version",
        )
        for name in ("access", "refresh")
    ),
)
"""Every column that keeps encrypted values for longer than a day; a test looks that none is missing."""


async def count_by_version(database: Database, column: EncryptedColumn) -> dict[int, int]:
    """Return how many values of a column there are by the version of their key."""
    statement = f"""
        SELECT get_byte({column.column}, 0), count(*) FROM {column.table}
        WHERE octet_length({column.column}) > 0 GROUP BY 1
    """  # noqa: S608 -- names from the list above
    async with database.begin() as tx:
        await tx.execute(text("SET LOCAL statement_timeout = 0"))
        rows = (await tx.execute(text(statement))).all()
    return {version: count for version, count in rows}  # noqa: C416 -- rows are no pairs to mypy


async def read_some(database: Database, column: EncryptedColumn, *, limit: int) -> list[tuple[bytes, str]]:
    """Return a few values of a column, each with what it is bound to."""
    statement = f"""
        SELECT {column.column}, {column.row} FROM {column.table}
        WHERE octet_length({column.column}) > 0 LIMIT :limit
    """  # noqa: S608 -- names from the list above
    async with database.begin() as tx:
        return [(value, row) for value, row in await tx.execute(text(statement), {"limit": limit})]


async def reencrypt(database: Database, cipher: Cipher, column: EncryptedColumn) -> AsyncIterator[int]:
    """Encrypt a column's old values anew, a batch to a transaction; gives how many each batch had.

    A value that was changed meanwhile is left as it is. What was done stays done: it can be started again.
    """
    after = None
    while True:
        async with database.begin() as tx:
            await tx.execute(text("SET LOCAL statement_timeout = 0"))
            rows = (
                await tx.execute(
                    text(
                        f"""
                        SELECT {column.key}, {column.row} AS bound_to, {column.column} FROM {column.table}
                        WHERE octet_length({column.column}) > 0 AND get_byte({column.column}, 0) <> :current
                            AND (CAST(:after AS text) IS NULL
                                 OR {column.key} > CAST(CAST(:after AS text) AS {column.key_type}))
                        ORDER BY {column.key} LIMIT :limit FOR UPDATE
                        """  # noqa: S608 -- names from the list above
                    ),
                    {"current": cipher.version, "after": after, "limit": BATCH},
                )
            ).all()
            if not rows:
                return
            await tx.execute(
                text(
                    f"UPDATE {column.table} SET {column.column} = :value WHERE {column.key} = :key"  # noqa: S608
                ),
                [
                    {
                        "key": key,
                        "value": cipher.encrypt(
                            cipher.decrypt(stored, column=column.label, row=row), column=column.label, row=row
                        ),
                    }
                    for key, row, stored in rows
                ],
            )
        after = str(rows[-1][0])
        yield len(rows)
