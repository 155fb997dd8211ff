"""The keys that data are encrypted with: in the database, encrypted with the key that is outside of it.

Whoever has the database has no key; whoever has the outer key has no data. The outer key can be exchanged in a
second (nothing but these few rows is encrypted with it), and the inner one at leisure: values of every version
open, new ones take the newest, and old ones are encrypted anew in the background (reencrypt.py).
"""

from __future__ import annotations

import asyncio
import os
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import psycopg
import structlog
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from psycopg.rows import class_row
from pydantic import SecretStr

from bot.settings import Settings
from bot.storage.database import CONNECT_TIMEOUT_S, plain_url
from bot.storage.encryption import (
    FIRST_VERSION,
    KEY_BYTES,
    Cipher,
    DataKeys,
    KeyUnusable,
    derive_key,
    load_data_key,
)

ENCRYPTING, INDEX, SEAL = "encrypt", "index", "seal"
READ_EVERY = timedelta(seconds=20)
"""How often a process looks for a new version."""
IN_USE_AFTER = timedelta(minutes=2)
"""How long after it was made a version is used: by then every process has read it, and can open its values."""
MOST_VERSIONS = 255
_LOCK_KEY = 0x06_0005
"""Held while keys are made or exchanged."""
_NONCE_BYTES = 12
_WRONG = (
    "DATA_KEY không phải khóa của cơ sở dữ liệu này, nên không đọc được dữ liệu đã mã hóa. "
    "Lấy lại đúng khóa từ nơi cất giữ (docs/runbook/khoa-du-lieu.md), rồi chạy lại. Chưa có gì bị thay đổi."
)

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class _StoredKey:
    """One row."""

    name: str
    version: int
    wrapped: bytes = field(repr=False)
    in_use_from: datetime
    is_used: bool

    def unwrap(self, master: bytes) -> bytes:
        return _unwrap(self.wrapped, self.name, self.version, master)


class TooManyVersions(RuntimeError):
    """The version of a key is one byte, and all are used up."""


def open_cipher(settings: Settings, *, create: bool = False) -> Cipher:
    """Return the cipher of a database. `create`: make the outer key of one that is new.

    Raises:
        KeyUnusable: there is no key, it is malformed, or it is not this database's.
    """
    # Where values are encrypted already, a new key would only stand in the place of the one that is missed.
    is_new = create and not list_versions(settings.database_url)
    master = load_data_key(settings.data_key, keys_dir=settings.keys_dir, create=is_new)
    return Cipher.of(read_keys(settings.database_url, master))


def read_keys(url: SecretStr, master: bytes) -> DataKeys:
    """Return the keys of a database; one that has none yet gets its first.

    Raises:
        KeyUnusable: they were encrypted with another outer key.
    """
    with _connect(url) as connection:
        rows = _list(connection)
        if not rows:
            connection.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK_KEY,))
            _write_first(connection, master)
            rows = _list(connection)
    keys = {(row.name, row.version): row.unwrap(master) for row in rows}
    return DataKeys(
        encrypting={version: key for (name, version), key in keys.items() if name == ENCRYPTING},
        current=max(row.version for row in rows if row.name == ENCRYPTING and row.is_used),
        index=keys[INDEX, FIRST_VERSION],
        seal=keys[SEAL, FIRST_VERSION],
    )


async def follow_keys(cipher: Cipher, settings: Settings) -> None:
    """Take newer versions into a cipher as they come, until cancelled."""
    master = load_data_key(settings.data_key, keys_dir=settings.keys_dir, create=False)
    while True:
        await asyncio.sleep(READ_EVERY.total_seconds())
        try:
            cipher.use(await asyncio.to_thread(read_keys, settings.database_url, master))
        except (psycopg.Error, KeyUnusable) as error:  # what was read before goes on being good
            log.warning("keys.not_read", error=type(error).__name__)


def add_version(url: SecretStr, master: bytes, *, in_use_after: timedelta = IN_USE_AFTER) -> int:
    """Make a new version of the encrypting key, and return its number.

    Raises:
        KeyUnusable: the outer key is not this database's.
        TooManyVersions: 255 were made.
    """
    newest = max(read_keys(url, master).encrypting)
    with _connect(url) as connection:
        connection.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK_KEY,))
        if newest >= MOST_VERSIONS:
            raise TooManyVersions(newest)
        _write(connection, ENCRYPTING, newest + 1, os.urandom(KEY_BYTES), master, after=in_use_after)
    return newest + 1


def exchange_master(url: SecretStr, old: bytes, new: bytes) -> int:
    """Encrypt every key with another outer key, and return how many. Processes that run keep what they have read.

    Raises:
        KeyUnusable: `old` is not this database's outer key.
    """
    with _connect(url) as connection:
        connection.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK_KEY,))
        rows = _list(connection)
        for row in rows:
            connection.execute(
                "UPDATE data_keys SET wrapped = %s WHERE name = %s AND version = %s",
                (_wrap(row.unwrap(old), row.name, row.version, new), row.name, row.version),
            )
    return len(rows)


def list_versions(url: SecretStr) -> list[tuple[int, datetime]]:
    """List the versions of the encrypting key with the moment from which each is used, the oldest first."""
    with _connect(url) as connection:
        return [(row.version, row.in_use_from) for row in _list(connection) if row.name == ENCRYPTING]


def _connect(url: SecretStr) -> psycopg.Connection[tuple[object, ...]]:
    return psycopg.connect(plain_url(url), connect_timeout=CONNECT_TIMEOUT_S, options="-c timezone=UTC")


def _list(connection: psycopg.Connection[tuple[object, ...]]) -> list[_StoredKey]:
    with connection.cursor(row_factory=class_row(_StoredKey)) as cursor:
        return cursor.execute(
            "SELECT name, version, wrapped, in_use_from, in_use_from <= now() AS is_used FROM data_keys"
            " ORDER BY name, version"
        ).fetchall()


def _write_first(connection: psycopg.Connection[tuple[object, ...]], master: bytes) -> None:
    """Write the first keys: those that a database without rows of keys was encrypted with."""
    first = DataKeys.derive(master)
    for name, key in ((ENCRYPTING, first.encrypting[FIRST_VERSION]), (INDEX, first.index), (SEAL, first.seal)):
        _write(connection, name, FIRST_VERSION, key, master, after=timedelta())


def _write(
    connection: psycopg.Connection[tuple[object, ...]],
    name: str,
    version: int,
    key: bytes,
    master: bytes,
    *,
    after: timedelta,
) -> None:
    connection.execute(
        "INSERT INTO data_keys (name, version, wrapped, in_use_from) VALUES (%s, %s, %s, now() + %s)"
        " ON CONFLICT DO NOTHING",
        (name, version, _wrap(key, name, version, master), after),
    )


def _wrap(key: bytes, name: str, version: int, master: bytes) -> bytes:
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + AESGCM(derive_key(master, b"wrap")).encrypt(nonce, key, f"{name}|{version}".encode())


def _unwrap(wrapped: bytes, name: str, version: int, master: bytes) -> bytes:
    nonce, body = wrapped[:_NONCE_BYTES], wrapped[_NONCE_BYTES:]
    try:
        return AESGCM(derive_key(master, b"wrap")).decrypt(nonce, body, f"{name}|{version}".encode())
    except InvalidTag as error:
        raise KeyUnusable(_WRONG) from error
