"""The rehearsal of a restore: what is good is told apart from what is not, and a report is left."""

from __future__ import annotations

import asyncio
import io
from dataclasses import dataclass, replace
from pathlib import Path

import psycopg
import pytest
from pydantic import SecretStr
from rich.console import Console
from sqlalchemy.engine import make_url

from bot.audit.log import AuditLog
from bot.commands.restore_drill import run_restore_drill
from bot.domain.messages import Channel, ChatAddress
from bot.privacy.tombstones import append_tombstones
from bot.settings import Settings
from bot.storage.backup import write_backup
from bot.storage.citizens import record_contact
from bot.storage.data_keys import read_keys
from bot.storage.database import Database, plain_url
from bot.storage.embedded import EmbeddedServer
from bot.storage.encryption import Cipher, load_data_key
from bot.storage.tombstones import Tombstone, make_mark
from tests.conftest import MovedClock

DELETED = ChatAddress(channel=Channel.TELEGRAM, chat="da-xoa-1")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path)


@dataclass(frozen=True)
class Filled:
    """A database with two citizens and two lines in the audit log, and what opens it."""

    url: SecretStr
    master: bytes
    cipher: Cipher

    def back_up(self, folder: Path) -> Path:
        """Write a backup and return its file."""
        file = folder / "hom-nay.backup"
        write_backup(self.url, file, self.master)
        return file


@pytest.fixture
def filled(postgres: EmbeddedServer, database_url: SecretStr, settings: Settings, clock: MovedClock) -> Filled:
    name = make_url(database_url.get_secret_value()).database
    assert name is not None
    url = postgres.owner_url(name)
    master = load_data_key(settings.data_key, keys_dir=settings.keys_dir, create=True)
    cipher = Cipher.of(read_keys(url, master))

    async def fill() -> None:
        database = Database(url)
        async with database.begin() as tx:
            for address in (DELETED, ChatAddress(channel=Channel.TELEGRAM, chat="con-day-2")):
                await record_contact(tx, address, now=clock())
            for _ in range(2):
                await AuditLog(cipher).record(
                    tx, actor="a@vi-du.vn", action="staff.create", subject="staff:b@vi-du.vn", now=clock()
                )
        await database.close()

    asyncio.run(fill())
    return Filled(url, master, cipher)


def drill(settings: Settings, file: Path) -> tuple[int, str, list[str]]:
    """Run the drill; return its exit code, what it said, and the reports."""
    said = io.StringIO()
    code = run_restore_drill(settings, Console(file=said, width=200), file)
    reports = [path.read_text() for path in (settings.data_dir / "drills").glob("*.md")]
    return code, said.getvalue(), reports


def test_a_good_backup_holds_and_deletions_are_done_again(
    settings: Settings, filled: Filled, clock: MovedClock, tmp_path: Path
) -> None:
    file = filled.back_up(tmp_path)
    mark = make_mark(filled.cipher, DELETED)
    append_tombstones(settings.tombstones_dir, [Tombstone(mark=mark, deleted_at=clock())])
    code, said, (report,) = drill(settings, file)
    assert code == 0
    assert "Đạt" in said
    assert "| Xóa lại sau khôi phục | 1 cuộc trò chuyện |" in report
    assert "| `contacts` |  | 1 |" in report
    assert report.count("✅") == 5
    assert "❌" not in report
    assert "$" not in report


def test_a_changed_line_of_the_audit_log_is_found(settings: Settings, filled: Filled, tmp_path: Path) -> None:
    with psycopg.connect(plain_url(filled.url)) as connection:
        connection.execute("ALTER TABLE audit_events DISABLE TRIGGER ALL")
        connection.execute("UPDATE audit_events SET actor = 'khac@vi-du.vn' WHERE seq = 1")
        connection.execute("ALTER TABLE audit_events ENABLE TRIGGER ALL")
    code, said, (report,) = drill(settings, filled.back_up(tmp_path))
    assert code == 1
    assert "Chưa đạt" in said
    assert "❌ Nhật ký đủ và nguyên vẹn" in report


@pytest.mark.parametrize("damage", ["cut", "other key"])
def test_what_cannot_be_brought_back_is_said(
    settings: Settings, filled: Filled, tmp_path: Path, damage: str
) -> None:
    file = replace(filled, master=bytes(32) if damage == "other key" else filled.master).back_up(tmp_path)
    if damage == "cut":
        file.write_bytes(file.read_bytes()[:-100])
    code, said, reports = drill(settings, file)
    assert (code, reports) == (1, [])
    assert "Tập chưa đạt" in said
    assert "Thử tệp sao lưu trước đó" in said
