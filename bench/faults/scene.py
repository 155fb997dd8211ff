"""A place to break things in: a PostgreSQL of its own, the stand-in for Telegram, and processes that come back."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import psutil
from pydantic import SecretStr
from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from bench.broadcast import daytime
from bench.faults.chaos_proxy import ChaosProxy, chaos_proxy
from bench.invented_readers import approve_broadcast, invent_readers
from bench.processes import process
from bot.broadcasts.release import plan_approved, release_planned
from bot.clock import read_clock
from bot.delivery.queue import DeliveryQueue
from bot.delivery.sweep import sweep_deliveries
from bot.settings import PROJECT_ROOT, Settings
from bot.storage.data_keys import open_cipher
from bot.storage.database import Database
from bot.storage.embedded import ROLE, EmbeddedServer
from bot.storage.migrate import migrate
from bot.understanding_process import free_port

SECRET = "faults-secret"
RATE = 300
"""Messages a second in the scene: enough for much to be on its way when something breaks."""


@dataclass(slots=True)
class Supervised:
    """A process that is started again when it dies, as systemd does."""

    command: list[str]
    environ: dict[str, str]
    process: subprocess.Popen[bytes] | None = None
    kills: int = 0
    is_ending: bool = False

    def ensure(self) -> None:
        """Start it where it does not run."""
        if not self.is_ending and (self.process is None or self.process.poll() is not None):
            self.process = subprocess.Popen(
                self.command,
                cwd=PROJECT_ROOT,
                env=self.environ,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )

    def kill(self) -> None:
        """Kill it in the middle of whatever it does."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()
            self.kills += 1

    def kill_children(self) -> None:
        """Kill what it started, but not itself."""
        if self.process is not None and self.process.poll() is None:
            for child in psutil.Process(self.process.pid).children(recursive=True):
                child.kill()
            self.kills += 1

    def end(self) -> None:
        """End it for good."""
        self.is_ending = True
        if self.process is not None:
            self.process.terminate()
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(10)
            self.process.kill()
            self.process.wait()


@dataclass(slots=True)
class Scene:
    """What a case works with. `settings`: of the database as it is, past any proxy."""

    settings: Settings
    server: EmbeddedServer
    sink: str
    environ: dict[str, str]
    running: list[Supervised] = field(default_factory=list)

    def start(self, *module: str, **environ: str) -> Supervised:
        """Run `python -m bot` a command under supervision."""
        return self.run([sys.executable, "-m", "bot", *module], self.environ | environ)

    def run(self, command: list[str], environ: dict[str, str]) -> Supervised:
        """Run anything under supervision."""
        supervised = Supervised(command, environ)
        supervised.ensure()
        self.running.append(supervised)
        return supervised

    async def invent_broadcast(self, count: int) -> None:
        """Write a broadcast to `count` invented people, ready to be let out."""
        database = Database(self.settings.database_url)
        try:
            await invent_readers(database, first=1, last=count)
            await approve_broadcast(database)
            await plan_approved(database, read_clock())
        finally:
            await database.close()

    async def send_all(
        self, *, within_s: float, break_things: Callable[[float], object] = lambda _: None
    ) -> float:
        """Let the broadcast out as the timetable does until every message is settled.

        `break_things` is called every quarter of a second with the seconds since the first message was handed to
        Telegram. Returns those seconds.
        """
        database = Database(self.settings.database_url)
        queue = DeliveryQueue(self.settings.database_url)
        started: float | None = None
        try:
            async with asyncio.timeout(within_s):
                while True:
                    for supervised in self.running:
                        supervised.ensure()
                    if started is not None:
                        break_things(time.monotonic() - started)
                    elif await self.count_calls():
                        started = time.monotonic()
                    with suppress(SQLAlchemyError, OSError):
                        await release_planned(database, queue, daytime(), paces=self.settings.paces)
                        await sweep_deliveries(database, queue, read_clock())
                        if await _is_settled(database):
                            return time.monotonic() - (started or time.monotonic())
                    await asyncio.sleep(0.25)
        finally:
            await database.close()

    async def read_ledger(self) -> list[tuple[float, str]]:
        """Return the phones that rang, and when."""
        async with httpx.AsyncClient(timeout=30, trust_env=False) as http:
            return list((await http.get(f"{self.sink}/ledger")).json())

    async def count_calls(self) -> int:
        """Return how often a message was handed to Telegram, taken or refused."""
        async with httpx.AsyncClient(timeout=5, trust_env=False) as http:
            return int((await http.get(f"{self.sink}/count")).json().get("sendMessage", 0))

    async def wait_until_alive(self, port: int) -> None:
        """Return once a web process answers."""
        async with asyncio.timeout(60), httpx.AsyncClient(timeout=1, trust_env=False) as http:
            while True:
                with suppress(httpx.HTTPError):
                    (await http.get(f"http://127.0.0.1:{port}/healthz")).raise_for_status()
                    return
                await asyncio.sleep(0.1)

    async def refuse(self, *, code: int, times: int, retry_after: float | None = None) -> None:
        """Let Telegram refuse the next messages."""
        fault = {"code": code, "times": times} | ({"retry_after": retry_after} if retry_after else {})
        async with httpx.AsyncClient(timeout=5, trust_env=False) as http:
            await http.post(f"{self.sink}/fault", json=fault)

    @asynccontextmanager
    async def spoiled_database(self) -> AsyncIterator[tuple[ChaosProxy, str]]:
        """Put a proxy before PostgreSQL; give it, and the address that goes through it."""
        own = make_url(self.settings.database_url.get_secret_value())
        socket_path = f"{own.query['host']}/.s.PGSQL.{own.port or 5432}"
        async with chaos_proxy(lambda: asyncio.open_unix_connection(socket_path)) as proxy:
            spoiled = own.set(host="127.0.0.1", port=proxy.port, query={})
            yield proxy, spoiled.render_as_string(hide_password=False)


class SmallDiskMissing(Exception):
    """A small disk can be mounted only by root."""


@contextmanager
def make_scene(*, disk_mb: int | None = None) -> Iterator[Scene]:
    """Set everything up while the block runs. `disk_mb`: on a disk in memory that is no larger.

    Raises:
        SmallDiskMissing: there is none to be had.
    """
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="troly06-faults-")))
        if disk_mb is not None:
            stack.enter_context(_small_disk(folder, disk_mb))
        server = EmbeddedServer(folder / "postgres")
        stack.callback(server.stop)
        server.apply_settings()
        server.create_roles()
        server.create_database()
        migrate(server.owner_url(), role=ROLE)
        port = free_port()
        sink = f"http://127.0.0.1:{port}"
        stack.enter_context(process(["bench.telegram_sink", str(port), "20"], f"{sink}/count"))
        given = {
            "DATABASE_URL": server.url().get_secret_value(),
            "DATA_DIR": str(folder),
            "TELEGRAM_BOT_TOKEN": "6:FAULTS",
            "TELEGRAM_API_BASE": sink,
            "TELEGRAM_WEBHOOK_SECRET": SECRET,
            "TELEGRAM_PER_SECOND": str(RATE),
            "LOG_LEVEL": "ERROR",
        }
        settings = Settings(
            database_url=server.url(),
            database_owner_url=server.owner_url(),
            data_dir=folder,
            telegram_per_second=RATE,
            telegram_webhook_secret=SecretStr(SECRET),
        )
        open_cipher(settings, create=True)
        scene = Scene(settings=settings, server=server, sink=sink, environ={**os.environ, **given})
        try:
            yield scene
        finally:
            for supervised in scene.running:
                supervised.end()


@contextmanager
def _small_disk(folder: Path, size_mb: int) -> Iterator[None]:
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size_mb}m,mode=755", "tmpfs", str(folder)],
        check=False,
        capture_output=True,
    )
    if mounted.returncode != 0:
        raise SmallDiskMissing
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=False)


async def _is_settled(database: Database) -> bool:
    async with database.begin() as tx:
        query = text("SELECT 1 FROM deliveries WHERE state IN ('held', 'waiting', 'claimed') LIMIT 1")
        return (await tx.execute(query)).first() is None
