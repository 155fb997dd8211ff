"""How long it takes until there is a model, and until a start answers."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import httpx

from bot.environments import prepare_understanding_environment
from bot.settings import PROJECT_ROOT, Settings
from bot.understanding_process import free_port

ANSWERS_WITHIN_S = 120.0


def measure_training(settings: Settings) -> dict[str, float]:
    """Train once into an empty folder."""
    python = prepare_understanding_environment()
    with (
        tempfile.TemporaryDirectory() as folder,
        (settings.data_dir / "logs" / "bench-train.log").open("w") as log,
    ):
        started = time.perf_counter()
        subprocess.run(
            [str(python), "-m", "nlu", "train", "--out", folder],
            cwd=PROJECT_ROOT,
            check=True,
            stdout=log,
            stderr=log,
        )
        return {"nlu_train_s": round(time.perf_counter() - started, 1)}


def measure_warm_start(settings: Settings) -> dict[str, float]:
    """Start everything in a folder that was used before, until the first answer."""
    with tempfile.TemporaryDirectory(prefix="troly06-start-") as folder:
        shutil.copytree(settings.models_dir, Path(folder) / "models")
        port, nlu_port = free_port(), free_port()
        environ = {**os.environ, "DATA_DIR": folder, "PORT": str(port), "NLU_URL": f"http://127.0.0.1:{nlu_port}"}
        environ.pop("DATABASE_URL", None)
        seconds = 0.0
        for _ in range(2):  # the first fills the folder, the second is measured
            started = time.perf_counter()
            running = subprocess.Popen(
                [sys.executable, "-m", "bot", "run"], cwd=PROJECT_ROOT, env=environ, stdout=subprocess.DEVNULL
            )
            try:
                _wait_for_answer(f"http://127.0.0.1:{port}", running)
                seconds = time.perf_counter() - started
            finally:
                running.terminate()
                running.wait(30)
        return {"warm_start_s": round(seconds, 1)}


def _wait_for_answer(url: str, running: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + ANSWERS_WITHIN_S
    while time.monotonic() < deadline:
        assert running.poll() is None, "run ended"
        try:
            if httpx.get(f"{url}/readyz", timeout=2, trust_env=False).json()["status"] == "ready":
                asked = {"text": "lệ phí đổi thẻ căn cước"}
                httpx.post(f"{url}/api/chat", json=asked, timeout=5, trust_env=False).raise_for_status()
                return
        except (httpx.HTTPError, ValueError):
            pass
        time.sleep(0.1)
    raise TimeoutError("no answer in time")
