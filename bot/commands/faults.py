"""`faults`: breaks things on purpose in a place of its own, and says whether all that must hold does."""

from __future__ import annotations

import asyncio
import json
import time

from rich.console import Console
from rich.table import Table

from bench.faults.case import Case
from bench.faults.cases import CASES
from bench.faults.oracle import InvariantBroken
from bench.faults.scene import SmallDiskMissing, make_scene
from bot.log import set_up_logging
from bot.settings import Settings


def run_faults(settings: Settings, console: Console, *, names: list[str]) -> int:
    """Run some cases, all where none is named; write var/faults.json. Return the exit code of the command."""
    set_up_logging("ERROR", file=settings.data_dir / "logs" / "faults.log")
    unknown = set(names) - {case.name for case in CASES}
    if unknown:
        console.print(f"Không có thử thách: {', '.join(sorted(unknown))}. Có: {', '.join(c.name for c in CASES)}")
        return 2
    found: dict[str, dict[str, object]] = {}
    for case in CASES:
        if not names or case.name in names:
            with console.status(case.story):
                found[case.name] = _run(case)
    path = settings.data_dir / "faults.json"
    path.write_text(json.dumps(found, ensure_ascii=False, indent=2) + "\n")
    table = Table("Thử thách", "Kết quả", "Số liệu")
    for name, result in found.items():
        table.add_row(name, str(result.pop("outcome")), json.dumps(result, ensure_ascii=False))
    console.print(table)
    return 1 if any("broken" in result for result in found.values()) else 0


def _run(case: Case) -> dict[str, object]:
    started = time.monotonic()
    try:
        with make_scene(disk_mb=case.disk_mb) as scene:
            figures = dict(asyncio.run(case.run(scene)))
    except SmallDiskMissing:
        return {"outcome": "bỏ qua", "why": "cần quyền root để gắn một đĩa nhỏ"}
    except (InvariantBroken, TimeoutError) as broken:
        return {"outcome": "HỎNG", "broken": str(broken) or "không xong kịp"}
    return {"outcome": "giữ vững", **figures, "took_s": round(time.monotonic() - started, 1)}
