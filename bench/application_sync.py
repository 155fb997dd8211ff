"""Synchronising applications, beside a bare COPY of the same rows into a table that does nothing else."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import psycopg

from bench.memory import read_peak_mb
from bot.applications.sources import INVENTED, SourceSystems
from bot.commands.applications import make_sync, write_invented
from bot.gateways.applications.rows import FIELDS
from bot.gateways.rows.read_json import read_json_rows
from bot.settings import DATA, PROJECT_ROOT, Settings
from bot.storage.database import plain_url

_CHUNK = 64 * 1024


def measure_sync(settings: Settings, environ: dict[str, str], folder: Path, *, count: int) -> dict[str, float]:
    """Return rows per second, the greatest memory, and how a bare COPY of the same rows compares."""
    path = folder / "applications.jsonl"
    write_invented(path, count=count, seed=1)
    command = [sys.executable, "-m", "bench.application_sync", str(path)]
    done = subprocess.run(command, cwd=PROJECT_ROOT, env=environ, check=True, capture_output=True)
    ours = json.loads(done.stdout.splitlines()[-1])  # the log lines of the child come before it
    copy_s = _copy_bare(plain_url(settings.owner_url), path)
    return {
        "sync_rows": count,
        "sync_rows_per_s": round(count / ours["seconds"]),
        "sync_rss_mb": ours["rss_mb"],
        "copy_rows_per_s": round(count / copy_s),
        "sync_vs_copy_ratio": round(copy_s / ours["seconds"], 3),
    }


def _copy_bare(url: str, path: Path) -> float:
    names = ", ".join(FIELDS)
    columns = ", ".join(f"{name} text" for name in FIELDS)
    started = time.perf_counter()
    with psycopg.connect(url) as connection:
        connection.execute(f"CREATE TABLE bench_bare ({columns})".encode())
        with connection.cursor().copy(f"COPY bench_bare ({names}) FROM STDIN".encode()) as copy:
            for row in _list_rows(path):
                copy.write_row(row)
    seconds = time.perf_counter() - started
    with psycopg.connect(url) as connection:
        connection.execute("DROP TABLE bench_bare")
    return seconds


def _list_rows(path: Path) -> Iterator[list[str | None]]:
    with path.open() as file:
        for line in file:
            value = json.loads(line)
            yield [value.get(name) for name in FIELDS]


async def read_chunks(path: Path) -> AsyncIterator[bytes]:
    """Give a file as a body streams in."""
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            yield chunk


def main() -> None:
    """Take the delivery of a file as the interface does; print the seconds and the memory it took."""
    sync = make_sync(Settings())
    source = SourceSystems.load(DATA / "applications" / "sources").find(INVENTED)
    started = time.perf_counter()
    report = asyncio.run(sync.take(read_json_rows(read_chunks(Path(sys.argv[1]))), source))
    seconds = time.perf_counter() - started
    assert report["refused"] == 0, report["rows"][:3]
    rss_mb = round(read_peak_mb())
    sys.stdout.write("\n" + json.dumps({"seconds": seconds, "rss_mb": rss_mb}) + "\n")


if __name__ == "__main__":
    main()
