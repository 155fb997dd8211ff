"""Updates posted at a receiver while something breaks, and what must hold of them."""

from __future__ import annotations

import asyncio
import json
import sys
from contextlib import suppress

from bench.faults.case import Figures
from bench.faults.oracle import InvariantBroken, reconcile_inbox
from bench.faults.scene import SECRET, Scene, Supervised
from bot.settings import PROJECT_ROOT
from bot.understanding_process import free_port

LOAD_ENDS_WITHIN_S = 120
"""What was refused is repeated for so long at the most."""


async def start_receiver(scene: Scene) -> tuple[int, Supervised]:
    """Run a receiver; return its port and itself once it answers."""
    port = free_port()
    receiver = start_serving(scene, "receive", port)
    await scene.wait_until_alive(port)
    return port, receiver


def start_serving(scene: Scene, command: str, port: int) -> Supervised:
    """Run `receive` or `serve` at a port."""
    return scene.start(command, PORT=str(port))


async def post_updates(port: int, *, rate: int, seconds: int, tries: int = 40) -> dict[str, object]:
    """Post at a fixed rate in a process of its own, and return what it says of itself."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "bench.open_loop", str(port), SECRET, str(rate), str(seconds), "0.05", "1000000", str(tries)),
        cwd=PROJECT_ROOT,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(seconds + LOAD_ENDS_WITHIN_S):
            output, _ = await process.communicate()
    finally:
        with suppress(ProcessLookupError):
            process.kill()
    return dict(json.loads(output))


def judge_load(scene: Scene, load: dict[str, object]) -> Figures:
    """Compare what was acknowledged with the inbox.

    Raises:
        InvariantBroken: something acknowledged is not there, or something was never acknowledged.
    """
    acknowledged = load["acknowledged"]
    assert isinstance(acknowledged, list)
    found = reconcile_inbox(scene.settings.database_url, acknowledged)
    if load["given_up"]:
        raise InvariantBroken(f"{load['given_up']} updates were never acknowledged")
    return {
        "posted": float(str(load["posted"])),
        "acknowledged": found.acknowledged,
        "refused_and_repeated": float(str(load["refused"])),
        "p99_ms": round(float(str(load["p99_ms"])), 1),
    }
