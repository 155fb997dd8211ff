"""The rehearsal: what was backed up is there again in an empty database; a damaged file writes nothing."""

from __future__ import annotations

import asyncio
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from pydantic import SecretStr
from sqlalchemy.engine import make_url

from bot.domain.messages import Channel, ChatAddress
from bot.storage.backup import BackupDamaged, BackupFailed, check_backup, restore_backup, write_backup
from bot.storage.citizens import record_contact
from bot.storage.database import Database, plain_url
from bot.storage.embedded import ROLE, EmbeddedServer
from bot.storage.migrate import find_drift, migrate
from tests.conftest import MovedClock

KEY = bytes(range(32))


@pytest.fixture
def empty_url(postgres: EmbeddedServer) -> Iterator[SecretStr]:
    name = f"restored_{os.getpid()}"
    postgres.create_database(name)
    yield postgres.owner_url(name)
    postgres.drop_database(name)


@pytest.fixture
def backup(postgres: EmbeddedServer, database_url: SecretStr, clock: MovedClock, tmp_path: Path) -> Path:
    """A backup of a database in which one citizen is known."""

    async def fill() -> None:
        database = Database(database_url)
        async with database.begin() as tx:
            await record_contact(tx, ChatAddress(channel=Channel.TELEGRAM, chat="chim-bao-4242"), now=clock())
        await database.close()

    asyncio.run(fill())
    name = make_url(database_url.get_secret_value()).database
    assert name is not None
    file = tmp_path / "hom-nay.backup"
    write_backup(postgres.owner_url(name), file, KEY)
    return file


def list_chats(url: SecretStr) -> list[str]:
    with psycopg.connect(plain_url(url)) as connection:
        return [str(row[0]) for row in connection.execute("SELECT chat FROM contacts").fetchall()]


def test_no_command_line_holds_the_password(
    postgres: EmbeddedServer, database_url: SecretStr, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[str] = []

    class Watched(subprocess.Popen[bytes]):
        def __init__(self, args: list[str], **more: Any) -> None:
            started.append(" ".join(args))
            super().__init__(args, **more)

    monkeypatch.setattr(subprocess, "Popen", Watched)
    name = make_url(database_url.get_secret_value()).database
    assert name is not None
    with_password = make_url(postgres.owner_url(name).get_secret_value()).set(password="chim-bao-4242")
    write_backup(SecretStr(with_password.render_as_string(hide_password=False)), tmp_path / "a.backup", KEY)
    [command] = started
    assert "pg_dump" in command
    assert "chim-bao-4242" not in command


def test_everything_is_there_again(backup: Path, empty_url: SecretStr) -> None:
    restore_backup(empty_url, backup, KEY)
    assert list_chats(empty_url) == ["chim-bao-4242"]
    migrate(empty_url, role=ROLE)
    assert find_drift(empty_url) is None


def test_a_file_that_was_stolen_says_nothing(backup: Path) -> None:
    """T26: database or backup stolen."""
    assert b"chim-bao" not in backup.read_bytes()
    assert backup.stat().st_mode & 0o077 == 0
    with pytest.raises(BackupDamaged):
        check_backup(backup, bytes(32))


@pytest.mark.parametrize("damage", ["cut", "changed", "other"])
def test_a_damaged_file_writes_nothing(backup: Path, empty_url: SecretStr, damage: str) -> None:
    whole = backup.read_bytes()
    changed = bytearray(whole)
    changed[len(whole) // 2] ^= 1
    backup.write_bytes({"cut": whole[:-100], "changed": bytes(changed), "other": b"PGDMP" + whole}[damage])
    with pytest.raises(BackupDamaged):
        restore_backup(empty_url, backup, KEY)
    with psycopg.connect(plain_url(empty_url)) as connection:
        assert connection.execute("SELECT 1 FROM pg_tables WHERE schemaname = 'public'").fetchall() == []


def test_a_second_restore_is_refused_by_the_database(backup: Path, empty_url: SecretStr) -> None:
    restore_backup(empty_url, backup, KEY)
    with pytest.raises(BackupFailed):
        restore_backup(empty_url, backup, KEY)
    assert list_chats(empty_url) == ["chim-bao-4242"]


def test_a_database_that_is_away_leaves_no_file(tmp_path: Path) -> None:
    with pytest.raises(BackupFailed):
        write_backup(SecretStr("postgresql://nobody@127.0.0.1:1/none"), tmp_path / "x", KEY)
    assert list(tmp_path.iterdir()) == []
