"""`beneficiaries import` and `beneficiaries invent`: lists from a file, and invented ones to try."""

from __future__ import annotations

import asyncio
import csv
import json
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from bot.clock import hanoi_date, read_clock
from bot.commands.progress import make_progress
from bot.gateways.beneficiaries.columns import COLUMNS
from bot.gateways.beneficiaries.invented import invent_beneficiaries
from bot.gateways.beneficiaries.rows import FIELDS
from bot.gateways.beneficiaries.sync import BeneficiarySync
from bot.gateways.rows.read_json import DeliveryUnreadable
from bot.gateways.rows.read_table import read_file
from bot.places.communes import Communes
from bot.settings import Settings
from bot.storage.data_keys import open_cipher
from bot.wiring import OLD_COMMUNES

SHOWN = 30
"""Rows that are shown; the rest stand in the file of --report."""
_COUNTS = {
    "received": "Đã đọc",
    "accepted": "Nhận",
    "to_review": "Nhận, cần người xem lại",
    "refused": "Từ chối",
    "new": "trong đó mới",
    "changed": "trong đó thay đổi",
    "unchanged": "trong đó đã có, không đổi",
    "late": "trong đó đến muộn, bỏ qua",
}


def import_beneficiaries(
    settings: Settings, path: Path, *, source: str, dry_run: bool, report: Path | None
) -> int:
    """Import a file and print what became of it. Return the exit code: 0 where no row was refused."""
    console = Console(stderr=True)
    if not path.is_file():
        console.print(f"Không thấy tệp {path}.", highlight=False)
        return 2
    try:
        with make_progress(console) as progress:
            task = progress.add_task(path.name, total=None)
            rows = read_file(path, COLUMNS, lambda done, total: progress.update(task, completed=done, total=total))
            result = asyncio.run(make_beneficiary_sync(settings).take(rows, source, dry_run=dry_run))
    except DeliveryUnreadable as error:
        console.print(error.message, highlight=False)
        return 1
    _print(result, console)
    if report is not None:
        report.write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n")
        console.print(f"Đã ghi báo cáo vào {report}.", highlight=False)
    return 1 if result["refused"] else 0


def write_invented_lists(path: Path, *, count: int, seed: int, wrong_share: float) -> int:
    """Write invented lists into a file, CSV or JSON lines by its ending. Return the exit code."""
    today = hanoi_date(read_clock())
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, FIELDS) if path.suffix == ".csv" else None
        if writer is not None:
            writer.writeheader()
        for each in invent_beneficiaries(count, seed=seed, today=today, wrong_share=wrong_share):
            if writer is not None:
                writer.writerow(each.row)
            else:
                file.write(json.dumps(each.row, ensure_ascii=False) + "\n")
    Console(stderr=True).print(f"Đã ghi {count} dòng giả vào {path}.", highlight=False)
    return 0


def make_beneficiary_sync(settings: Settings) -> BeneficiarySync:
    """Build what takes deliveries of lists."""
    cipher = open_cipher(settings)
    return BeneficiarySync(settings.database_url, cipher, Communes.load(OLD_COMMUNES), clock=read_clock)


def _print(result: dict[str, Any], console: Console) -> None:
    table = Table("Kết quả", "Số dòng", title="Thử, chưa ghi gì" if result["dry_run"] else None)
    for name, title in _COUNTS.items():
        table.add_row(title, f"{result[name]:,}".replace(",", "."))
    console.print(table)
    for name, title in (("to_review_by_reason", "Cần xem lại vì"), ("refused_by_reason", "Từ chối vì")):
        reasons = ", ".join(f"{reason}: {count}" for reason, count in sorted(result[name].items()))
        if reasons:
            console.print(f"{title}: {reasons}", highlight=False)
    for row in result["rows"][:SHOWN]:
        said = " ".join(each["message"] for each in row["problems"])
        console.print(f"Dòng {row['row']}: {said}", highlight=False, markup=False)
    if len(result["rows"]) > SHOWN:
        console.print(f"… và {len(result['rows']) - SHOWN} dòng nữa; xem --report.", highlight=False)
