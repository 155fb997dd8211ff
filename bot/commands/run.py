"""`run`: everything on one machine, started in order, watched, and ended together."""

from __future__ import annotations

import asyncio
import fcntl
import os
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import IO

import httpx
import structlog
from rich.console import Console
from rich.panel import Panel

from bot.commands.applications import seed_invented_once
from bot.commands.part import Part
from bot.commands.played import Played, list_environ, plan_played
from bot.commands.prepare import (
    Ground,
    TrainingFailed,
    prepare_database,
    train_if_changed,
)
from bot.commands.seed import seed_all
from bot.commands.staff import ensure_first_administrator_password
from bot.commands.standins import BOT, OA, TELEGRAM
from bot.demo import load_demo_applications
from bot.environments import PythonMissing
from bot.log import set_up_logging
from bot.settings import DATA, PROJECT_ROOT, Settings
from bot.storage.encryption import KeyUnusable
from bot.storage.roles import Narrow
from bot.understanding_process import (
    find_port_for_understanding,
    is_free,
    understanding_command,
    understanding_environ,
)

STOP_WITHIN_S = 5.0
READY_WITHIN_S = 300.0
"""Long: the first start of a slow or busy machine builds the search index too, and giving up helps nobody."""
_LONGEST_PAUSE_S = 15.0
_MESSENGERS = {OA: "Zalo OA", BOT: "Zalo Bot", TELEGRAM: "Telegram"}

log = structlog.get_logger()


def run_everything(settings: Settings, console: Console) -> int:
    """Run until Ctrl-C. Return the exit code of the command."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    lock = _take_lock(settings.data_dir / "run.lock")
    if lock is None:
        console.print(
            f"Trợ lý 06 đang chạy rồi, ở {settings.base_url}. Muốn chạy lại thì dừng bản kia trước (Ctrl-C)."
        )
        return 1
    if not is_free(settings.host, settings.port):
        console.print(f"Cổng {settings.port} đang có chương trình khác dùng. Chọn cổng khác: PORT=8001 make run")
        return 1
    settings = find_port_for_understanding(settings)
    set_up_logging("WARNING", file=settings.data_dir / "logs" / "run.log")
    started = time.monotonic()
    with lock:
        try:
            with console.status("Mở cơ sở dữ liệu"):
                ground = prepare_database(settings)
        except OSError as error:
            console.print(f"Không mở được cơ sở dữ liệu: {error}")
            return 1
        except KeyUnusable as error:
            console.print(str(error), highlight=False)
            return 1
        try:
            with console.status("Nạp câu trả lời và dữ liệu thử"):
                asyncio.run(seed_all(ground.settings))
            seed_invented_once(ground.settings, count=settings.demo_applications)
            model = train_if_changed(ground.settings, console)
            played = plan_played(ground.settings, console)
            parts = [*played.parts, *_list_parts(played.settings, model, ground)]
            return asyncio.run(_Supervisor(parts, played, console).run(since=started))
        except (PythonMissing, TrainingFailed) as error:
            console.print(str(error))
            return 1
        except KeyboardInterrupt:
            return 130
        finally:
            ground.close()


def _list_parts(settings: Settings, model: Path, ground: Ground) -> list[Part]:
    own = {
        **os.environ,
        "DATABASE_URL": settings.database_url.get_secret_value(),
        "DATA_DIR": str(settings.data_dir),
        "PORT": str(settings.port),
        "NLU_URL": settings.nlu_url,
        **list_environ(settings),
    }
    bot = [sys.executable, "-m", "bot"]
    return [
        Part(
            "understanding",
            understanding_command(settings, model.name, url=settings.nlu_url),
            understanding_environ(),
            goes_first=True,
        ),
        Part("web", [*bot, "serve"], own),
        Part(
            "deliver",
            [*bot, "deliver"],
            {**own, "DATABASE_URL": ground.url_for(Narrow.DELIVER).get_secret_value()},
        ),
        Part("schedule", [*bot, "schedule"], own),
    ]


class _Supervisor:
    """Keeps every part running, and ends all of them at once."""

    def __init__(self, parts: list[Part], played: Played, console: Console) -> None:
        self._parts = parts
        self._played = played
        self._settings = played.settings
        self._console = console
        self._stopping = asyncio.Event()

    async def run(self, *, since: float) -> int:
        loop = asyncio.get_running_loop()
        for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(name, self._stopping.set)
        keepers = [asyncio.create_task(self._keep(part)) for part in self._parts if part.goes_first]
        try:
            with self._console.status("Khởi động"):
                await self._played.connect()
                keepers += [asyncio.create_task(self._keep(part)) for part in self._parts if not part.goes_first]
                ready = await self._wait_until_ready()
            if ready:
                # Made at the last moment: one that was made before a start that failed would never be seen.
                password = await ensure_first_administrator_password(self._settings)
                self._console.print(_welcome(self._played, password, seconds=time.monotonic() - since))
                await self._stopping.wait()
                self._console.print("Đang dừng...")
            elif not self._stopping.is_set():
                self._console.print(f"Không khởi động được. Xem {self._settings.data_dir / 'logs'}.")
            return 0 if ready else 1
        finally:
            self._stopping.set()
            await asyncio.gather(*keepers, return_exceptions=True)

    async def _keep(self, part: Part) -> None:
        """Start a part again whenever it ends by itself, waiting longer each time it ends soon."""
        pause_s = 0.5
        while not self._stopping.is_set():
            began = time.monotonic()
            await self._start(part)
            assert part.process is not None
            ended = asyncio.create_task(part.process.wait())
            stopping = asyncio.create_task(self._stopping.wait())
            await asyncio.wait({ended, stopping}, return_when=asyncio.FIRST_COMPLETED)
            stopping.cancel()
            if self._stopping.is_set():
                await _end(part.process)
                return
            log.warning("run.part_ended", part=part.name, code=part.process.returncode)
            pause_s = 0.5 if time.monotonic() - began > 30 else min(pause_s * 2, _LONGEST_PAUSE_S)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), pause_s)

    async def _start(self, part: Part) -> None:
        path = self._settings.data_dir / "logs" / f"{part.name}.log"
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("ab") as stream:
            part.process = await asyncio.create_subprocess_exec(
                *part.command,
                cwd=PROJECT_ROOT,
                env=part.environ,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=stream,
                stderr=stream,
                # A group of its own: Ctrl-C reaches only us, and we end the parts in order.
                start_new_session=True,
            )

    async def _wait_until_ready(self) -> bool:
        deadline = time.monotonic() + READY_WITHIN_S
        async with httpx.AsyncClient(trust_env=False, timeout=1) as http:
            while time.monotonic() < deadline and not self._stopping.is_set():
                with suppress(httpx.HTTPError, ValueError, KeyError):
                    if (await http.get(f"{_local_url(self._settings)}/readyz")).json()["status"] == "ready":
                        return True
                await asyncio.sleep(0.1)
            with suppress(httpx.HTTPError):
                # Without Rasa the assistant still answers: that is worth starting for.
                return (await http.get(f"{_local_url(self._settings)}/readyz")).status_code == 200
        return False


async def _end(process: asyncio.subprocess.Process) -> None:
    with suppress(ProcessLookupError):
        process.terminate()
    try:
        await asyncio.wait_for(process.wait(), STOP_WITHIN_S)
    except TimeoutError:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()


def _take_lock(path: Path) -> IO[str] | None:
    """Return the lock of this folder, None where another run holds it; it goes with the process."""
    lock = path.open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        return None
    return lock


def _local_url(settings: Settings) -> str:
    return f"http://{settings.host}:{settings.port}"


def _welcome(played: Played, password: str | None, *, seconds: float) -> Panel:
    settings = played.settings
    demo = load_demo_applications(DATA / "demo" / "applications.yml")[0]
    lines = [
        f"Trò chuyện   [b]{settings.base_url}/[/b]",
        f"Trang cán bộ [b]{settings.base_url}/console[/b]",
    ]
    if password is not None:
        lines.append("             tên admin@troly06.local")
        lines.append(f"             mật khẩu [b]{password}[/b] (chỉ hiện lần này)")
    if played.messengers:
        names = ", ".join(_MESSENGERS[name] for name in played.messengers)
        lines.append(f"Điện thoại   [b]{played.url}/[/b] đóng vai người dân trên {names}")
    is_on = {
        OA: bool(settings.zalo_app_id),
        BOT: bool(settings.zalo_bot_token.get_secret_value()),
        TELEGRAM: bool(settings.telegram_bot_token.get_secret_value()),
    }
    for name, title in _MESSENGERS.items():
        if name not in played.messengers:
            lines.append(f"{title:<12} {'bật' if is_on[name] else 'tắt (xem README)'}")
    lines += [
        "",
        "Hỏi thử      [b]doi the can cuoc het bao nhieu tien[/b]",
        f"Tra thử      hồ sơ giả [b]{demo['code']}[/b], 4 số cuối [b]{demo['id_number'][-4:]}[/b]",
        "",
        f"Khởi động xong sau {seconds:.0f} giây. Nhật ký ở {settings.data_dir / 'logs'}. Ctrl-C để dừng.",
    ]
    return Panel("\n".join(lines), title="Trợ lý 06", border_style="green", expand=False)
