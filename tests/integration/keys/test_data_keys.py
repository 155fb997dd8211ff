"""The keys of a database: opened by one outer key, renewed while people work, and the outer one exchanged."""

from __future__ import annotations

import base64
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from pydantic import SecretStr
from sqlalchemy import text

from bot.commands.data_keys import exchange
from bot.domain.messages import Channel, ChatAddress
from bot.settings import Settings
from bot.storage.citizens import record_contact
from bot.storage.data_keys import add_version, list_versions, open_cipher, read_keys
from bot.storage.database import Database
from bot.storage.encryption import Cipher, DataKeys, KeyUnusable
from bot.storage.reencrypt import ENCRYPTED_COLUMNS, EncryptedColumn, count_by_version, reencrypt
from bot.storage.reminders import NewSubscription, list_subscriptions, record_subscription
from bot.storage.tables import Table

MASTER = bytes(range(32))
NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
FACTS = next(column for column in ENCRYPTED_COLUMNS if column.table == "reminder_subscriptions")
SHORT_LIVED = frozenset[str]()


def settings(url: SecretStr, key: bytes = MASTER) -> Settings:
    return Settings(database_url=url, data_key=SecretStr(base64.b64encode(key).decode()))


def test_a_database_keeps_opening_with_its_own_key_only(database_url: SecretStr) -> None:
    stored = open_cipher(settings(database_url)).encrypt("079203012345", column="a.b", row=1)
    # The keys of a new database are those that databases had before keys stood in a table.
    assert Cipher(MASTER).decrypt(stored, column="a.b", row=1) == "079203012345"
    assert open_cipher(settings(database_url)).decrypt(stored, column="a.b", row=1) == "079203012345"
    with pytest.raises(KeyUnusable, match="DATA_KEY không phải khóa của cơ sở dữ liệu này"):
        open_cipher(settings(database_url, bytes(32)))


def test_a_key_is_made_only_for_a_new_database(database_url: SecretStr, tmp_path: Path) -> None:
    own = Settings(database_url=database_url, data_dir=tmp_path)
    with pytest.raises(KeyUnusable, match="Không thấy khóa dữ liệu"):
        open_cipher(own)
    stored = open_cipher(own, create=True).encrypt("079203012345", column="a.b", row=1)
    kept = own.keys_dir / "data.key"
    lost = kept.rename(tmp_path / "elsewhere.key")
    with pytest.raises(KeyUnusable, match="Không thấy khóa dữ liệu"):
        open_cipher(own, create=True)
    assert not kept.exists()
    lost.rename(kept)
    assert open_cipher(own, create=True).decrypt(stored, column="a.b", row=1) == "079203012345"


def test_two_that_start_at_once_agree_on_the_keys(database_url: SecretStr) -> None:
    assert read_keys(database_url, MASTER) == read_keys(database_url, MASTER) == DataKeys.derive(MASTER)


def test_a_new_version_is_read_by_all_before_it_is_used(database_url: SecretStr) -> None:
    cipher = open_cipher(settings(database_url))
    assert add_version(database_url, MASTER) == 2
    cipher.use(read_keys(database_url, MASTER))
    assert cipher.version == 1
    assert add_version(database_url, MASTER, in_use_after=timedelta()) == 3
    quicker = open_cipher(settings(database_url))
    assert quicker.version == 3
    with pytest.raises(KeyError):
        _ = cipher._aeads[3]  # one that has not read it yet
    cipher.use(read_keys(database_url, MASTER))
    stored = quicker.encrypt("x", column="a.b", row=1)
    assert cipher.decrypt(stored, column="a.b", row=1) == "x"
    assert [version for version, _ in list_versions(database_url)] == [1, 2, 3]
    assert quicker.index("1", purpose="p") == Cipher(MASTER).index("1", purpose="p")


async def test_old_values_are_encrypted_anew(database: Database, database_url: SecretStr) -> None:
    cipher = open_cipher(settings(database_url))
    async with database.begin() as tx:
        contact = await record_contact(tx, ChatAddress(channel=Channel.WEB, chat=uuid4().hex), now=NOW)
        new = NewSubscription(
            citizen_id=contact.citizen_id,
            contact_id=contact.id,
            rule_id="card-exchange",
            about="",
            rule_version="1",
            next_look_on=None,
            facts={"birth_date": date(1990, 1, 2)},
            reminders=(),
        )
        await record_subscription(tx, new, cipher=cipher, now=NOW)
    add_version(database_url, MASTER, in_use_after=timedelta())
    cipher = open_cipher(settings(database_url))
    assert await count_by_version(database, FACTS) == {1: 1}
    assert [count async for count in reencrypt(database, cipher, FACTS)] == [1]
    assert await count_by_version(database, FACTS) == {2: 1}
    assert [count async for count in reencrypt(database, cipher, FACTS)] == []
    async with database.begin() as tx:
        (kept,) = await list_subscriptions(tx, contact.citizen_id, cipher)
    assert kept.facts == {"birth_date": date(1990, 1, 2)}


def test_the_outer_key_is_exchanged(database_url: SecretStr, tmp_path: Path) -> None:
    stored = open_cipher(settings(database_url)).encrypt("x", column="a.b", row=1)
    file = tmp_path / "new.key"
    assert exchange(settings(database_url), file) == 0
    new = base64.b64decode(file.read_text())
    assert open_cipher(settings(database_url, new)).decrypt(stored, column="a.b", row=1) == "x"
    with pytest.raises(KeyUnusable):
        open_cipher(settings(database_url))


@pytest.mark.parametrize("column", ENCRYPTED_COLUMNS, ids=lambda column: f"{column.table}.{column.column}")
async def test_every_listed_column_is_there(database: Database, column: EncryptedColumn) -> None:
    async with database.begin() as tx:
        await tx.execute(text(f"SELECT {column.key}, {column.row}, {column.column} FROM {column.table}"))  # noqa: S608


def test_no_encrypted_column_is_forgotten() -> None:
    """T26: database or backup stolen."""
    there = {
        f"{table.name}.{column.name}"
        for table in Table.metadata.sorted_tables
        for column in table.columns
        if column.name.endswith("_encrypted")
    }
    assert there - SHORT_LIVED == {f"{column.table}.{column.column}" for column in ENCRYPTED_COLUMNS}
