"""Faults of what the processes stand on: the clock, the disk."""

from __future__ import annotations

import asyncio
import sys
from contextlib import suppress
from pathlib import Path

import psycopg

from bench.faults.case import Figures
from bench.faults.oracle import InvariantBroken, reconcile_deliveries
from bench.faults.receiving import judge_load, post_updates, start_receiver
from bench.faults.scene import Scene
from bot.storage.database import plain_url

SMALL_DISK_MB = 400
_FULL_FOR_S = 4.0
_PIECE = 4_096


async def clock_jumps(scene: Scene) -> Figures:
    """The clock of one of two delivery processes goes two hours forward and one back in the middle of a broadcast.

    What jumps is the clock that is injected everywhere, not the machine's: leases, lanes and pauses run on
    PostgreSQL's and on the monotonic one.
    """
    count = 900
    await scene.invent_broadcast(count)
    shift = scene.settings.data_dir / "shift"
    shift.write_text("0")
    scene.run([sys.executable, "-m", "bench.faults.moved_clock", str(shift)], scene.environ)
    scene.start("deliver")
    jumps = [(1.5, -3_600), (0.5, 7_200)]

    def jump(elapsed: float) -> None:
        if jumps and elapsed > jumps[-1][0]:
            shift.write_text(str(jumps.pop()[1]))

    seconds = await scene.send_all(within_s=150, break_things=jump)
    found = reconcile_deliveries(scene.settings.database_url, await scene.read_ledger(), count=count)
    return {"sent": found.sent, "not_sent": found.not_sent, "twice": found.twice, "seconds": round(seconds, 1)}


async def full_disk(scene: Scene) -> Figures:
    """The disk of PostgreSQL fills up while updates arrive and a broadcast goes out.

    What does not fit is not acknowledged; what was sent is recorded once there is room, and not sent again.
    """
    count = 1_500
    await scene.invent_broadcast(count)
    port, _ = await start_receiver(scene)
    for _ in range(2):
        scene.start("deliver")
    fill = scene.settings.data_dir / "postgres" / "fill"
    load = asyncio.create_task(post_updates(port, rate=200, seconds=12, tries=200))
    stages: list[str] = []

    def break_disk(elapsed: float) -> None:
        if 1 < elapsed < 1 + _FULL_FOR_S:
            stages[:] = ["full"]
            _fill_up(fill)
        elif elapsed > 1 + _FULL_FOR_S and stages == ["full"]:
            stages.append("room")
            fill.unlink()
        elif stages == ["full", "room"] and not _answers(scene):
            scene.server.start_again()

    seconds = await scene.send_all(within_s=200, break_things=break_disk)
    figures = judge_load(scene, await load)
    if not figures["refused_and_repeated"]:
        raise InvariantBroken("the disk was full, and nobody noticed")
    found = reconcile_deliveries(scene.settings.database_url, await scene.read_ledger(), count=count)
    return {**figures, "sent": found.sent, "twice": found.twice, "seconds": round(seconds, 1)}


def _fill_up(path: Path) -> None:
    """Write until there is no room, also for what was given back meanwhile."""
    with suppress(OSError), path.open("ab", buffering=0) as file:
        while file.write(bytes(_PIECE)):
            pass


def _answers(scene: Scene) -> bool:
    """Tell whether PostgreSQL runs: without room for its log it ends."""
    try:
        psycopg.connect(plain_url(scene.server.owner_url()), connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True
