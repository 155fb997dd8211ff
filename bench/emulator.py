"""A broadcast at the free rate through npm telegram-test-api, while citizens write there and are answered.

The stand-in of the other figures only counts. This one reads HTML, keeps every message and hands over what
citizens write: all that rings and all that is written goes through it, and its own lists are what is judged.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import time
from collections.abc import Sequence
from functools import partial

import httpx
import psutil

from bench.broadcast import BULK_NICE, plan, send, wait_for_workers
from bench.faults.oracle import reconcile_deliveries
from bench.planning import empty
from bench.processes import process, processes, running
from bench.sizes import FREE_RATE
from bench.writing import Noted, find_waits, start_writing
from bot.domain.messages import Channel
from bot.settings import Settings
from bot.standins.telegram.node import COMMAND, install_packages
from bot.understanding_process import free_port

TOKEN = "6:BENCH"
WORKERS = 2
WARMS_FOR_S = 8.0
IDLE_AT_MOST_S = 120.0
"""So long is written before the broadcast, at the most."""
LAST_ANSWERS_S = 3.0
KEEPS_S = 86_400
"""The stand-in forgets what is older; a broadcast takes an hour."""
WARMING, IDLE, MEANWHILE, END = (number * 10_000_000 for number in (1, 2, 3, 4))
"""Where the chats of those who write begin; the broadcast goes to chats below."""


def measure_through_emulator(settings: Settings, environ: dict[str, str], *, count: int) -> dict[str, float]:
    """Send to `count` people at the free rate. Return figures named as in var/bench.json.

    `settings`: with the understanding server.

    Raises:
        InvariantBroken: what rang is not what the database says.
    """
    install_packages()
    try:
        rang, written = _send_and_answer(settings, environ, count=count)
        bulk = [each for each in rang if int(each[1]) < WARMING]
        reconciled = reconcile_deliveries(settings.database_url, bulk, count=count, twice_at_most=count)
    finally:
        empty(settings)
    rate = settings.paces.find_rate(Channel.TELEGRAM)
    starts, ends = min(bulk)[0], max(bulk)[0]
    # Answers leave at the rate that is permitted for all together.
    both = [moment for moment, _ in rang if starts <= moment <= ends]
    idle = find_waits(written, rang, first=IDLE, last=MEANWHILE)
    during = find_waits(written, rang, first=MEANWHILE, last=END)
    before_ms, during_ms = _median_ms(idle), _median_ms(during)
    return {
        "emulator_people": count,
        "emulator_minutes": round((ends - starts) / 60, 1),
        "emulator_rate_used": round((len(both) - 1) / (ends - starts) / rate, 4),
        "emulator_lost": count - reconciled.sent,
        "emulator_duplicates": reconciled.twice,
        "emulator_asked": len(during),
        "emulator_unanswered": during.count(None),
        "emulator_reply_p50_ms": before_ms,
        "emulator_reply_p50_ms_in_broadcast": during_ms,
        "emulator_reply_slower": round(during_ms / before_ms - 1, 3),
    }


def _send_and_answer(settings: Settings, environ: dict[str, str], *, count: int) -> tuple[Noted, Noted]:
    """Return what rang and what was written."""
    emulator = f"http://127.0.0.1:{(emulator_port := free_port())}"
    assistant = f"http://127.0.0.1:{(assistant_port := free_port())}"
    ours = environ | {
        "NLU_URL": settings.nlu_url,
        "PORT": str(assistant_port),
        "TELEGRAM_API_BASE": emulator,
        "TELEGRAM_BOT_TOKEN": TOKEN,
        "LOG_LEVEL": "ERROR",
    }
    node = {**os.environ, "PORT": str(emulator_port), "KEEPS_S": str(KEEPS_S)}
    writes = partial(start_writing, emulator, TOKEN)
    with (
        running(COMMAND, f"{emulator}/count", environ=node),
        process(["bot", "serve"], f"{assistant}/healthz", environ=ours),
    ):
        writes(WARMING, seconds=WARMS_FOR_S).wait()
        writes(IDLE, seconds=min(IDLE_AT_MOST_S, count / FREE_RATE)).wait()
        asyncio.run(plan(settings, count))
        with processes(WORKERS, ["bot", "deliver"], environ=ours) as delivering:
            for each in delivering:
                psutil.Process(each.pid).nice(BULK_NICE)
            wait_for_workers(settings, WORKERS)
            asks = partial(writes, MEANWHILE)
            writing = asyncio.run(send(settings, settings.paces, sink=emulator, count=count, asks=asks))
            assert writing is not None
            writing.wait()
            time.sleep(LAST_ANSWERS_S)
        with httpx.Client(base_url=emulator, timeout=60, trust_env=False) as http:
            return _read(http, "/ledger"), _read(http, "/written")


def _read(http: httpx.Client, path: str) -> Noted:
    return [(float(moment), str(chat)) for moment, chat in http.get(path).raise_for_status().json()]


def _median_ms(waits: Sequence[float | None]) -> float:
    return round(statistics.median(wait for wait in waits if wait is not None) * 1000, 1)
