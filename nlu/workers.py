"""The front's view of a worker process: start it, ask it, know when it is gone."""

from __future__ import annotations

import asyncio
import json
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any, Dict, Optional

LOADS_WITHIN_S = 60.0
DRAINS_WITHIN_S = 10.0
LONGEST_ANSWER_BYTES = 1024 * 1024
_ROOT = Path(__file__).resolve().parent.parent


class ModelNotLoaded(RuntimeError):
    """The process could not load the model."""


class WorkerGone(RuntimeError):
    """The process ended before it answered."""


class Worker:
    """One process with one model. Answers come in the order they are ready."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._waiting: Dict[int, "asyncio.Future[Dict[str, Any]]"] = {}
        self._next_id = 0
        self._reader: Optional["asyncio.Task[None]"] = None

    @classmethod
    async def start(cls, model: Path) -> "Worker":
        """Start a process, and return when its model has answered.

        Raises:
            ModelNotLoaded: it has not, or not in time.
        """
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-W", "ignore", "-m", "nlu.worker", str(model.resolve())),
            cwd=_ROOT,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            limit=LONGEST_ANSWER_BYTES,
        )
        worker = cls(process)
        try:
            assert process.stdout is not None
            first = await asyncio.wait_for(process.stdout.readline(), LOADS_WITHIN_S)
            told = json.loads(first) if first else {"error": "ended"}
        except (asyncio.TimeoutError, ValueError):
            told = {"error": "no answer"}
        except asyncio.CancelledError:
            await worker.end(now=True)
            raise
        if not told.get("ready"):
            await worker.end(now=True)
            raise ModelNotLoaded(f"{model.name}: {told.get('error')}")
        worker._reader = asyncio.ensure_future(worker._read())
        return worker

    @property
    def pid(self) -> int:
        """The process's number."""
        return self._process.pid

    @property
    def is_gone(self) -> bool:
        """Tell whether it can no longer answer."""
        return self._process.returncode is not None or self._reader is None or self._reader.done()

    async def wait_until_gone(self) -> None:
        """Return when the process has ended."""
        await self._process.wait()

    async def parse(self, text: str) -> Dict[str, Any]:
        """Return what the model makes of a text.

        Raises:
            WorkerGone: the process ended before it answered.
        """
        if self.is_gone or self._process.stdin is None or self._process.stdin.is_closing():
            raise WorkerGone
        self._next_id += 1
        number = self._next_id
        answer: "asyncio.Future[Dict[str, Any]]" = asyncio.get_running_loop().create_future()
        self._waiting[number] = answer
        try:
            self._process.stdin.write(json.dumps({"id": number, "text": text}).encode() + b"\n")
            await self._process.stdin.drain()
            return await answer
        except ConnectionError as error:
            raise WorkerGone from error
        finally:
            self._waiting.pop(number, None)

    async def end(self, *, now: bool) -> None:
        """End the process: at once, or when everything asked of it is answered."""
        if not now:
            with suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self._drain(), DRAINS_WITHIN_S)
        with suppress(ProcessLookupError):
            self._process.terminate()
        try:
            await asyncio.wait_for(self._process.wait(), 1)
        except asyncio.TimeoutError:
            self._process.kill()
            await self._process.wait()
        if self._reader is not None:
            self._reader.cancel()
            with suppress(asyncio.CancelledError):
                await self._reader

    async def _drain(self) -> None:
        await asyncio.gather(*self._waiting.values(), return_exceptions=True)

    async def _read(self) -> None:
        assert self._process.stdout is not None
        try:
            async for line in self._process.stdout:
                answer = json.loads(line)
                waiting = self._waiting.get(answer.pop("id", 0))
                if waiting is not None and not waiting.done():
                    waiting.set_result(answer)
        finally:
            for waiting in self._waiting.values():
                if not waiting.done():
                    waiting.set_exception(WorkerGone())
