"""What every command needs before it starts: a database with today's schema and content, and a model."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pydantic import SecretStr
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from sqlalchemy.engine import make_url

from bot.environments import prepare_understanding_environment
from bot.settings import PROJECT_ROOT, Settings
from bot.storage.data_keys import open_cipher
from bot.storage.embedded import ROLE, EmbeddedServer
from bot.storage.migrate import migrate
from bot.storage.roles import Narrow, name_role
from bot.understanding_process import free_port, serves, understanding_command, understanding_environ

UNDERSTANDING_START_S = 40.0


class TrainingFailed(RuntimeError):
    """The understanding model could not be trained; its log says why."""


class UnderstandingNotStarted(RuntimeError):
    """The understanding server did not become ready in time; its log says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What is ready: settings that point at a migrated database, and the embedded server if there is one."""

    settings: Settings
    server: EmbeddedServer | None

    def url_for(self, narrow: Narrow) -> SecretStr:
        """Return the address for a process that needs less; on a server of somebody else its roles are theirs."""
        own = self.settings.database_url
        return self.server.url(role=name_role(ROLE, narrow)) if self.server is not None else own

    def close(self) -> None:
        """Stop the embedded server, unless another process still uses it."""
        if self.server is not None:
            self.server.stop()


def prepare_database(settings: Settings) -> Ground:
    """Return settings with a database that has today's schema, starting the embedded server where none is set.

    Raises:
        KeyUnusable: the data key is missing, or is not this database's.
    """
    server = None
    if not settings.database_url.get_secret_value():
        server = EmbeddedServer(settings.data_dir / "postgres")
        server.apply_settings()
        server.create_database()
        server.create_roles()
        settings = settings.model_copy(
            update={"database_url": server.url(), "database_owner_url": server.owner_url()}
        )
    _migrate(settings)
    open_cipher(settings, create=server is not None)
    return Ground(settings=settings, server=server)


def _migrate(settings: Settings) -> None:
    if settings.database_owner_url.get_secret_value():
        role = make_url(settings.database_url.get_secret_value()).username
        migrate(settings.database_owner_url, role=role)
    else:
        migrate(settings.database_url)


def train_if_changed(settings: Settings, console: Console) -> Path:
    """Return the model file for today's training data, training it first where its inputs changed.

    Raises:
        TrainingFailed: see var/logs/train.log.
    """
    python = prepare_understanding_environment()
    log = settings.data_dir / "logs" / "train.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    command = [str(python), "-m", "nlu", "train", "--out", str(settings.models_dir)]
    with (
        Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            TimeElapsedColumn(),
            console=console,
            transient=True,
        ) as progress,
        log.open("w") as errors,
        subprocess.Popen(command, cwd=PROJECT_ROOT, stdout=subprocess.PIPE, stderr=errors, text=True) as process,
    ):
        assert process.stdout is not None
        task = progress.add_task("Kiểm tra mô hình hiểu tiếng Việt", total=None)
        model = None
        for line in process.stdout:
            try:
                told = json.loads(line)
            except ValueError:
                continue
            if "model" in told:
                model = settings.models_dir / Path(told["model"]).name
            if "step" in told:
                progress.update(
                    task,
                    description="Huấn luyện mô hình hiểu tiếng Việt",
                    completed=told.get("done", 0),
                    total=told.get("of"),
                )
    if process.returncode != 0 or model is None:
        raise TrainingFailed(f"Huấn luyện không thành công, xem {log}")
    return model


@contextmanager
def understanding_server(settings: Settings, model: Path) -> Iterator[str]:
    """Give the address of an understanding server with a model: one that runs already, else one of our own.

    Raises:
        UnderstandingNotStarted: see var/logs/understanding.log.
    """
    if serves(settings.nlu_url, model.name):
        yield settings.nlu_url
        return
    port = free_port()
    process = start_understanding(settings, model, port=port)
    url = f"http://127.0.0.1:{port}"
    try:
        deadline = time.monotonic() + UNDERSTANDING_START_S
        while not serves(url, model.name):
            if process.poll() is not None or time.monotonic() > deadline:
                raise UnderstandingNotStarted(
                    "Máy chủ hiểu ngôn ngữ không chạy được, xem var/logs/understanding.log"
                )
            time.sleep(0.1)
        yield url
    finally:
        process.terminate()
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()


def start_understanding(settings: Settings, model: Path, *, port: int) -> subprocess.Popen[bytes]:
    """Start an understanding server; it gets no secret and no address of the database."""
    log = settings.data_dir / "logs" / "understanding.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as stream:
        return subprocess.Popen(
            understanding_command(settings, model.name, url=f"http://127.0.0.1:{port}"),
            cwd=PROJECT_ROOT,
            env=understanding_environ(),
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=stream,
            start_new_session=True,
        )
