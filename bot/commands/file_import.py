"""What the imports of files share: the bar, the table of what became of the rows, the report of each row."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from bot.commands.progress import make_progress
from bot.gateways.rows.read_json import DeliveryUnreadable
from bot.gateways.rows.read_table import Progress

SHOWN = 30
"""Rows that are shown; the rest stand in the file of --report."""
Result = Mapping[str, Any]
"""The report of a delivery, as JSON."""


def import_file(
    path: Path,
    take: Callable[[Progress], Awaitable[Result]],
    show: Callable[[Result, Console], None],
    *,
    report: Path | None,
) -> int:
    """Import a file and show what became of it. Return the exit code: 0 where no row was refused.

    `take`: reads the file into the database, telling how far it is. `report`: where each row is written down.
    """
    console = Console(stderr=True)
    if not path.is_file():
        console.print(f"Không thấy tệp {path}.", highlight=False)
        return 2
    try:
        with make_progress(console) as progress:
            task = progress.add_task(path.name, total=None)

            async def run() -> Result:
                return await take(lambda done, total: progress.update(task, completed=done, total=total))

            result = asyncio.run(run())
    except DeliveryUnreadable as error:
        console.print(error.message, highlight=False)
        return 1
    show(result, console)
    if report is not None:
        report.write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n")
        console.print(f"Đã ghi báo cáo từng dòng vào {report}.", highlight=False)
    return 1 if result["refused"] else 0


def show_counts(result: Result, console: Console, titles: Mapping[str, str]) -> None:
    """Print how many rows became what. `titles`: of the counts of the report, in their order."""
    table = Table("Kết quả", "Số dòng", title="Thử, chưa ghi gì" if result["dry_run"] else None)
    for name, title in titles.items():
        table.add_row(title, f"{result[name]:,}".replace(",", "."))
    console.print(table)


def show_refused(result: Result, console: Console, *, code_title: str) -> None:
    """Print the first refused rows, each with its code and why."""
    refused = [row for row in result["rows"] if row["result"] == "refused"]
    if not refused:
        return
    listing = Table("Dòng", code_title, "Vì sao bị từ chối")
    for row in refused[:SHOWN]:
        reasons = "\n".join(f"{each['field']}: {each['message']}".lstrip(": ") for each in row["problems"])
        listing.add_row(str(row["row"]), row["code"] or "", reasons)
    console.print(listing)
    if result["refused"] > SHOWN:
        console.print(f"Còn {result['refused'] - SHOWN} dòng nữa. Thêm --report FILE để xem tất cả.")
