"""The processes of a retraining: one trains, one serves the candidate while it is judged; then it is swapped in.

They get a folder and no secret. Both give way to what answers citizens (nice).
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import yaml

from bot.environments import prepare_understanding_environment
from bot.settings import PROJECT_ROOT, Settings
from bot.understanding.rasa import open_http
from bot.understanding_process import free_port, understanding_command, understanding_environ

LOADS_WITHIN_S = 90.0
SWAPS_WITHIN_S = 120.0
_NICE = ("nice", "-n", "10")


class TrainingFailed(RuntimeError):
    """The model could not be trained, loaded or swapped in. `args[0]`: why, in Vietnamese."""


class ModelTrainer:
    """Trains models into the folder that the understanding server reads, and has it take them over."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def export(self, phrasings: Mapping[str, tuple[str, ...]], fingerprint: str) -> Path:
        """Write what is to be learned to a folder shaped as data/, and return it."""
        folder = self.folder_of(fingerprint)
        file = folder / "nlu" / "phrasings.yml"
        file.parent.mkdir(parents=True, exist_ok=True)
        entries = [
            {"intent": name, "examples": "".join(f"- {text}\n" for text in texts)}
            for name, texts in phrasings.items()
        ]
        unfinished = file.with_suffix(".part")
        unfinished.write_text(yaml.safe_dump({"nlu": entries}, allow_unicode=True), encoding="utf-8")
        unfinished.replace(file)
        return folder

    def folder_of(self, fingerprint: str) -> Path:
        """Return the folder that these phrasings are exported to."""
        return self._settings.models_dir / "training" / fingerprint

    def keep(self, model: str) -> None:
        """Keep a model's file through the next training, which forgets the oldest."""
        file = self._settings.models_dir / model
        if file.exists():
            file.touch()

    async def train(self, data: Path) -> str:
        """Return the name of the model for a folder of data, training it where it is not there yet.

        Raises:
            TrainingFailed: see var/logs/train.log.
        """
        python = await asyncio.to_thread(prepare_understanding_environment)
        command = [
            *(*_NICE, str(python), "-W", "ignore", "-m", "nlu", "train"),
            *("--data", str(data), "--out", str(self._settings.models_dir)),
        ]
        async with self._process(command, log="train.log") as process:
            told, _ = await process.communicate()
        lines = [line for line in told.decode().splitlines() if line.startswith("{")]
        if process.returncode != 0 or not lines or "model" not in (last := json.loads(lines[-1])):
            raise TrainingFailed("Học không thành công. Xem train.log trong thư mục nhật ký.")
        return str(last["model"])

    @asynccontextmanager
    async def serving(self, model: str) -> AsyncIterator[str]:
        """Give the address of a server of our own with a model, while the block runs.

        Raises:
            TrainingFailed: it did not load the model in time.
        """
        url = f"http://127.0.0.1:{free_port()}"
        command = [*_NICE, *understanding_command(self._settings, model, url=url)]
        async with self._process(command, log="candidate.log") as process:
            try:
                async with asyncio.timeout(LOADS_WITHIN_S):
                    while await self.find_served(url) != model:
                        if process.returncode is not None:
                            raise TrainingFailed("Mô hình mới không chạy được.")
                        await asyncio.sleep(0.2)
            except TimeoutError as error:
                raise TrainingFailed("Mô hình mới không chạy được.") from error
            yield url

    async def find_served(self, url: str = "") -> str | None:
        """Return the model that a server answers with, ours where none is named; None where it answers nothing."""
        try:
            async with open_http(url or self._settings.nlu_url, timeout_s=2) as http:
                status = (await http.get("/status")).json()
                return str(status["model"]) if status.get("ready") else None
        except (httpx.HTTPError, OSError, ValueError, KeyError, AttributeError):  # whatever answers there
            return None

    async def swap(self, model: str) -> None:
        """Have the understanding server load a model beside the one it has, and hand over to it.

        Raises:
            TrainingFailed: it did not take it; the one it had goes on answering.
        """
        try:
            async with open_http(self._settings.nlu_url, timeout_s=SWAPS_WITHIN_S) as http:
                answer = await http.post("/model/swap", json={"model": model})
        except (httpx.HTTPError, OSError) as error:
            raise TrainingFailed("Máy chủ hiểu câu không trả lời, nên chưa thay được mô hình.") from error
        if answer.status_code != httpx.codes.OK:
            raise TrainingFailed("Máy chủ hiểu câu không nạp được mô hình mới; vẫn dùng mô hình cũ.")

    def announce(self, model: str) -> None:
        """Name the model in use, for the understanding servers that were not asked to swap (nlu/serve.py)."""
        file = self._settings.models_dir / "current"
        if not file.exists() or file.read_text() != model:
            unfinished = file.with_suffix(".part")
            unfinished.write_text(model)
            unfinished.replace(file)

    @asynccontextmanager
    async def _process(self, command: list[str], *, log: str) -> AsyncIterator[asyncio.subprocess.Process]:
        path = self._settings.data_dir / "logs" / log
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as stream:
            process = await asyncio.create_subprocess_exec(
                *command,
                cwd=PROJECT_ROOT,
                env=understanding_environ(),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE if log == "train.log" else stream,
                stderr=stream,
            )
        try:
            yield process
        finally:
            if process.returncode is None:
                process.terminate()
                try:
                    await asyncio.wait_for(process.wait(), 5)
                except TimeoutError:
                    process.kill()
                    await process.wait()
