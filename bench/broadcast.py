"""A broadcast through the real workers to a stand-in with a ledger: rate used, lost, twice; replies meanwhile."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

import httpx
from sqlalchemy import text

from bench.invented_readers import approve_broadcast, invent_readers
from bench.planning import empty
from bench.processes import process, processes
from bot.broadcasts.release import DAY_STARTS, plan_approved, release_planned
from bot.clock import HANOI, read_clock
from bot.delivery.queue import DeliveryQueue
from bot.domain.lanes import Paces
from bot.domain.messages import Channel
from bot.settings import Settings
from bot.storage.database import Database
from bot.understanding_process import free_port

ROUND_TRIP_MS = 50
"""What the stand-in takes to answer."""
LOOKS_EVERY_S = 1.0
ASKS_EVERY_S = 0.6
QUESTION = "lệ phí đổi thẻ căn cước"
_PATIENCE = 3.0
"""Given up after so many times the time that the broadcast should take."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What the ledger says. `rate_used`: the share of what was permitted, from the first message to the last.

    `waits_s`: how long citizens waited for the answers to what they asked meanwhile.
    """

    rate_used: float
    per_s: float
    most_in_a_second: int
    lost: int
    duplicates: int
    waits_s: Sequence[float] = field(default=(), repr=False)


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
        asyncio.run(_plan(settings, count))
        with (
            process(["bench.telegram_sink", str(port), str(ROUND_TRIP_MS)], f"{sink}/count"),
            processes(workers, ["bot", "deliver"], environ=ours),
        ):
            waits = asyncio.run(_send(settings, paces, sink=sink, count=count, ask=ask))
            ledger = httpx.get(f"{sink}/ledger", timeout=60, trust_env=False).json()
    finally:
        empty(settings)
    return read_ledger(ledger, count=count, rate=paces.find_rate(Channel.TELEGRAM, is_bulk=True), waits_s=waits)


def read_ledger(
    ledger: Sequence[tuple[float, str]], *, count: int, rate: float, waits_s: Sequence[float] = ()
) -> Sent:
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
        waits_s=waits_s,
    )


async def ask_for(address: str, *, seconds: float) -> list[float]:
    """Ask the same question again and again for a while, and return how long each answer took."""
    waits: list[float] = []
    until = time.perf_counter() + seconds
    async with httpx.AsyncClient(timeout=10, trust_env=False) as http:
        while (started := time.perf_counter()) < until:
            answer = await http.post(f"{address}/api/chat", json={"text": QUESTION})
            if answer.status_code == 200:
                waits.append(time.perf_counter() - started)
            await asyncio.sleep(max(0.0, started + ASKS_EVERY_S - time.perf_counter()))
    return waits


async def _plan(settings: Settings, count: int) -> None:
    database = Database(settings.database_url)
    try:
        await invent_readers(database, first=1, last=count)
        await approve_broadcast(database)
        await plan_approved(database, read_clock())
    finally:
        await database.close()


async def _send(settings: Settings, paces: Paces, *, sink: str, count: int, ask: str) -> list[float]:
    """Let the broadcast out as the timetable does, until everybody has it."""
    expected_s = count / paces.find_rate(Channel.TELEGRAM, is_bulk=True)
    asking = asyncio.create_task(ask_for(ask, seconds=expected_s)) if ask else None
    database = Database(settings.database_url)
    queue = DeliveryQueue(settings.database_url)
    deadline = time.monotonic() + 30 + _PATIENCE * expected_s
    try:
        async with httpx.AsyncClient(timeout=10, trust_env=False) as http:
            while time.monotonic() < deadline:
                await release_planned(database, queue, daytime(), paces=paces)
                rung = (await http.get(f"{sink}/count")).json().get("sendMessage", 0)
                if rung >= count and not await _count_unsettled(database):
                    break
                await asyncio.sleep(LOOKS_EVERY_S)
        return await asking if asking is not None else []
    finally:
        await database.close()


async def _count_unsettled(database: Database) -> int:
    async with database.begin() as tx:
        query = text("SELECT count(*) FROM deliveries WHERE state IN ('held', 'waiting', 'claimed')")
        return int((await tx.execute(query)).scalar_one())


def daytime() -> datetime:
    """Return today at eight, so that the measurement can be made at night too."""
    return read_clock().astimezone(HANOI).replace(hour=DAY_STARTS.hour + 1, minute=0)
