"""Writes down the recipients of a broadcast, 10,000 to 1,000,000 of them: how fast, in how much memory."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time

import psycopg

from bench.invented_readers import approve_broadcast, invent_readers
from bench.memory import read_peak_mb
from bot.broadcasts.release import plan_approved
from bot.clock import read_clock
from bot.settings import PROJECT_ROOT, Settings
from bot.storage.database import Database, plain_url

FEWEST = 10_000
_TABLES = "deliveries, broadcasts, news_subscriptions, consent_events, contacts, citizens"


def measure_planning(settings: Settings, environ: dict[str, str], *, count: int) -> dict[str, float]:
    """Plan a broadcast to few, three times, and one to `count`, each in a process of its own."""
    tried = sorted((_run(settings, environ, FEWEST) for _ in range(3)), key=lambda each: each["seconds"])
    few = tried[1]
    many = _run(settings, environ, count)
    return {
        "plan_recipients_per_s": round(count / many["seconds"]),
        "plan_rss_mb": round(many["rss_mb"]),
        "plan_rss_growth_mb": round(many["rss_mb"] - few["rss_mb"], 1),
        "plan_us_per_recipient_10k": round(few["seconds"] / FEWEST * 1e6, 1),
        "plan_us_per_recipient": round(many["seconds"] / count * 1e6, 1),
        "plan_slope": round((many["seconds"] / count) / (few["seconds"] / FEWEST), 2),
    }


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


async def plan(settings: Settings, count: int) -> dict[str, float]:
    """Invent people, and time what it takes to write them down as recipients."""
    database = Database(settings.database_url)
    try:
        await invent_readers(database, first=1, last=count)
        _tidy(settings)
        await approve_broadcast(database)
        started = time.perf_counter()
        written = await plan_approved(database, read_clock())
        seconds = time.perf_counter() - started
    finally:
        await database.close()
    assert written == count, written
    return {"seconds": seconds, "rss_mb": read_peak_mb()}


def _tidy(settings: Settings) -> None:
    """Do at once what PostgreSQL does by itself in the minutes after so many have come."""
    with psycopg.connect(plain_url(settings.owner_url), autocommit=True) as connection:
        connection.execute("VACUUM (ANALYZE) contacts, news_subscriptions")
        connection.execute("CHECKPOINT")


if __name__ == "__main__":
    sys.stdout.write(json.dumps(asyncio.run(plan(Settings(), int(sys.argv[1])))))
