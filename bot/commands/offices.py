"""`offices import`: addresses and hours of offices from a file."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console

from bot.clock import read_clock
from bot.commands.file_import import Result, import_file, show_counts, show_refused
from bot.gateways.offices.columns import COLUMNS
from bot.gateways.offices.sync import OfficeSync
from bot.gateways.rows.read_table import Progress, read_file
from bot.settings import Settings
from bot.storage.database import Database
from bot.wiring import load_communes, load_office_duties

_RESULTS = {
    "received": "Đã đọc",
    "new": "Mới",
    "changed": "Thay đổi",
    "unchanged": "Đã có, không đổi",
    "late": "Cũ hơn bản đang có, bỏ qua",
    "refused": "Bị từ chối",
    "removed": "Bỏ khỏi danh sách",
}


def import_offices(settings: Settings, path: Path, *, dry_run: bool, replaces: bool, report: Path | None) -> int:
    """Import a file and print what became of it. Return the exit code: 0 where every row was taken."""

    async def take(progress: Progress) -> Result:
        database = Database(settings.database_url)
        try:
            sync = OfficeSync(database, load_communes(), load_office_duties(), clock=read_clock)
            return await sync.take(read_file(path, COLUMNS, progress), dry_run=dry_run, replaces=replaces)
        finally:
            await database.close()

    return import_file(path, take, _show, report=report)


def _show(result: Result, console: Console) -> None:
    show_counts(result, console, _RESULTS)
    show_refused(result, console, code_title="Mã nơi")
