"""What the steps of a bench measure in: a database of its own and an understanding server, started when needed."""

from __future__ import annotations

import asyncio
import os
import tempfile
from contextlib import ExitStack
from functools import cached_property
from pathlib import Path
from types import TracebackType

import psycopg
from rich.console import Console

from bench.sizes import Sizes
from bot.commands.prepare import prepare_database, train_if_changed, understanding_server
from bot.commands.seed import seed_all
from bot.settings import Settings
from bot.storage.database import plain_url


class Place:
    """`given`: the settings of the command, whose folder holds the models."""

    def __init__(self, given: Settings, console: Console, sizes: Sizes) -> None:
        self.given = given
        self.console = console
        self.sizes = sizes
        self._stack = ExitStack()

    def __enter__(self) -> Place:
        """Start nothing yet."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """End what was started."""
        self._stack.close()

    @cached_property
    def folder(self) -> Path:
        """Files of this run."""
        return Path(self._stack.enter_context(tempfile.TemporaryDirectory(prefix="troly06-bench-")))

    @cached_property
    def model(self) -> Path:
        """The understanding model of today's data."""
        return train_if_changed(self.given, self.console)

    @cached_property
    def database(self) -> Settings:
        """Settings with a seeded database."""
        own = self.given.model_copy(
            update={"data_dir": self.folder, "telegram_bot_token": type(self.given.data_key)("")}
        )
        ground = prepare_database(own)
        self._stack.callback(ground.close)
        asyncio.run(seed_all(ground.settings))
        return ground.settings

    @cached_property
    def ready(self) -> Settings:
        """The same with an understanding server."""
        model = self.model
        url = self._stack.enter_context(understanding_server(self.given, model))
        return self.database.model_copy(update={"nlu_url": url})

    @property
    def environ(self) -> dict[str, str]:
        """The environment of the processes that are measured."""
        return {
            **os.environ,
            "DATABASE_URL": self.database.database_url.get_secret_value(),
            "DATABASE_OWNER_URL": self.database.owner_url.get_secret_value(),
            "DATA_DIR": str(self.database.data_dir),
        }

    def settle(self) -> None:
        """Let the database write down what an earlier step left, so that it does not spoil the next figure."""
        with psycopg.connect(plain_url(self.database.owner_url), autocommit=True) as connection:
            connection.execute("CHECKPOINT")
