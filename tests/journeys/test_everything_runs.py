"""`run` starts everything, survives the loss of Rasa, and leaves nothing running."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import psutil
import psycopg
import pytest
from psycopg import sql
from rich.console import Console

from bot.clock import HANOI
from bot.commands.prepare import train_if_changed
from bot.settings import PROJECT_ROOT, Settings
from bot.storage.embedded import EmbeddedServer
from bot.understanding_process import free_port
from tests.journeys.canaries import find_traces, list_canaries, spaced

pytestmark = [pytest.mark.journey, pytest.mark.rasa]

COMMAND = [sys.executable, "-m", "bot", "run"]
STARTS_WITHIN_S = 90


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """Everything, running."""

    process: subprocess.Popen[bytes]
    url: str
    nlu_url: str
    environ: dict[str, str]
    folder: Path

    def readiness(self) -> dict[str, object]:
        """What /readyz says."""
        return dict(httpx.get(f"{self.url}/readyz", timeout=3, trust_env=False).json())

    def ask(self, text: str) -> dict[str, object]:
        """Ask on the web interface."""
        return dict(httpx.post(f"{self.url}/api/chat", json={"text": text}, timeout=5, trust_env=False).json())


@pytest.fixture(scope="module")
def running() -> Iterator[Running]:
    # Not a folder of pytest's: another pytest that starts closes those to PostgreSQL's user.
    with tempfile.TemporaryDirectory(prefix="troly06-run-") as folder:
        yield from _run(Path(folder))


def _run(folder: Path) -> Iterator[Running]:
    shipped = Settings()
    train_if_changed(shipped, Console(stderr=True))
    (folder / "models").symlink_to(shipped.models_dir)
    port, nlu_port = free_port(), free_port()
    environ = {
        **os.environ,
        "DATA_DIR": str(folder),
        "PORT": str(port),
        "NLU_URL": f"http://127.0.0.1:{nlu_port}",
        "DEMO_APPLICATIONS": "2000",
    }
    environ.pop("DATABASE_URL", None)
    (folder / "logs").mkdir()
    with (folder / "logs" / "everything.log").open("wb") as said:
        process = subprocess.Popen(COMMAND, cwd=PROJECT_ROOT, env=environ, stdout=said, stderr=said)
    running = Running(
        process=process,
        url=f"http://127.0.0.1:{port}",
        nlu_url=f"http://127.0.0.1:{nlu_port}",
        environ=environ,
        folder=folder,
    )
    try:
        _wait_for(lambda: running.readiness()["status"] == "ready", process, folder)
        yield running
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
            process.wait(30)


def test_a_citizen_is_answered(running: Running) -> None:
    answer = running.ask("doi the can cuoc mat bao nhieu tien")
    assert answer["kind"] == "answer"
    assert answer["answer_id"] == "can-cuoc.cap-doi.le-phi"
    assert answer["sources"]


def test_an_office_reports_and_whoever_follows_is_told(running: Running, tmp_path: Path) -> None:
    made = [sys.executable, "-m", "bot", "keys", "create", "--name", "mot-cua", "--scope", "applications:write"]
    key = subprocess.run(
        made, cwd=PROJECT_ROOT, env=running.environ, capture_output=True, text=True, timeout=60, check=True
    ).stdout.strip()
    now = datetime.now(UTC)
    row = {
        "code": "H12.34.56-261102-0001",
        "procedure_name": "Cấp đổi thẻ căn cước",
        "office": "Công an phường Ba Đình",
        "state": "Đang xử lý",
        "state_since": now.isoformat(),
        "as_of": now.isoformat(),
        "id_number": "001085001234",
    }
    # Urgent, so that it rings whatever time of day this test runs.
    tomorrow = (now.astimezone(HANOI) + timedelta(days=1)).date().isoformat()
    later = (now + timedelta(seconds=5)).isoformat()
    asks = {**row, "state": "Yêu cầu bổ sung", "respond_by": tomorrow, "state_since": later, "as_of": later}
    office = {"Authorization": f"Bearer {key}"}
    api = f"{running.url}/api/v1/applications"
    with httpx.Client(base_url=running.url, timeout=60, trust_env=False) as citizen:

        def says(**content: str) -> dict[str, Any]:
            return dict(citizen.post("/api/chat", json={**content, "conversation": "c1"}).json())

        citizen.get("/")
        assert httpx.put(api, json=[row], headers=office, trust_env=False).json()["new"] == 1
        says(button="s:application-status:other")
        says(text="h12.34.56 261102 0001")
        shown = says(text="1234")
        follow = next(each["payload"] for each in shown["buttons"] if each["title"].startswith("Theo dõi"))
        assert "đồng ý" in says(button=follow)["text"]
        assert "Tôi sẽ báo bạn" in says(button="f:consent-yes")["text"]
        file = tmp_path / "thay-doi.jsonl"
        file.write_text(json.dumps(asks) + "\n")
        imported = [sys.executable, "-m", "bot", "applications", "import", str(file)]
        subprocess.run(imported, cwd=PROJECT_ROOT, env=running.environ, timeout=60, check=True)
        with citizen.stream("GET", "/api/chat/stream?conversation=c1") as stream:
            told = next(line for line in stream.iter_lines() if line.startswith("data: "))
    assert "vừa có thay đổi" in told


def test_nobody_leaves_a_trace_in_a_log(running: Running, tmp_path: Path) -> None:
    """T25, T26: fifty people tell everything; then nothing of it is in a log, and no number in the database."""
    canaries = list_canaries()
    with httpx.Client(base_url=running.url, timeout=30, trust_env=False) as citizens:
        citizens.get("/")
        for canary in canaries:
            said = [
                f"toi la {canary.name} so cccd {canary.id_number} sdt {spaced(canary.phone)} {canary.word}",
                f"h99.88.77 261102 {canary.number:04} {canary.id_number}",
            ]
            for text in said:
                answer = citizens.post("/api/chat", json={"text": text, "conversation": f"c{canary.number}"})
                assert answer.status_code in (200, 429)
        citizens.post("/api/chat", content=canaries[0].word.encode())
        citizens.post("/api/chat", json={"text": {"a": canaries[1].id_number}})
        citizens.post("/telegram/webhook", json={"message": canaries[2].phone})
        citizens.put("/api/v1/applications", json=[{"code": canaries[3].id_number}])
    now = datetime.now(UTC).isoformat()
    rows = [
        {
            "code": canary.code,
            "procedure_name": "Cấp đổi thẻ căn cước",
            "office": "Công an phường Ba Đình",
            "state": "Đang xử lý" if canary.number % 5 else canary.name,
            "state_since": now,
            "as_of": now,
            "id_number": canary.id_number if canary.number % 7 else f"{canary.id_number}9",
        }
        for canary in canaries
    ]
    people = [
        {
            "list": "poor",
            "key": f"K-{canary.number}",
            "full_name": canary.name,
            "birth_date": "1961-03-07",
            "id_number": canary.id_number,
            "province": "Thành phố Hà Nội",
            "commune": "Phường Ba Đình",
            "status": "active" if canary.number % 6 else canary.name,
            "as_of": now,
        }
        for canary in canaries
    ]
    for command, content in (("applications", rows), ("beneficiaries", people)):
        file = tmp_path / f"{command}.jsonl"
        file.write_text("".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in content))
        imported = [sys.executable, "-m", "bot", command, "import", str(file)]
        subprocess.run(
            imported, cwd=PROJECT_ROOT, env=running.environ, timeout=60, check=False, capture_output=True
        )
    traces = [trace for canary in canaries for trace in canary.traces]
    logs = tmp_path / "logs"
    shutil.copytree(running.folder / "logs", logs / "ours")
    for log in (running.folder / "postgres").rglob("*log*"):
        if log.is_file() and "pg_xact" not in log.parts and "pg_wal" not in log.parts:
            logs.mkdir(exist_ok=True)
            shutil.copy(log, logs / f"postgres-{log.name}")
    assert (logs / "ours" / "everything.log").exists()
    assert list(find_traces(logs, traces)) == []
    dumped = tmp_path / "dump"
    dumped.mkdir()
    with psycopg.connect(EmbeddedServer(running.folder / "postgres").owner_url().get_secret_value()) as connection:
        tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        for (table,) in tables:
            listed = connection.execute(sql.SQL("SELECT t::text FROM {} t").format(sql.Identifier(table)))
            (dumped / table).write_text("\n".join(str(row[0]) for row in listed))
    assert canaries[1].code in (dumped / "applications").read_text()
    assert "K-1," in (dumped / "beneficiaries").read_text()
    numbers = [trace for canary in canaries for trace in (canary.id_number, canary.name)]
    assert list(find_traces(dumped, numbers)) == []


def test_a_second_start_says_that_one_runs(running: Running) -> None:
    second = subprocess.run(
        COMMAND, cwd=PROJECT_ROOT, env=running.environ, capture_output=True, text=True, timeout=60, check=False
    )
    assert second.returncode == 1
    assert "đang chạy rồi" in second.stdout


def test_with_rasa_killed_citizens_are_answered_and_rasa_comes_back(running: Running) -> None:
    server = next(
        child
        for child in psutil.Process(running.process.pid).children()
        if "nlu" in child.cmdline() and "serve" in child.cmdline()
    )
    for process in (*server.children(recursive=True), server):
        process.kill()
    started = time.monotonic()
    assert running.ask("le phi doi the can cuoc la bao nhieu")["kind"] == "answer"
    assert time.monotonic() - started < 2
    _wait_for(lambda: running.readiness()["status"] == "degraded", running.process, None)
    _wait_for(lambda: running.readiness()["status"] == "ready", running.process, None)


def test_ctrl_c_leaves_nothing_running(running: Running) -> None:
    family = psutil.Process(running.process.pid).children(recursive=True)
    assert len(family) >= 4
    running.process.send_signal(signal.SIGINT)
    running.process.wait(30)
    _, alive = psutil.wait_procs(family, timeout=5)
    assert alive == []


def _wait_for(holds: object, process: subprocess.Popen[bytes], folder: Path | None) -> None:
    assert callable(holds)
    deadline = time.monotonic() + STARTS_WITHIN_S
    while True:
        try:
            if holds():
                return
        except (httpx.HTTPError, ValueError):
            pass
        logs = "".join(log.read_text()[-2000:] for log in folder.glob("logs/*.log")) if folder else ""
        assert process.poll() is None, f"run ended: {logs}"
        assert time.monotonic() < deadline, f"not within {STARTS_WITHIN_S} s: {logs}"
        time.sleep(0.1)
