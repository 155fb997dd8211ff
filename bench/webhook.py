"""Updates at a fixed rate, some of them twice: how fast they are acknowledged, and whether all were kept."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import psutil
import psycopg

from bench.processes import process
from bot.settings import PROJECT_ROOT, Settings
from bot.storage.database import plain_url
from bot.understanding_process import free_port

SECRET = "bench-secret"
REPEATED = 0.05
FIRST_ID = 1_000_000


def measure_acknowledging(
    settings: Settings, environ: dict[str, str], *, rate: int, seconds: int, port: int
) -> dict[str, float]:
    """Post at the webhook of whoever listens at a port. Return figures named as in var/bench.json."""
    command = [sys.executable, "-m", "bench.open_loop", str(port), SECRET, str(rate), str(seconds)]
    done = subprocess.run(
        [*command, str(REPEATED), str(FIRST_ID)],
        cwd=PROJECT_ROOT,
        env=environ,
        check=True,
        capture_output=True,
        text=True,
    )
    load = json.loads(done.stdout)
    acknowledged = load.pop("acknowledged")
    with psycopg.connect(plain_url(settings.database_url)) as connection:
        rows = connection.execute("SELECT update_key FROM inbound_updates WHERE channel = 'telegram'").fetchall()
    kept = {int(row[0]) for row in rows}
    return {
        "webhook_ack_p50_ms": round(load["p50_ms"], 1),
        "webhook_ack_p99_ms": round(load["p99_ms"], 1),
        "webhook_ack_p999_ms": round(load["p999_ms"], 1),
        "webhook_ack_rate": round(load["per_s"], 1),
        "webhook_refused": load["refused"],
        "webhook_lost": len([update_id for update_id in acknowledged if update_id not in kept]),
    }


@contextmanager
def serving(command: str, environ: dict[str, str], *, nice: int = 0) -> Iterator[tuple[int, psutil.Process]]:
    """Run `receive`, or `serve`, which also answers, while the block runs; give its port and itself."""
    port = free_port()
    ours = environ | {
        "PORT": str(port),
        "TELEGRAM_BOT_TOKEN": "6:BENCH",
        "TELEGRAM_WEBHOOK_SECRET": SECRET,
        "LOG_LEVEL": "ERROR",
    }
    with process(["bot", command], f"http://127.0.0.1:{port}/healthz", environ=ours) as started:
        running = psutil.Process(started.pid)
        running.nice(nice)
        yield port, running
