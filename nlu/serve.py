"""The understanding server: a light front on loopback or on a socket file, and one process that holds the model.

A new model is loaded in a second process beside the first and takes over when it has answered, so no request
waits for a swap. A process that dies is started again. Texts are never logged.

Of several servers on one folder of models the trainer asks one to swap; the others read in the file CURRENT which
model was taken, and follow.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import re
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import List, Optional

from aiohttp import web

from nlu.workers import ModelNotLoaded, Worker, WorkerGone

MAX_BODY_BYTES = 16 * 1024
MAX_TEXT = 2_000
_MODEL_NAME = re.compile(r"[\w-]{1,100}\.tar\.gz")
_LONGEST_PAUSE_S = 10.0
CURRENT = "current"
"""The file in the folder of models that names the one in use; whoever trains writes it."""
_LOOKS_EVERY_S = 2.0
_LONGEST_LOOK_PAUSE_S = 60.0
"""Trying to load a model takes seconds of processor time."""

log = logging.getLogger("nlu.serve")


class Server:
    """Keeps one worker running and swaps it for one with a newer model.

    `passes_over`: what CURRENT may name without being followed; None: only `model` itself.
    """

    def __init__(self, models: Path, model: str, *, passes_over: Optional[str] = None) -> None:
        self._models = models
        self._model = model
        self._settled = passes_over or model
        self._worker: Optional[Worker] = None
        self._swapping = asyncio.Lock()
        self._ended = asyncio.Event()
        self._keepers: list["asyncio.Task[None]"] = []
        self._ending: Optional["asyncio.Task[None]"] = None
        self._since = time.time()
        self._parses = 0

    def routes(self) -> web.Application:
        """Build the web application."""
        application = web.Application(client_max_size=MAX_BODY_BYTES)
        application.add_routes(
            [
                web.get("/healthz", self._healthz),
                web.get("/status", self._status),
                web.post("/model/parse", self._parse),
                web.post("/model/swap", self._swap),
            ]
        )
        application.on_startup.append(self._start)
        application.on_cleanup.append(self._stop)
        return application

    async def _start(self, _: web.Application) -> None:
        self._keepers = [asyncio.ensure_future(work) for work in (self._keep(), self._follow())]

    async def _stop(self, _: web.Application) -> None:
        for keeper in self._keepers:
            keeper.cancel()
            with suppress(asyncio.CancelledError):
                await keeper
        if self._worker is not None:
            await self._worker.end(now=True)

    async def _keep(self) -> None:
        """Start the worker again whenever it has ended, waiting longer each time it cannot start."""
        pause_s = 0.2
        while True:
            if self._worker is None or self._worker.is_gone:
                async with self._swapping:
                    try:
                        self._worker = await Worker.start(self._models / self._model)
                        pause_s = 0.2
                        log.info("model %s is loaded", self._model)
                    except (ModelNotLoaded, OSError) as error:
                        log.error("model %s is not loaded: %s", self._model, error)
                        self._fall_back()
            if self._worker is not None and not self._worker.is_gone:
                await self._worker.wait_until_gone()
                log.warning("the worker has ended")
            await asyncio.sleep(pause_s)
            pause_s = min(pause_s * 2, _LONGEST_PAUSE_S)

    def _fall_back(self) -> None:
        """Try the newest other model next: the one in use may be of before an upgrade, which cannot read it.

        What CURRENT names is still taken as soon as it can be loaded.
        """
        others = [path.name for path in _list_newest_first(self._models) if path.name != self._model]
        if others:
            self._model, self._settled = others[0], ""

    async def _follow(self) -> None:
        """Take over the model that CURRENT names, each time it comes to name another one."""
        pause_s = _LOOKS_EVERY_S
        while True:
            await asyncio.sleep(pause_s)
            try:
                await self._look()
                pause_s = _LOOKS_EVERY_S
            except Exception as error:  # noqa: BLE001 -- whatever it is, the next look may find it mended
                pause_s = min(pause_s * 2, _LONGEST_LOOK_PAUSE_S)
                log.error("the model in use is not taken, again in %d s: %r", pause_s, error)

    async def _look(self) -> None:
        named = _read_current(self._models)
        if named is None or named == self._settled or not (self._models / named).exists():
            return  # or not there yet: copied to this machine a moment later
        if named != self._model:
            await self._take(named)
        self._settled = named  # only now: what did not load (its checksum comes later) is tried again

    async def _take(self, name: str) -> None:
        """Load a model beside the one in use, and hand over to it."""
        async with self._swapping:
            newer = await Worker.start(self._models / name)
            older, self._worker, self._model, self._since = self._worker, newer, name, time.time()
        log.info("model %s has taken over", name)
        if older is not None:
            self._ending = asyncio.ensure_future(older.end(now=False))

    async def _healthz(self, _: web.Request) -> web.Response:
        return web.Response(text="ok")

    async def _status(self, _: web.Request) -> web.Response:
        worker = self._worker
        ready = worker is not None and not worker.is_gone
        return web.json_response(
            {
                "ready": ready,
                "model": self._model,
                "since": self._since,
                "parses": self._parses,
                "worker_pid": worker.pid if worker is not None and ready else None,
            }
        )

    async def _parse(self, request: web.Request) -> web.Response:
        try:
            text = (await request.json())["text"]
        except (ValueError, KeyError, TypeError):
            return web.json_response({"error": "a JSON object with text is expected"}, status=400)
        if not isinstance(text, str) or len(text) > MAX_TEXT:
            return web.json_response({"error": f"text of at most {MAX_TEXT} characters is expected"}, status=400)
        for _attempt in range(2):  # a worker that was just swapped out hands its callers to the next
            worker = self._worker
            if worker is None or worker.is_gone:
                break
            try:
                answer = await worker.parse(text)
                self._parses += 1
                return web.json_response(answer)
            except WorkerGone:
                await asyncio.sleep(0)
        return web.json_response({"error": "no model is loaded"}, status=503)

    async def _swap(self, request: web.Request) -> web.Response:
        try:
            name = (await request.json())["model"]
        except (ValueError, KeyError, TypeError):
            return web.json_response({"error": "a JSON object with model is expected"}, status=400)
        if not isinstance(name, str) or not _MODEL_NAME.fullmatch(name):
            return web.json_response({"error": "the name of a model file is expected"}, status=400)
        try:
            await self._take(name)
        except ModelNotLoaded as error:
            return web.json_response({"error": str(error), "model": self._model}, status=409)
        return web.json_response({"model": name})


def run(arguments: argparse.Namespace) -> int:
    """Serve until told to stop."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    model = arguments.model or _find_wanted(arguments.models)
    if model is None:
        print(f"Không có mô hình nào trong {arguments.models}. Chạy: python -m nlu train", file=sys.stderr)
        return 1
    if not _MODEL_NAME.fullmatch(model):
        print("--model là tên tệp trong thư mục --models.", file=sys.stderr)
        return 2
    # Whoever names a model wants that one, until CURRENT comes to name another.
    passes_over = _read_current(arguments.models) if arguments.model else None
    asyncio.run(_serve(Server(arguments.models, model, passes_over=passes_over), arguments))
    return 0


async def _serve(server: Server, arguments: argparse.Namespace) -> None:
    stopping = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, stopping.set)
    runner = web.AppRunner(server.routes(), access_log=None, shutdown_timeout=1)
    await runner.setup()
    if arguments.socket is not None:
        # What may call is who may open the file: its folder says so. A file left by a killed server is replaced.
        arguments.socket.unlink(missing_ok=True)
        await web.UnixSite(runner, str(arguments.socket)).start()
        arguments.socket.chmod(0o660)
    else:
        await web.TCPSite(runner, arguments.host, arguments.port).start()
    await stopping.wait()
    await runner.cleanup()


def _read_current(models: Path) -> Optional[str]:
    try:
        name = (models / CURRENT).read_text().strip()
    except (OSError, UnicodeDecodeError):
        return None
    return name if _MODEL_NAME.fullmatch(name) else None


def _find_wanted(models: Path) -> Optional[str]:
    """Return the model that is in use; before the first is, the newest: a newer one may have been refused."""
    current = _read_current(models)
    if current is not None and (models / current).exists():
        return current
    found = _list_newest_first(models)
    return found[0].name if found else None


def _list_newest_first(models: Path) -> List[Path]:
    return sorted(models.glob("*.tar.gz"), key=lambda path: path.stat().st_mtime, reverse=True)
