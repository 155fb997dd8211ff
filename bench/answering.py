"""What an answer takes: in one process, behind the webhook beside a bare echo bot, and for the publish gate."""

from __future__ import annotations

import asyncio
import statistics
import time
from dataclasses import replace
from uuid import uuid4

import psutil

from bench.load import LoadResult, post_updates
from bench.processes import process
from bot.clock import hanoi_date
from bot.domain.messages import Channel, ChatAddress, CitizenMessage
from bot.evaluation.gate import ContentState, find_changed_answers
from bot.evaluation.questions import read_held_out
from bot.settings import PROJECT_ROOT, Settings
from bot.understanding.masking import mask
from bot.understanding_process import free_port
from bot.wiring import open_core
from bot.yaml_files import read_yaml
from vietnamese.normalise import normalise

SECRET = "bench-secret"
_WARM = 20
"""The first ones fill the caches."""


def list_questions(count: int) -> list[str]:
    """Return some golden questions, of every file."""
    found = []
    for path in sorted((PROJECT_ROOT / "tests" / "nlu" / "golden").glob("*.yml")):
        found += [each["question"] for each in read_yaml(path)]
    return found[:: max(1, len(found) // count)][:count]


async def measure_turns(settings: Settings, questions: list[str]) -> dict[str, float]:
    """Take turns one after another, database and understanding server included."""
    turns, rasa = [], []
    async with open_core(settings) as core:
        for number, question in enumerate(questions[:_WARM] + questions):
            address = ChatAddress(channel=Channel.TERMINAL, chat=f"bench:{uuid4().hex}")
            message = CitizenMessage(address=address, received_at=core.clock(), text=question)
            started = time.perf_counter()
            await core.assistant.take_turn(message)
            took = (time.perf_counter() - started) * 1000
            started = time.perf_counter()
            await core.rasa.parse(normalise(mask(question)))
            parse = (time.perf_counter() - started) * 1000
            if number >= _WARM:
                turns.append(took)
                rasa.append(parse)
    return {
        "text_to_answer_p50_ms": round(statistics.median(turns), 2),
        "text_to_answer_p99_ms": round(sorted(turns)[int(len(turns) * 0.99)], 2),
        "rasa_parse_p50_ms": round(statistics.median(rasa), 2),
        "own_part_p50_ms": round(statistics.median(turns) - statistics.median(rasa), 2),
    }


async def measure_gate(settings: Settings) -> dict[str, float]:
    """Ask every golden question of the published content and of a candidate where one answer changed."""
    async with open_core(settings) as core:
        published = core.catalogue.current
        unit = next(iter(published.units.values()))
        versions = tuple(each.model_copy(update={"text": f"{each.text} "}) for each in unit.versions)
        changed = {**published.units, unit.id: unit.model_copy(update={"versions": versions})}
        started = time.perf_counter()
        candidate = replace(published, units=changed)
        await find_changed_answers(
            read_held_out().golden,
            published=ContentState(catalogue=published, understanding=core.understanding),
            candidate=ContentState(catalogue=candidate, understanding=core.understanding.read_for(candidate)),
            day=hanoi_date(core.clock()),
        )
        return {"gate_s": round(time.perf_counter() - started, 1)}


def measure_beside_echo(
    settings: Settings, environ: dict[str, str], *, questions: list[str], updates: int
) -> dict[str, float]:
    """Answer updates by the whole bot and by a bare echo bot, at the same stand-in, one after the other."""
    sink_port, bot_port, echo_port = free_port(), free_port(), free_port()
    sink = f"http://127.0.0.1:{sink_port}"
    ours = environ | {
        "NLU_URL": settings.nlu_url,
        "PORT": str(bot_port),
        "TELEGRAM_BOT_TOKEN": "6:BENCH",
        "TELEGRAM_API_BASE": sink,
        "TELEGRAM_WEBHOOK_SECRET": SECRET,
        "LOG_LEVEL": "ERROR",
    }
    with (
        process(["bench.telegram_sink", str(sink_port)], f"{sink}/count"),
        process(["bench.echo_bot", str(echo_port), sink, SECRET], f"http://127.0.0.1:{echo_port}/healthz"),
    ):
        echo = _load(echo_port, sink, questions, first_id=1, count=updates)
    with (
        process(["bench.telegram_sink", str(sink_port)], f"{sink}/count"),
        process(["bot", "serve"], f"http://127.0.0.1:{bot_port}/healthz", environ=ours) as served,
    ):
        _load(bot_port, sink, questions, first_id=1, count=min(200, updates))  # warms connections and caches
        whole = _load(bot_port, sink, questions, first_id=10_001, count=updates)
        memory = psutil.Process(served.pid).memory_info().rss / 1e6
    return {
        "webhook_per_s": round(whole.per_s, 1),
        "echo_per_s": round(echo.per_s, 1),
        "webhook_vs_echo_ratio": round(whole.per_s / echo.per_s, 3),
        "webhook_unanswered": whole.lost,
        "bot_rss_mb": round(memory),
    }


def measure_understanding_memory(url: str) -> dict[str, float]:
    """Return what the understanding server's front and its worker hold together, in megabytes."""
    port = url.rsplit(":", 1)[1]
    for each in psutil.process_iter(["cmdline"]):
        line = each.info["cmdline"] or []
        if "nlu" in line and port in line:
            ours = (each, *each.children(recursive=True))
            return {"nlu_rss_mb": round(sum(one.memory_info().rss for one in ours) / 1e6)}
    return {}


def _load(port: int, sink: str, questions: list[str], *, first_id: int, count: int) -> LoadResult:
    return asyncio.run(
        post_updates(
            webhook=f"http://127.0.0.1:{port}/telegram/webhook",
            secret=SECRET,
            sink=sink,
            questions=questions,
            count=count,
            first_id=first_id,
            patience_s=120,
        )
    )
