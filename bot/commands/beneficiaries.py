"""`beneficiaries import` and `beneficiaries invent`: lists from a file, and invented ones to try."""

from __future__ import annotations

import csv
import json
from pathlib import Path

from rich.console import Console

from bot.clock import hanoi_date, read_clock
from bot.commands.file_import import SHOWN, Result, import_file, show_counts
from bot.gateways.beneficiaries.columns import COLUMNS
from bot.gateways.beneficiaries.invented import invent_beneficiaries
from bot.gateways.beneficiaries.rows import FIELDS
from bot.gateways.beneficiaries.sync import BeneficiarySync
from bot.gateways.rows.read_table import Progress, read_file
from bot.places.communes import Communes
from bot.settings import Settings
from bot.storage.data_keys import open_cipher
from bot.wiring import OLD_COMMUNES

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

    async def take(progress: Progress) -> Result:
        rows = read_file(path, COLUMNS, progress)
        return await make_beneficiary_sync(settings).take(rows, source, dry_run=dry_run)

    return import_file(path, take, _show, report=report)


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


def _show(result: Result, console: Console) -> None:
    show_counts(result, console, _COUNTS)
    for name, title in (("to_review_by_reason", "Cần xem lại vì"), ("refused_by_reason", "Từ chối vì")):
        reasons = ", ".join(f"{reason}: {count}" for reason, count in sorted(result[name].items()))
        if reasons:
            console.print(f"{title}: {reasons}", highlight=False)
    for row in result["rows"][:SHOWN]:
        said = " ".join(each["message"] for each in row["problems"])
        console.print(f"Dòng {row['row']}: {said}", highlight=False, markup=False)
    if len(result["rows"]) > SHOWN:
        console.print(f"… và {len(result['rows']) - SHOWN} dòng nữa; xem --report.", highlight=False)
