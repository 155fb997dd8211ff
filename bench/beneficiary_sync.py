"""Lists of people who benefit through the whole cleaning and merge, three in a hundred wrong."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from pathlib import Path

from bench.application_sync import read_chunks
from bench.memory import read_peak_mb
from bot.commands.beneficiaries import make_beneficiary_sync, write_invented_lists
from bot.gateways.beneficiaries.sync import DEMO_SOURCE
from bot.gateways.rows.read_json import read_json_rows
from bot.settings import PROJECT_ROOT, Settings


def measure_lists(environ: dict[str, str], folder: Path, *, count: int) -> dict[str, float]:
    """Return rows per second, and the greatest memory of the process that takes them."""
    path = folder / "beneficiaries.jsonl"
    write_invented_lists(path, count=count, seed=1, wrong_share=0.03)
    command = [sys.executable, "-m", "bench.beneficiary_sync", str(path)]
    done = subprocess.run(command, cwd=PROJECT_ROOT, env=environ, check=True, capture_output=True)
    ours = json.loads(done.stdout.splitlines()[-1])
    return {
        "beneficiary_rows": count,
        "beneficiary_rows_per_s": round(count / ours["seconds"]),
        "beneficiary_rss_mb": ours["rss_mb"],
    }


def main() -> None:
    """Take the delivery of a file as the interface does; print the seconds and the memory it took."""
    sync = make_beneficiary_sync(Settings())
    started = time.perf_counter()
    report = asyncio.run(sync.take(read_json_rows(read_chunks(Path(sys.argv[1]))), DEMO_SOURCE))
    seconds = time.perf_counter() - started
    assert report["refused"] > 0, "some rows are wrong on purpose"
    assert report["new"] == report["received"] - report["refused"], report
    rss_mb = round(read_peak_mb())
    sys.stdout.write("\n" + json.dumps({"seconds": seconds, "rss_mb": rss_mb}) + "\n")


if __name__ == "__main__":
    main()
