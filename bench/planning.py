"""Writes down the recipients of a broadcast, 10,000 to 1,000,000 of them: how fast, in how much memory."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time

import psycopg
from pydantic import SecretStr

from bench.invented_readers import approve_broadcast, invent_readers
from bench.memory import read_peak_mb
from bot.broadcasts.release import plan_approved
from bot.clock import read_clock
from bot.settings import PROJECT_ROOT, Settings
from bot.storage.database import Database, plain_url

FEWEST = 10_000
_TABLES = "deliveries, broadcasts, news_subscriptions, consent_events, contacts, citizens"


def measure_planning(settings: Settings, environ: dict[str, str], *, count: int) -> dict[str, float]:
    """Plan a broadcast to few and one to `count`, each in a process of its own."""
    few = _run(settings, environ, FEWEST)
    many = _run(settings, environ, count)
    return {
        "plan_recipients_per_s": round(count / many["seconds"]),
        "plan_rss_mb": round(many["rss_mb"]),
        "plan_rss_growth_mb": round(many["rss_mb"] - few["rss_mb"], 1),
        "plan_us_per_recipient_10k": round(few["seconds"] / FEWEST * 1e6, 1),
        "plan_us_per_recipient": round(many["seconds"] / count * 1e6, 1),
        "plan_slope": round((many["seconds"] / count) / (few["seconds"] / FEWEST), 2),
    }


_INVENTED_AT_ONCE = 100_000
"""A statement may take no longer than the service allows it."""


def _run(settings: Settings, environ: dict[str, str], count: int) -> dict[str, float]:
    command = [sys.executable, "-m", "bench.planning", str(count)]
    try:
        done = subprocess.run(
            command, cwd=PROJECT_ROOT, env=environ, check=True, stdout=subprocess.PIPE, text=True
        )
    finally:
        empty(settings)
    return dict(json.loads(done.stdout.splitlines()[-1]))


def empty(settings: Settings) -> None:
    """Forget the invented people and what was to be sent to them."""
    with psycopg.connect(plain_url(settings.owner_url), autocommit=True) as connection:
        connection.execute(f"TRUNCATE {_TABLES} CASCADE".encode())
        connection.execute("DELETE FROM procrastinate_jobs WHERE status = 'todo'")
        connection.execute("DELETE FROM procrastinate_workers")


async def plan(url: SecretStr, count: int) -> dict[str, float]:
    """Invent people, and time what it takes to write them down as recipients."""
    database = Database(url)
    try:
        for first in range(1, count + 1, _INVENTED_AT_ONCE):
            await invent_readers(database, first=first, last=min(first + _INVENTED_AT_ONCE - 1, count))
        await approve_broadcast(database)
        started = time.perf_counter()
        written = await plan_approved(database, read_clock())
        seconds = time.perf_counter() - started
    finally:
        await database.close()
    assert written == count, written
    return {"seconds": seconds, "rss_mb": read_peak_mb()}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(asyncio.run(plan(Settings().database_url, int(sys.argv[1])))))
