"""`applications import` and `applications invent`: states from a file, and invented ones to try."""

from __future__ import annotations

import asyncio
import csv
import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

from rich.console import Console

from bot.applications.calendar import load_calendar
from bot.applications.invented import invent_applications, list_offices, list_procedures
from bot.applications.sources import INVENTED, SourceSystems
from bot.clock import hanoi_date, read_clock
from bot.commands.file_import import Result, import_file, show_counts, show_refused
from bot.commands.progress import make_progress
from bot.content.files import read_content
from bot.gateways.applications.columns import COLUMNS
from bot.gateways.applications.rows import FIELDS
from bot.gateways.applications.sync import ApplicationSync
from bot.gateways.rows.raw import RawRow
from bot.gateways.rows.read_table import Progress, read_file
from bot.settings import DATA, Settings
from bot.storage.applications import count_of_source
from bot.storage.data_keys import open_cipher
from bot.storage.database import Database

DEMO_SEED = 6
_RESULTS = {
    "received": "Đã đọc",
    "new": "Mới",
    "changed": "Thay đổi",
    "unchanged": "Đã có, không đổi",
    "late": "Đến muộn, chỉ ghi lịch sử",
    "refused": "Bị từ chối",
}


def import_applications(settings: Settings, path: Path, *, source: str, dry_run: bool, report: Path | None) -> int:
    """Import a file and print what became of it. Return the exit code: 0 where every row was taken."""
    system = SourceSystems.load(DATA / "applications" / "sources").find(source)

    async def take(progress: Progress) -> Result:
        rows = read_file(path, COLUMNS, progress)
        return await make_sync(settings).take(rows, system, dry_run=dry_run)

    return import_file(path, take, _show, report=report)


def write_invented(path: Path, *, count: int, seed: int) -> int:
    """Write invented applications into a file, CSV or JSON lines by its ending. Return the exit code."""
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, FIELDS) if path.suffix == ".csv" else None
        if writer is not None:
            writer.writeheader()
        for row in _list_invented(count, seed):
            if writer is not None:
                writer.writerow(row)
            else:
                file.write(json.dumps(row, ensure_ascii=False) + "\n")
    Console(stderr=True).print(f"Đã ghi {count} hồ sơ giả vào {path}.", highlight=False)
    return 0


def seed_invented(settings: Settings, *, count: int, seed: int) -> int:
    """Write invented applications into the database. Return the exit code."""
    console = Console(stderr=True)
    with make_progress(console) as progress:
        task = progress.add_task("Hồ sơ giả", total=count)

        async def rows() -> AsyncIterator[RawRow]:
            for number, row in enumerate(_list_invented(count, seed), start=1):
                if number % 500 == 0:
                    progress.update(task, completed=number)
                yield RawRow(number=number, value=row)

        sources = SourceSystems.load(DATA / "applications" / "sources")
        result = asyncio.run(make_sync(settings).take(rows(), sources.find(INVENTED)))
    _show(result, console)
    return 1 if result["refused"] else 0


def seed_invented_once(settings: Settings, *, count: int) -> None:
    """Write invented applications where there are fewer than `count` yet."""
    if count and asyncio.run(_count_invented(settings)) < count:
        seed_invented(settings, count=count, seed=DEMO_SEED)


async def _count_invented(settings: Settings) -> int:
    database = Database(settings.database_url)
    try:
        async with database.begin() as tx:
            return await count_of_source(tx, INVENTED)
    finally:
        await database.close()


def make_sync(settings: Settings) -> ApplicationSync:
    """Build what takes deliveries."""
    cipher = open_cipher(settings)
    return ApplicationSync(settings.database_url, cipher, clock=read_clock)


def _list_invented(count: int, seed: int) -> Iterator[dict[str, Any]]:
    today = hanoi_date(read_clock())
    return invent_applications(
        count,
        seed=seed,
        calendar=load_calendar(DATA / "calendar" / "working-days.yml"),
        today=today,
        offices=list_offices(),
        procedures=list_procedures(read_content(DATA), today),
    )


def _show(result: Result, console: Console) -> None:
    show_counts(result, console, _RESULTS)
    show_refused(result, console, code_title="Mã hồ sơ")
