"""Commands that answer without a running server: they start what they need and stop it again."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

from rich.console import Console

from bot.channels.terminal.chat import chat as chat_on
from bot.commands.ask import LineNotUnderstood, answer_lines
from bot.commands.prepare import prepare_database, train_if_changed, understanding_server
from bot.commands.seed import seed_all
from bot.domain.messages import Channel, ChatAddress
from bot.log import set_up_logging
from bot.settings import Settings
from bot.wiring import open_core
from vietnamese.noise import make_noise


@contextmanager
def open_database(settings: Settings) -> Iterator[Settings]:
    """Give settings that point at a migrated database with content in it."""
    set_up_logging("WARNING", file=settings.data_dir / "logs" / "command.log")
    ground = prepare_database(settings)
    try:
        # A database of somebody's own may serve citizens: nothing invented comes into it but by `run`.
        asyncio.run(seed_all(ground.settings, with_invented=ground.server is not None))
        yield ground.settings
    finally:
        ground.close()


@contextmanager
def open_offline(settings: Settings, console: Console) -> Iterator[Settings]:
    """Give settings with a database and an understanding server behind them."""
    model = train_if_changed(settings, console)
    with open_database(settings) as ready, understanding_server(ready, model) as url:
        yield ready.model_copy(update={"nlu_url": url})


async def ask(settings: Settings, *, noise: str | None, seed: int) -> None:
    """Answer standard input on standard output."""
    async with open_core(settings) as core:
        try:
            make = make_noise(noise, seed) if noise else None
            await answer_lines(core, sys.stdin, sys.stdout, noise=make)
        except LineNotUnderstood as error:
            sys.exit(f"Không đọc được {error}")


async def chat(settings: Settings, console: Console) -> None:
    """Talk in the terminal."""
    async with open_core(settings) as core:
        address = ChatAddress(channel=Channel.TERMINAL, chat=uuid4().hex)
        await chat_on(core.assistant, console, address, clock=core.clock)
