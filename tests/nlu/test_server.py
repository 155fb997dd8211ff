"""The understanding server: real Rasa, driven over HTTP."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import shutil
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from bot.evaluation.model_trainer import ModelTrainer
from bot.settings import Settings
from tests.nlu.conftest import (
    MODELS,
    PHRASES,
    RunningServer,
    is_ready,
    is_running,
    running_server,
    train,
    wait_until,
    write_phrases,
)

pytestmark = pytest.mark.rasa


@pytest.fixture(scope="module")
def server(model: str) -> Iterator[RunningServer]:
    with running_server(model) as server:
        yield server


def _parse(server: RunningServer, text: object) -> httpx.Response:
    return httpx.post(f"{server.url}/model/parse", json={"text": text}, timeout=5, trust_env=False)


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("đổi thẻ hết bao nhiêu tiền vậy", "fee"),
        ("doi the het bao nhieu tien vay", "fee"),
        ("ra chỗ nào để làm", "place"),
        ("em bị mất thẻ", "lost"),
    ],
)
def test_it_ranks_intents_with_and_without_accents(server: RunningServer, text: str, intent: str) -> None:
    parsed = _parse(server, text).json()
    assert parsed["intent"]["name"] == intent
    ranking = parsed["intent_ranking"]
    assert [each["confidence"] for each in ranking] == sorted(
        (each["confidence"] for each in ranking), reverse=True
    )
    assert sum(each["confidence"] for each in ranking) == pytest.approx(1, abs=1e-3)


@pytest.mark.parametrize("text", [None, 5, ["a"], "x" * 2001])
def test_what_is_no_text_is_refused(server: RunningServer, text: object) -> None:
    assert _parse(server, text).status_code == 400


@pytest.mark.parametrize("text", ["", "\x00", "\ud83d", "👍", "?" * 2000])
def test_odd_text_is_parsed_or_refused_but_never_breaks(server: RunningServer, text: str) -> None:
    body = json.dumps({"text": text})  # half a surrogate pair has no UTF-8 of its own, but an escape
    answer = httpx.post(f"{server.url}/model/parse", content=body, timeout=5, trust_env=False)
    assert answer.status_code in (200, 400)
    assert _parse(server, "làm thẻ ở đâu").status_code == 200


def test_a_large_body_is_refused(server: RunningServer) -> None:
    assert httpx.post(f"{server.url}/model/parse", content=b"x" * 100_000, trust_env=False).status_code in (
        400,
        413,
    )


@pytest.mark.parametrize("name", ["../x.tar.gz", "/etc/passwd", "gone.tar.gz", "http://x/y.tar.gz", 5])
def test_only_a_model_of_the_folder_can_be_swapped_in(server: RunningServer, name: object) -> None:
    """T29: a model file swapped."""
    answer = httpx.post(f"{server.url}/model/swap", json={"model": name}, timeout=30, trust_env=False)
    assert answer.status_code in (400, 409)
    assert _parse(server, "làm thẻ ở đâu").status_code == 200


def test_a_changed_model_file_is_refused_and_the_old_one_serves(server: RunningServer, model: str) -> None:
    """T29: a model file swapped."""
    changed = MODELS / "changed.tar.gz"
    body = bytearray((MODELS / model).read_bytes())
    body[len(body) // 2] ^= 1
    changed.write_bytes(bytes(body))
    shutil.copy(MODELS / f"{model}.sha256", MODELS / "changed.tar.gz.sha256")
    try:
        answer = httpx.post(f"{server.url}/model/swap", json={"model": changed.name}, timeout=30, trust_env=False)
    finally:
        changed.unlink()
        (MODELS / "changed.tar.gz.sha256").unlink()
    assert answer.status_code == 409
    assert _parse(server, "làm thẻ ở đâu").json()["intent"]["name"] == "place"


def test_training_again_is_not_needed(model: str, tmp_path: Path) -> None:
    from tests.nlu.conftest import PHRASES

    write_phrases(tmp_path, PHRASES)
    started = time.monotonic()
    assert train(tmp_path, MODELS) == model
    assert time.monotonic() - started < 10


async def test_a_swap_drops_no_request(server: RunningServer, model: str) -> None:
    newer = "newer.tar.gz"
    shutil.copy(MODELS / model, MODELS / newer)
    shutil.copy(MODELS / f"{model}.sha256", MODELS / f"{newer}.sha256")
    statuses: list[int] = []
    slowest = 0.0
    swapped = asyncio.Event()
    async with httpx.AsyncClient(timeout=30, trust_env=False) as http:

        async def ask() -> None:
            nonlocal slowest
            while not swapped.is_set():
                started = time.perf_counter()
                answer = await http.post(f"{server.url}/model/parse", json={"text": "làm thẻ ở đâu"})
                slowest = max(slowest, time.perf_counter() - started)
                statuses.append(answer.status_code)

        askers = [asyncio.create_task(ask()) for _ in range(4)]
        answer = await http.post(f"{server.url}/model/swap", json={"model": newer})
        await asyncio.sleep(0.5)
        swapped.set()
        await asyncio.gather(*askers)
        assert answer.status_code == 200
        assert (await http.get(f"{server.url}/status")).json()["model"] == newer
    (MODELS / newer).unlink()
    (MODELS / f"{newer}.sha256").unlink()
    assert len(statuses) > 20
    assert set(statuses) == {200}
    assert slowest < 2


def test_servers_that_were_not_asked_follow_the_model_in_use(model: str, tmp_path: Path) -> None:
    """Several on one folder: whoever trains asks one of them to swap, and names the model for the others."""
    newer = "newer.tar.gz"
    for name in (model, newer):
        shutil.copy(MODELS / model, tmp_path / name)
        shutil.copy(MODELS / f"{model}.sha256", tmp_path / f"{name}.sha256")
    trainer = ModelTrainer(Settings(data_dir=tmp_path))
    (tmp_path / "models").symlink_to(tmp_path)
    with running_server(model, tmp_path) as first, running_server(model, tmp_path) as second:
        trainer.announce(newer)
        for server in (first, second):
            wait_until(lambda server=server: _find_model(server) == newer, within_s=60)
            assert _parse(server, "làm thẻ ở đâu").json()["intent"]["name"] == "place"
    os.utime(tmp_path / model)  # newer than the one in use, as one that was trained and refused is
    with running_server("", tmp_path) as started_again:
        assert _find_model(started_again) == newer


def test_a_model_whose_checksum_comes_later_is_taken_then(model: str, tmp_path: Path) -> None:
    """As where the folder is copied from another machine, file by file."""
    newer = "newer.tar.gz"
    shutil.copy(MODELS / model, tmp_path / model)
    shutil.copy(MODELS / f"{model}.sha256", tmp_path / f"{model}.sha256")
    with running_server(model, tmp_path) as server:
        (tmp_path / "current").write_bytes(b"\xff\xfe")
        shutil.copy(MODELS / model, tmp_path / newer)
        time.sleep(3)
        (tmp_path / "current").write_text(newer)
        time.sleep(12)  # it has tried
        assert _find_model(server) == model
        assert _parse(server, "làm thẻ ở đâu").status_code == 200
        shutil.copy(MODELS / f"{model}.sha256", tmp_path / f"{newer}.sha256")
        wait_until(lambda: _find_model(server) == newer, within_s=60)
        assert _parse(server, "làm thẻ ở đâu").json()["intent"]["name"] == "place"


def test_what_was_learnt_is_known_for_sure(model: str) -> None:
    """Both networks say so: one alone, reading features that it did not learn from, leaves half of the chance."""
    with running_server(model) as server:
        for intent, phrases in PHRASES.items():
            for phrase in phrases:
                found = _parse(server, phrase).json()["intent"]
                assert found["name"] == intent
                assert found["confidence"] > 0.9


def test_a_model_in_use_that_cannot_be_read_any_more_is_served_by_another(model: str, tmp_path: Path) -> None:
    """As after an upgrade: CURRENT still names what the version before had learnt."""
    shutil.copy(MODELS / model, tmp_path / model)
    shutil.copy(MODELS / f"{model}.sha256", tmp_path / f"{model}.sha256")
    old = b"of another layout"
    (tmp_path / "old.tar.gz").write_bytes(old)
    (tmp_path / "old.tar.gz.sha256").write_text(hashlib.sha256(old).hexdigest())
    (tmp_path / "current").write_text("old.tar.gz")
    with running_server("", tmp_path) as server:
        assert _find_model(server) == model
        assert _parse(server, "làm thẻ ở đâu").json()["intent"]["name"] == "place"


def _find_model(server: RunningServer) -> str:
    return str(httpx.get(f"{server.url}/status", timeout=5, trust_env=False).json()["model"])


def test_a_killed_worker_comes_back(model: str) -> None:
    with running_server(model) as server:
        pid = httpx.get(f"{server.url}/status", trust_env=False).json()["worker_pid"]
        os.kill(pid, signal.SIGKILL)
        wait_until(lambda: not is_running(pid) or not is_ready(server.url), within_s=5)
        wait_until(lambda: is_ready(server.url), within_s=40)
        assert _parse(server, "làm thẻ ở đâu").status_code == 200


def test_the_worker_does_not_outlive_a_killed_server(model: str) -> None:
    with running_server(model) as server:
        pid = httpx.get(f"{server.url}/status", trust_env=False).json()["worker_pid"]
        server.process.kill()
        server.process.wait(5)
        wait_until(lambda: not is_running(pid), within_s=10)
