"""`offices import`: addresses and hours of offices from a file, and the invented ones to try."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from bot.clock import read_clock
from bot.commands.progress import make_progress
from bot.gateways.offices.columns import COLUMNS
from bot.gateways.offices.sync import OfficeSync
from bot.gateways.rows.read_json import DeliveryUnreadable
from bot.gateways.rows.read_table import Progress, read_file
from bot.settings import Settings
from bot.storage.database import Database
from bot.wiring import load_communes, load_office_duties

SHOWN = 30
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
    console = Console(stderr=True)
    if not path.is_file():
        console.print(f"Không thấy tệp {path}.", highlight=False)
        return 2
    try:
        with make_progress(console) as progress:
            task = progress.add_task(path.name, total=None)
            result = asyncio.run(
                take_file(
                    settings,
                    path,
                    lambda done, total: progress.update(task, completed=done, total=total),
                    dry_run=dry_run,
                    replaces=replaces,
                )
            )
    except DeliveryUnreadable as error:
        console.print(error.message, highlight=False)
        return 1
    _print_result(result, console)
    if report is not None:
        report.write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n")
        console.print(f"Đã ghi báo cáo từng dòng vào {report}.", highlight=False)
    return 1 if result["refused"] else 0


async def take_file(
    settings: Settings,
    path: Path,
    progress: Progress,
    *,
    dry_run: bool = False,
    replaces: bool = False,
    is_invented: bool = False,
) -> dict[str, Any]:
    """Read a file into the database, and return the report.

    Raises:
        DeliveryUnreadable: the file cannot be read to its end; nothing was written.
    """
    database = Database(settings.database_url)
    try:
        sync = OfficeSync(database, load_communes(), load_office_duties(), clock=read_clock)
        rows = read_file(path, COLUMNS, progress)
        return await sync.take(rows, dry_run=dry_run, replaces=replaces, is_invented=is_invented)
    finally:
        await database.close()


def _print_result(result: dict[str, Any], console: Console) -> None:
    table = Table("Kết quả", "Số dòng", title="Thử, chưa ghi gì" if result["dry_run"] else None)
    for name, title in _RESULTS.items():
        table.add_row(title, str(result[name]))
    console.print(table)
    refused = [row for row in result["rows"] if row["result"] == "refused"]
    if not refused:
        return
    listing = Table("Dòng", "Mã nơi", "Vì sao bị từ chối")
    for row in refused[:SHOWN]:
        reasons = "\n".join(f"{each['field']}: {each['message']}".lstrip(": ") for each in row["problems"])
        listing.add_row(str(row["row"]), row["code"] or "", reasons)
    console.print(listing)
    if len(refused) > SHOWN:
        console.print(f"Còn {len(refused) - SHOWN} dòng nữa. Thêm --report FILE để xem tất cả.")
