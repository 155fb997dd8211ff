"""A broadcast through the real workers to a stand-in with a ledger: rate used, lost, twice; replies meanwhile."""

from __future__ import annotations

import asyncio
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial

import httpx
import psutil
import psycopg
from sqlalchemy import text

from bench.asking import read_waits, start_asking
from bench.invented_readers import approve_broadcast, invent_readers
from bench.planning import empty
from bench.processes import STARTS_WITHIN_S, process, processes
from bot.broadcasts.release import DAY_STARTS, plan_approved, release_planned
from bot.clock import HANOI, read_clock
from bot.delivery.queue import DeliveryQueue
from bot.delivery.run import CONCURRENCY
from bot.domain.lanes import Paces
from bot.domain.messages import Channel
from bot.settings import Settings
from bot.storage.database import Database, plain_url
from bot.understanding_process import free_port

BULK_NICE = 10
"""Sending gives way to answering, as deploy/systemd has it."""
ROUND_TRIP_MS = 50
"""What the stand-in takes to answer."""
LOOKS_EVERY_S = 1.0
_ASKED_FOR = 0.8
"""The share of the broadcast in which citizens ask: not after its end."""
_PATIENCE = 3.0
"""Given up after so many times the time that the broadcast should take."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What the ledger says. `rate_used`: the share of what was permitted, from the first message to the last.

    `waits_s`: how long citizens waited for the answers to what they asked meanwhile; `cpu_s`: the processor time
    of the delivering processes.
    """

    rate_used: float
    per_s: float
    most_in_a_second: int
    lost: int
    duplicates: int
    waits_s: Sequence[float] = field(default=(), repr=False)
    cpu_s: float = 0.0


def measure_broadcast(
    settings: Settings, environ: dict[str, str], *, count: int, is_paid: bool, workers: int, ask: str = ""
) -> Sent:
    """Send to `count` people by `workers` processes. `ask`: an assistant that is asked meanwhile; empty: none."""
    port = free_port()
    sink = f"http://127.0.0.1:{port}"
    paces = settings.model_copy(update={"telegram_paid_broadcast": is_paid}).paces
    ours = environ | {
        "TELEGRAM_API_BASE": sink,
        "TELEGRAM_BOT_TOKEN": "6:BENCH",
        "TELEGRAM_PAID_BROADCAST": str(is_paid).lower(),
        "LOG_LEVEL": "ERROR",
    }
    try:
        asyncio.run(plan(settings, count))
        with (
            process(["bench.telegram_sink", str(port), str(ROUND_TRIP_MS)], f"{sink}/count"),
            processes(workers, ["bot", "deliver"], environ=ours) as started,
        ):
            delivering = [psutil.Process(each.pid) for each in started]
            for each in delivering:
                each.nice(BULK_NICE)
            wait_for_workers(settings, workers)
            spent_before = sum(map(_read_cpu_s, delivering))
            asks = partial(start_asking, ask) if ask else None
            asking = asyncio.run(send(settings, paces, sink=sink, count=count, asks=asks))
            waits = read_waits(asking) if asking is not None else []
            spent = sum(map(_read_cpu_s, delivering)) - spent_before
            ledger = httpx.get(f"{sink}/ledger", timeout=60, trust_env=False).json()
    finally:
        empty(settings)
    sent = read_ledger(ledger, count=count, rate=paces.find_rate(Channel.TELEGRAM, is_bulk=True))
    return replace(sent, waits_s=waits, cpu_s=spent)


def read_ledger(ledger: Sequence[tuple[float, str]], *, count: int, rate: float) -> Sent:
    """Return what the phones that rang say of a broadcast to the chats 1 to `count`."""
    rang = Counter(chat for _, chat in ledger)
    moments = sorted(moment for moment, _ in ledger)
    seconds = max(moments[-1] - moments[0], 1e-9)
    per_s = (len(moments) - 1) / seconds
    by_second = Counter(int(moment - moments[0]) for moment in moments)
    return Sent(
        rate_used=round(per_s / rate, 4),
        per_s=round(per_s, 1),
        most_in_a_second=max(by_second.values()),
        lost=count - len(rang),
        duplicates=len(ledger) - len(rang),
    )


def wait_for_workers(settings: Settings, count: int) -> None:
    """Return once every process takes jobs: what it needs to start is no part of the figures."""
    query = "SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > now() - interval '10 seconds'"
    deadline = time.monotonic() + STARTS_WITHIN_S
    with psycopg.connect(plain_url(settings.database_url), autocommit=True) as connection:
        while (row := connection.execute(query).fetchone()) is None or row[0] < count * len(CONCURRENCY):
            assert time.monotonic() < deadline, row
            time.sleep(0.1)


def _read_cpu_s(process: psutil.Process) -> float:
    spent = process.cpu_times()
    return spent.user + spent.system


async def plan(settings: Settings, count: int) -> None:
    """Write down a broadcast to the chats 1 to `count`, ready to be let out."""
    database = Database(settings.database_url)
    try:
        await invent_readers(database, first=1, last=count)
        await approve_broadcast(database)
        await plan_approved(database, read_clock())
    finally:
        await database.close()


async def send(
    settings: Settings,
    paces: Paces,
    *,
    sink: str,
    count: int,
    asks: Callable[..., subprocess.Popen[str]] | None = None,
) -> subprocess.Popen[str] | None:
    """Let the broadcast out as the timetable does, until everybody has it.

    `sink`: where GET /count tells how often Telegram's methods were called. `asks`: starts what asks for `seconds`
    while the broadcast is under way; what it started is returned.
    """
    expected_s = count / paces.find_rate(Channel.TELEGRAM, is_bulk=True)
    asking: subprocess.Popen[str] | None = None
    database = Database(settings.database_url)
    queue = DeliveryQueue(settings.database_url)
    deadline = time.monotonic() + 30 + _PATIENCE * expected_s
    try:
        async with httpx.AsyncClient(timeout=10, trust_env=False) as http:
            while time.monotonic() < deadline:
                await release_planned(database, queue, daytime(), paces=paces)
                rung = (await http.get(f"{sink}/count")).json().get("sendMessage", 0)
                if asks is not None and rung and asking is None:
                    asking = asks(seconds=expected_s * _ASKED_FOR)
                if rung >= count and not await _count_unsettled(database):
                    break
                await asyncio.sleep(LOOKS_EVERY_S)
        return asking
    finally:
        await database.close()


async def _count_unsettled(database: Database) -> int:
    async with database.begin() as tx:
        query = text("SELECT count(*) FROM deliveries WHERE state IN ('held', 'waiting', 'claimed')")
        return int((await tx.execute(query)).scalar_one())


def daytime() -> datetime:
    """Return today at eight, so that the measurement can be made at night too."""
    return read_clock().astimezone(HANOI).replace(hour=DAY_STARTS.hour + 1, minute=0)
