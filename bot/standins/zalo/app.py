"""The stand-in as a web application."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.routing import BaseRoute

from bot.standins.zalo.account import Account
from bot.standins.zalo.bot_api import BotPlatform
from bot.standins.zalo.events import EventSender
from bot.standins.zalo.oa_api import list_oa_routes


def make_standin(
    account: Account, events: EventSender, bot: BotPlatform, more: list[BaseRoute] | None = None
) -> Starlette:
    """Build the application: the Official Account's three hosts, and the Bot Platform, on one port."""

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        yield
        await events.close()
        await bot.close()

    routes = [*list_oa_routes(account, events), *bot.list_routes(), *(more or [])]
    return Starlette(routes=routes, lifespan=lifespan)
