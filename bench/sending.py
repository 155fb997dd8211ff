"""What `make bench` says of broadcasts and of acknowledging, by the names of var/bench.json."""

from __future__ import annotations

import asyncio
import statistics

from bench.broadcast import ask_for, measure_broadcast
from bench.processes import process
from bench.sizes import Sizes
from bench.webhook import measure_acknowledging, serving
from bot.settings import Settings
from bot.understanding_process import free_port

RATE = 1_000
"""Updates a second to acknowledge."""
ANSWERING_NICE = 10
"""Answering gives way to acknowledging, as deploy/systemd has it."""


def measure_broadcasts(settings: Settings, environ: dict[str, str], sizes: Sizes) -> dict[str, float]:
    """Send at both rates; at the free one citizens ask meanwhile. `settings`: with the understanding server."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    ours = environ | {"NLU_URL": settings.nlu_url, "PORT": str(port), "LOG_LEVEL": "ERROR"}
    with process(["bot", "serve"], f"{address}/healthz", environ=ours):
        asyncio.run(ask_for(address, seconds=10))  # warms the caches
        idle = asyncio.run(ask_for(address, seconds=sizes.free / 30))
        free = measure_broadcast(settings, environ, count=sizes.free, is_paid=False, workers=2, ask=address)
    paid = measure_broadcast(settings, environ, count=sizes.paid, is_paid=True, workers=1)
    return {
        "broadcast_rate_used": paid.rate_used,
        "broadcast_per_s": paid.per_s,
        "broadcast_free_rate_used": free.rate_used,
        "broadcast_lost": paid.lost + free.lost,
        "broadcast_duplicates": paid.duplicates + free.duplicates,
        "reply_p50_ms": round(statistics.median(idle) * 1000, 1),
        "reply_p50_ms_in_broadcast": round(statistics.median(free.waits_s) * 1000, 1),
        "reply_slower_in_broadcast": round(statistics.median(free.waits_s) / statistics.median(idle) - 1, 3),
    }


def measure_webhook(settings: Settings, environ: dict[str, str], *, seconds: int) -> dict[str, float]:
    """Acknowledge a thousand updates a second while another process answers them beside."""
    sink = f"http://127.0.0.1:{(sink_port := free_port())}"
    ours = environ | {"NLU_URL": settings.nlu_url, "TELEGRAM_API_BASE": sink}
    with (
        process(["bench.telegram_sink", str(sink_port)], f"{sink}/count"),
        serving("receive", ours) as port,
        serving("serve", ours, nice=ANSWERING_NICE),
    ):
        return measure_acknowledging(settings, environ, rate=RATE, seconds=seconds, port=port)
