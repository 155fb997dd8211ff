"""The whole Telegram channel at work on the emulator, and waiting for what it does."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from pydantic import SecretStr
from sqlalchemy import select

from bot.channels.telegram.channel import ChannelState, TelegramChannel
from bot.domain.messages import Channel
from bot.domain.ports import TakesTurns
from bot.storage.database import Database
from bot.storage.inbox import count_waiting
from bot.storage.tables import InboundUpdateRow
from tests.conftest import MovedClock
from tests.support.telegram_emulator import Emulator

SECRET = "mot-bi-mat-dai"


async def until(condition: Callable[[], Awaitable[bool]], *, within_s: float = 8.0) -> None:
    """Wait until a condition holds."""
    async with asyncio.timeout(within_s):
        while not (await condition()):  # noqa: ASYNC110 -- what is waited for is in another process
            await asyncio.sleep(0.02)


async def all_settled(database: Database) -> bool:
    async with database.begin() as tx:
        return await count_waiting(tx, Channel.TELEGRAM) == 0


async def list_rows(database: Database) -> list[InboundUpdateRow]:
    async with database.begin() as tx:
        return list((await tx.execute(select(InboundUpdateRow).order_by(InboundUpdateRow.id))).scalars())


def make_channel(
    emulator: Emulator,
    database: Database,
    assistant: TakesTurns,
    clock: MovedClock,
    *,
    secret: str = "",
    public_url: str = "",
    token: str = "",
) -> TelegramChannel:
    return TelegramChannel(
        token=SecretStr(token or emulator.token),
        api_base=emulator.url,
        webhook_secret=SecretStr(secret),
        public_url=public_url,
        inbox=database,
        assistant=assistant,
        clock=clock,
    )


async def is_ready(channel: TelegramChannel) -> bool:
    return channel.state is ChannelState.READY
