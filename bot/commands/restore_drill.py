"""`drill restore`: a backup is brought back in a database of its own, looked at, and a report is written."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from string import Template

import psycopg
from psycopg import sql
from pydantic import SecretStr
from rich.console import Console

from bot.audit.log import AuditLog
from bot.clock import HANOI, read_clock
from bot.commands.backup import DoneAgain, bring_back, say_why
from bot.commands.prepare import prepare_database
from bot.privacy.lines import LinesUnreadable
from bot.settings import DATA, Settings
from bot.storage.backup import BackupDamaged, BackupFailed, check_backup, write_backup
from bot.storage.data_keys import read_keys
from bot.storage.database import Database, plain_url
from bot.storage.embedded import ROLE, EmbeddedServer
from bot.storage.encryption import CannotDecrypt, Cipher, KeyUnusable, load_data_key
from bot.storage.migrate import find_drift
from bot.storage.reencrypt import ENCRYPTED_COLUMNS, read_some

_TRIED = 20
"""So many values of a column are decrypted."""
FORM = DATA / "privacy" / "restore-report.md"


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What was found. `checks`: by what was looked at, whether it holds. `before`: none where a file was given."""

    file: Path
    file_bytes: int
    written_at: datetime
    seconds: float
    done_again: DoneAgain
    checks: Mapping[str, bool]
    after: Mapping[str, int]
    before: Mapping[str, int] = field(default_factory=dict)

    @property
    def holds(self) -> bool:
        """Whether the backup is good for starting the service again."""
        return all(self.checks.values())


def run_restore_drill(settings: Settings, console: Console, file: Path | None) -> int:
    """Bring back this file, or a backup made now, and write the report. Return the exit code of the command."""
    now = read_clock()
    with tempfile.TemporaryDirectory(prefix="troly06-drill-") as folder:
        try:
            with console.status("Đang sao lưu và khôi phục vào một cơ sở dữ liệu riêng..."):
                restored = rehearse_restore(settings, file, folder=Path(folder))
        except (BackupFailed, BackupDamaged, KeyUnusable, LinesUnreadable) as failed:
            why = str(failed) if isinstance(failed, KeyUnusable) else say_why(failed)
            console.print(f"[red]Tập chưa đạt:[/red] không khôi phục được. {why}", highlight=False)
            return 1
    report = settings.data_dir / "drills" / f"{now.astimezone(HANOI):%Y-%m-%d-%H%M%S}-khoi-phuc.md"
    report.parent.mkdir(parents=True, exist_ok=True)
    report.touch(mode=0o600)
    report.write_text(render_report(restored, now=now))
    verdict = "Đạt" if restored.holds else "[red]Chưa đạt[/red]"
    console.print(
        f"{verdict}: khôi phục {sum(restored.after.values())} dòng trong {restored.seconds:.0f} giây. "
        f"Mở {report} và điền phần còn trống.",
        highlight=False,
    )
    return 0 if restored.holds else 1


def rehearse_restore(settings: Settings, file: Path | None, *, folder: Path) -> Restored:
    """Bring a backup back into a new server in `folder`, which stops afterwards, and look at what is there.

    Raises:
        BackupDamaged, BackupFailed: of bot/storage/backup.py.
        KeyUnusable: there is no data key, or it is not that of the backup.
        LinesUnreadable: the list of what was deleted or withdrawn.
    """
    key = load_data_key(settings.data_key, keys_dir=settings.keys_dir, create=False)
    before: dict[str, int] = {}
    if file is None:
        file = folder / "vua-sao-luu.backup"
        ground = prepare_database(settings)
        try:
            before = _count_rows(ground.settings.owner_url)
            write_backup(ground.settings.owner_url, file, key)
        finally:
            ground.close()
    check_backup(file, key)
    server = EmbeddedServer(folder / "postgres")
    try:
        server.apply_settings()
        server.create_roles()
        server.create_database()
        url = server.owner_url()
        started = time.perf_counter()
        done_again = bring_back(settings, url, file, role=ROLE)
        seconds = time.perf_counter() - started
        after = _count_rows(url)
        checks = {
            "Tệp sao lưu đọc được đến byte cuối, đúng khóa": True,
            "Cấu trúc bảng đúng bản đang dùng": find_drift(url) is None,
            "Khóa dữ liệu mở được dữ liệu đã mã hóa": asyncio.run(_opens(url, key)),
            "Nhật ký đủ và nguyên vẹn": asyncio.run(_is_whole(url, key)),
            "Bảng nào có dòng thì sau khôi phục vẫn có": all(after.get(each) for each in before if before[each]),
        }
    finally:
        server.stop()
    stat = file.stat()
    return Restored(
        file=file,
        file_bytes=stat.st_size,
        written_at=datetime.fromtimestamp(stat.st_mtime, tz=HANOI),
        seconds=seconds,
        done_again=done_again,
        checks=checks,
        after=after,
        before=before,
    )


def render_report(restored: Restored, *, now: datetime) -> str:
    """Fill in the form of data/privacy/restore-report.md."""
    return Template(FORM.read_text()).substitute(
        now=_say(now),
        file=restored.file.name,
        megabytes=f"{restored.file_bytes / 1e6:.1f}",
        written=_say(restored.written_at),
        seconds=f"{restored.seconds:.0f}",
        chats=restored.done_again.chats,
        consents=restored.done_again.consents,
        verdict="đạt" if restored.holds else "CHƯA ĐẠT",
        checks="\n".join(f"- {'✅' if holds else '❌'} {what}" for what, holds in restored.checks.items()),
        tables="\n".join(
            f"| `{table}` | {restored.before.get(table, '')} | {count} |"
            for table, count in restored.after.items()
        ),
    )


def _say(moment: datetime) -> str:
    return f"{moment.astimezone(HANOI):%H:%M ngày %d/%m/%Y}"


def _count_rows(url: SecretStr) -> dict[str, int]:
    """Count the rows of every table of ours; the queue's come and go."""
    with psycopg.connect(plain_url(url)) as connection:
        names = connection.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' "
            "AND tablename NOT LIKE 'procrastinate%' ORDER BY tablename"
        ).fetchall()
        counts = {}
        for (name,) in names:
            query = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(name))
            (counted,) = connection.execute(query).fetchone() or (0,)
            counts[str(name)] = int(counted)
    return counts


async def _opens(url: SecretStr, key: bytes) -> bool:
    """Decrypt some values of every encrypted column."""
    cipher = Cipher.of(read_keys(url, key))
    database = Database(url)
    try:
        for each in ENCRYPTED_COLUMNS:
            for value, row in await read_some(database, each, limit=_TRIED):
                cipher.decrypt(value, column=each.label, row=row)
    except CannotDecrypt:
        return False
    finally:
        await database.close()
    return True


async def _is_whole(url: SecretStr, key: bytes) -> bool:
    database = Database(url)
    try:
        async with database.begin() as tx:
            return (await AuditLog(Cipher.of(read_keys(url, key))).verify(tx)).is_whole
    finally:
        await database.close()
