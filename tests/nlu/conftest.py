"""A small model for the tests of the understanding server, trained once and kept by the hash of its inputs."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from bot.environments import prepare_understanding_environment
from bot.settings import PROJECT_ROOT
from bot.understanding_process import understanding_environ

MODELS = PROJECT_ROOT / "var" / "test-models"
PHRASES = {
    "fee": ["lệ phí đổi thẻ bao nhiêu", "đổi thẻ mất bao nhiêu tiền", "phí làm thẻ", "làm thẻ hết mấy đồng"],
    "place": ["làm thẻ ở đâu", "đến chỗ nào làm thẻ", "nộp ở nơi nào", "địa chỉ làm căn cước"],
    "lost": ["mất thẻ thì làm sao", "tôi bị rớt thẻ", "làm lại thẻ bị mất", "thẻ bị mất cắp"],
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningServer:
    """An understanding server under test."""

    url: str
    process: subprocess.Popen[bytes]
    models: Path


def train(data: Path, out: Path) -> str:
    """Train on a folder of phrases, and return the name of the model."""
    python = prepare_understanding_environment()
    done = subprocess.run(
        [str(python), "-W", "ignore", "-m", "nlu", "train", "--data", str(data), "--out", str(out)],
        cwd=PROJECT_ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    return str(json.loads(done.stdout.splitlines()[-1])["model"])


def write_phrases(folder: Path, phrases: dict[str, list[str]]) -> None:
    """Write training phrases in Rasa's format."""
    folder = folder / "nlu"
    folder.mkdir(parents=True, exist_ok=True)
    lines = ['version: "3.1"', "nlu:"]
    for intent, examples in phrases.items():
        lines += [f"- intent: {intent}", "  examples: |", *(f"    - {example}" for example in examples)]
    (folder / "phrases.yml").write_text("\n".join(lines) + "\n")


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The name of a trained small model in MODELS."""
    folder = tmp_path_factory.mktemp("nlu")
    write_phrases(folder, PHRASES)
    return train(folder, MODELS)


@contextmanager
def running_server(model: str, models: Path = MODELS) -> Iterator[RunningServer]:
    """Give an understanding server that has loaded a model; empty: the one that it chooses by itself."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    python = prepare_understanding_environment()
    process = subprocess.Popen(
        [
            *(str(python), "-m", "nlu", "serve", "--port", str(port), "--models", str(models)),
            *(("--model", model) if model else ()),
        ],
        cwd=PROJECT_ROOT,
        env=understanding_environ(),
        stderr=subprocess.DEVNULL,
    )
    url = f"http://127.0.0.1:{port}"
    try:
        wait_until(lambda: is_ready(url), within_s=60)
        yield RunningServer(url=url, process=process, models=models)
    finally:
        process.terminate()
        process.wait(10)


def is_ready(url: str) -> bool:
    """Tell whether the server has a model."""
    try:
        return bool(httpx.get(f"{url}/status", timeout=1, trust_env=False).json()["ready"])
    except (httpx.HTTPError, ValueError):
        return False


def wait_until(holds: object, *, within_s: float) -> None:
    """Wait until something holds."""
    assert callable(holds)
    deadline = time.monotonic() + within_s
    while not holds():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)


def is_running(pid: int) -> bool:
    """Tell whether a process is there."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
