"""What `make bench` says of broadcasts and of acknowledging, by the names of var/bench.json."""

from __future__ import annotations

import statistics

from bench.asking import read_waits, start_asking
from bench.broadcast import measure_broadcast
from bench.processes import process
from bench.sizes import FREE_RATE, PAID_RATE
from bench.webhook import measure_acknowledging, serving
from bot.settings import Settings
from bot.understanding_process import free_port

RATE = 1_000
"""Updates a second to acknowledge."""
ANSWERING_NICE = 10
"""Answering gives way to acknowledging, as deploy/systemd has it."""
WARMS_FOR_S = 8.0


def measure_replies(settings: Settings, environ: dict[str, str], *, count: int) -> dict[str, float]:
    """Send at 30/s, and for as long at 1,000/s; citizens ask before and meanwhile.

    `settings`: with the understanding server.
    """
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    ours = environ | {"NLU_URL": settings.nlu_url, "PORT": str(port), "LOG_LEVEL": "ERROR"}
    seconds = count / FREE_RATE
    with process(["bot", "serve"], f"{address}/healthz", environ=ours):
        read_waits(start_asking(address, seconds=WARMS_FOR_S))
        idle = statistics.median(read_waits(start_asking(address, seconds=seconds)))
        free = measure_broadcast(settings, environ, count=count, is_paid=False, workers=2, ask=address)
        paid_count = round(min(seconds, 15) * PAID_RATE)
        paid = measure_broadcast(settings, environ, count=paid_count, is_paid=True, workers=2, ask=address)
    during, during_paid = statistics.median(free.waits_s), statistics.median(paid.waits_s)
    return {
        "broadcast_free_rate_used": free.rate_used,
        "broadcast_free_lost": free.lost + paid.lost,
        "broadcast_free_duplicates": free.duplicates + paid.duplicates,
        "reply_p50_ms": round(idle * 1000, 1),
        "reply_p50_ms_in_broadcast": round(during * 1000, 1),
        "reply_slower_in_broadcast": round(during / idle - 1, 3),
        "reply_p50_ms_in_paid": round(during_paid * 1000, 1),
        "reply_slower_in_paid": round(during_paid / idle - 1, 3),
        "broadcast_rate_used_beside_replies": paid.rate_used,
    }


def measure_paid(settings: Settings, environ: dict[str, str], *, count: int, workers: int = 2) -> dict[str, float]:
    """Send at 1,000/s, with nothing beside."""
    paid = measure_broadcast(settings, environ, count=count, is_paid=True, workers=workers)
    return {
        "broadcast_people": count,
        "broadcast_rate_used": paid.rate_used,
        "broadcast_per_s": paid.per_s,
        "broadcast_cpu_ms": round(paid.cpu_s / count * 1000, 3),
        "broadcast_lost": paid.lost,
        "broadcast_duplicates": paid.duplicates,
    }


def measure_webhook(settings: Settings, environ: dict[str, str], *, seconds: int) -> dict[str, float]:
    """Acknowledge a thousand updates a second while another process answers them beside."""
    sink = f"http://127.0.0.1:{(sink_port := free_port())}"
    ours = environ | {"NLU_URL": settings.nlu_url, "TELEGRAM_API_BASE": sink}
    with (
        process(["bench.telegram_sink", str(sink_port)], f"{sink}/count"),
        serving("receive", ours) as (port, receiver),
        serving("serve", ours, nice=ANSWERING_NICE),
    ):
        before = receiver.cpu_times()
        found = measure_acknowledging(settings, environ, rate=RATE, seconds=seconds, port=port)
        after = receiver.cpu_times()
    spent_s = after.user + after.system - before.user - before.system
    return found | {"webhook_cpu_ms": round(spent_s / (RATE * seconds) * 1000, 3)}
