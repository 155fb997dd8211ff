"""The faults, each a small story with figures at its end. `is_small`: some seconds, part of the test suite.

A case raises InvariantBroken where what must hold does not; else it returns what it measured.
"""

from __future__ import annotations

import asyncio
import random
import statistics
import time
from contextlib import suppress

import psycopg

from bench.broadcast import read_ledger
from bench.faults.case import Case, Figures
from bench.faults.chaos_proxy import Mode
from bench.faults.oracle import InvariantBroken, reconcile_deliveries
from bench.faults.receiving import judge_load, post_updates, start_receiver, start_serving
from bench.faults.scene import RATE, Scene
from bench.faults.surroundings import SMALL_DISK_MB, clock_jumps, full_disk
from bench.faults.understanding import kill_understanding, useless_understanding
from bot.storage.database import plain_url
from bot.timetable import GUARD_KEY
from bot.understanding_process import free_port

ON_THEIR_WAY = RATE // 5
"""Messages of one process that may be between sending and recording: 20 ms of round trip, and a slow machine."""


async def kill_worker(scene: Scene) -> Figures:
    """Kill -9 a delivery process again and again in the middle of a broadcast."""
    return await _kill_workers(scene, count=900, kills=2)


async def kill_worker_often(scene: Scene) -> Figures:
    """The same with twenty kills, so that the bound on duplicates is believable."""
    return await _kill_workers(scene, count=9_000, kills=20)


async def _kill_workers(scene: Scene, *, count: int, kills: int) -> Figures:
    await scene.invent_broadcast(count)
    workers = [scene.start("deliver") for _ in range(2)]
    chance = random.Random(6)
    moments = sorted(0.2 + chance.random() * 0.6 * count / RATE for _ in range(kills))

    def kill(elapsed: float) -> None:
        while moments and elapsed > moments[0]:
            moments.pop(0)
            chance.choice(workers).kill()

    seconds = await scene.send_all(within_s=120 + count / RATE * 3, break_things=kill)
    killed = sum(worker.kills for worker in workers)
    if not killed:
        raise InvariantBroken("all was sent before anything was killed")
    found = reconcile_deliveries(
        scene.settings.database_url,
        await scene.read_ledger(),
        count=count,
        twice_at_most=killed * ON_THEIR_WAY,
    )
    return {"kills": killed, "sent": found.sent, "twice": found.twice, "seconds": round(seconds, 1)}


async def two_workers(scene: Scene) -> Figures:
    """Three workers at one lane keep the rate of one, and nobody's phone rings twice."""
    count = 1_500
    await scene.invent_broadcast(count)
    for _ in range(3):
        scene.start("deliver")
    await scene.send_all(within_s=120)
    ledger = await scene.read_ledger()
    found = reconcile_deliveries(scene.settings.database_url, ledger, count=count)
    sent = read_ledger(ledger, count=count, rate=RATE)
    if sent.rate_used > 1.02:
        raise InvariantBroken(f"{sent.per_s} messages a second, {RATE} are permitted")
    return {"sent": found.sent, "per_s": sent.per_s, "rate_used": sent.rate_used, "twice": found.twice}


async def too_many_requests(scene: Scene) -> Figures:
    """Telegram says 429 again and again: everybody waits, nobody is forgotten."""
    count = 600
    await scene.invent_broadcast(count)
    for _ in range(2):
        scene.start("deliver")
    await scene.refuse(code=429, times=40, retry_after=2)
    seconds = await scene.send_all(within_s=150)
    found = reconcile_deliveries(scene.settings.database_url, await scene.read_ledger(), count=count)
    return {"sent": found.sent, "twice": found.twice, "seconds": round(seconds, 1)}


async def refused_token(scene: Scene) -> Figures:
    """Telegram says 401: after at most fifty calls the channel stands still."""
    await scene.invent_broadcast(600)
    for _ in range(2):
        scene.start("deliver")
    await scene.refuse(code=401, times=1_000_000)

    def see_enough(elapsed: float) -> None:
        if elapsed > 8:
            raise TimeoutError

    with suppress(TimeoutError):
        await scene.send_all(within_s=90, break_things=see_enough)
    calls = await scene.count_calls()
    if not 0 < calls <= 50:
        raise InvariantBroken(f"{calls} calls with a token that is refused")
    return {"calls": calls}


async def kill_receiver(scene: Scene) -> Figures:
    """Kill -9 the receiver under load: what it acknowledged is kept."""
    port, receiver = await start_receiver(scene)
    load = asyncio.create_task(post_updates(port, rate=150, seconds=6))
    for _ in range(3):
        await asyncio.sleep(1.5)
        receiver.kill()
        receiver.ensure()
    return judge_load(scene, await load)


async def crash_postgres(scene: Scene) -> Figures:
    """PostgreSQL ends without a checkpoint under load and comes back: what was acknowledged is kept."""
    port, _ = await start_receiver(scene)
    load = asyncio.create_task(post_updates(port, rate=150, seconds=6))
    await asyncio.sleep(2)
    await asyncio.to_thread(scene.server.crash)
    await asyncio.to_thread(scene.server.start_again)
    return judge_load(scene, await load)


async def postgres_away(scene: Scene) -> Figures:
    """PostgreSQL is away for a few seconds: nothing is acknowledged meanwhile, and the answer is quick."""
    return await _postgres_away(scene, away_s=3, rate=100)


async def postgres_away_a_minute(scene: Scene) -> Figures:
    """PostgreSQL is away for a minute."""
    return await _postgres_away(scene, away_s=60, rate=20)


async def _postgres_away(scene: Scene, *, away_s: int, rate: int) -> Figures:
    port, _ = await start_receiver(scene)
    load = asyncio.create_task(post_updates(port, rate=rate, seconds=away_s + 4, tries=200))
    await asyncio.sleep(1)
    await asyncio.to_thread(scene.server.crash)
    await asyncio.sleep(away_s)
    await asyncio.to_thread(scene.server.start_again)
    return judge_load(scene, await load)


async def half_open_database(scene: Scene) -> Figures:
    """The connections of a delivery process to PostgreSQL fall silent in the middle of a broadcast."""
    count = 900
    await scene.invent_broadcast(count)
    async with scene.spoiled_database() as (proxy, url):
        scene.start("deliver", DATABASE_URL=url)
        scene.start("deliver")
        spoiled: list[float] = []

        def spoil(elapsed: float) -> None:
            if elapsed > 0.5 and not spoiled:
                spoiled.append(elapsed)
                proxy.become(Mode.HALF_OPEN)

        seconds = await scene.send_all(within_s=150, break_things=spoil)
    found = reconcile_deliveries(
        scene.settings.database_url, await scene.read_ledger(), count=count, twice_at_most=ON_THEIR_WAY
    )
    return {"sent": found.sent, "twice": found.twice, "seconds": round(seconds, 1)}


async def kill_scheduler(scene: Scene) -> Figures:
    """Kill -9 the process that runs the timetable: another one takes over within seconds."""
    for _ in range(3):
        scene.start("schedule")
    await _find_guard(scene, other_than=None)
    took: list[float] = []
    for _ in range(2):
        leader = await _find_guard(scene, other_than=None)
        # The process behind the connection is not known to the server (a socket): the connection is cut instead.
        started = time.monotonic()
        with psycopg.connect(plain_url(scene.server.owner_url()), autocommit=True) as connection:
            connection.execute("SELECT pg_terminate_backend(%s)", (leader,))
        await _find_guard(scene, other_than=leader)
        took.append(time.monotonic() - started)
    return {"taken_over_s": round(statistics.mean(took), 1), "slowest_s": round(max(took), 1)}


async def everything(scene: Scene) -> Figures:
    """Three of each process on one PostgreSQL; all are killed by chance while a broadcast and updates run."""
    count = 2_000
    await scene.invent_broadcast(count)
    port, receiver = await start_receiver(scene)
    others = [start_serving(scene, "receive", free_port()) for _ in range(2)]
    workers = [scene.start("deliver") for _ in range(3)]
    schedulers = [scene.start("schedule") for _ in range(3)]
    serving = [start_serving(scene, "serve", free_port()) for _ in range(3)]
    victims = [receiver, *others, *workers, *schedulers, *serving]
    chance, last = random.Random(6), [0.0]
    load = asyncio.create_task(post_updates(port, rate=50, seconds=20))

    def kill(elapsed: float) -> None:
        if elapsed - last[0] > 1.5 and elapsed < 25:
            last[0] = elapsed
            chance.choice(victims).kill()

    seconds = await scene.send_all(within_s=300, break_things=kill)
    figures = judge_load(scene, await load)
    killed = sum(worker.kills for worker in workers)
    found = reconcile_deliveries(
        scene.settings.database_url,
        [each for each in await scene.read_ledger() if int(each[1]) <= count],
        count=count,
        twice_at_most=killed * ON_THEIR_WAY,
    )
    return {
        **figures,
        "kills": sum(victim.kills for victim in victims),
        "sent": found.sent,
        "twice": found.twice,
        "seconds": round(seconds, 1),
    }


CASES = (
    Case(name="kill-worker", story="kill -9 bộ gửi giữa một thông báo", run=kill_worker),
    Case(name="kill-worker-often", story="kill -9 bộ gửi 20 lần", run=kill_worker_often, is_small=False),
    Case(name="two-workers", story="ba bộ gửi trên một làn", run=two_workers, is_small=False),
    Case(name="too-many-requests", story="Telegram trả 429 liên tiếp", run=too_many_requests, is_small=False),
    Case(name="refused-token", story="Telegram từ chối mã bot", run=refused_token, is_small=False),
    Case(name="kill-receiver", story="kill -9 bộ nhận tin", run=kill_receiver),
    Case(name="crash-postgres", story="PostgreSQL sập rồi chạy lại", run=crash_postgres),
    Case(name="postgres-away", story="PostgreSQL vắng vài giây", run=postgres_away, is_small=False),
    Case(
        name="postgres-away-a-minute",
        story="PostgreSQL vắng một phút",
        run=postgres_away_a_minute,
        is_small=False,
    ),
    Case(
        name="half-open-database", story="kết nối tới PostgreSQL im lặng", run=half_open_database, is_small=False
    ),
    Case(name="kill-scheduler", story="thời gian biểu mất kết nối", run=kill_scheduler),
    Case(name="clock-jumps", story="đồng hồ nhảy", run=clock_jumps, is_small=False),
    Case(name="full-disk", story="đầy đĩa", run=full_disk, is_small=False, disk_mb=SMALL_DISK_MB),
    Case(
        name="kill-understanding",
        story="kill -9 máy chủ hiểu ngôn ngữ khi đang tải",
        run=kill_understanding,
        is_small=False,
    ),
    Case(
        name="useless-understanding",
        story="máy chủ hiểu ngôn ngữ chậm, hỏng, nói lạc, nói dối",
        run=useless_understanding,
    ),
    Case(name="everything", story="ba tiến trình mỗi loại, giết ngẫu nhiên", run=everything, is_small=False),
)


async def _find_guard(scene: Scene, *, other_than: int | None) -> int:
    """Return the backend that holds the timetable's lock, once another one than before does."""
    query = "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND objid = %s AND granted"
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with psycopg.connect(plain_url(scene.server.owner_url())) as connection:
            row = connection.execute(query, (GUARD_KEY,)).fetchone()
        if row is not None and row[0] != other_than:
            return int(row[0])
        await asyncio.sleep(0.1)
    raise InvariantBroken("nobody runs the timetable")
