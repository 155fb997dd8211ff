"""The process that only receives: it keeps and acknowledges, and another process hears of it at once."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import timedelta

import httpx
from fastapi import FastAPI
from pydantic import SecretStr

from bot.channels.inbox.worker import InboxWorker
from bot.channels.telegram.webhook import PATH, SECRET_HEADER
from bot.clock import read_clock
from bot.domain.messages import Channel
from bot.settings import Settings
from bot.statistics.health import judge_processes
from bot.statistics.heartbeat import RECEIVE
from bot.storage.database import Database
from bot.storage.heartbeats import Heartbeat, list_heartbeats
from bot.storage.inbox import ClaimedUpdate
from bot.wiring import open_receivers

SECRET = "bi-mat"
UPDATE = {"update_id": 7, "message": {"chat": {"id": 5, "type": "private"}, "date": 1, "text": "a"}}


async def list_beats(database: Database) -> list[Heartbeat]:
    """List what processes said last."""
    async with database.begin() as tx:
        return await list_heartbeats(tx)


async def test_what_one_process_keeps_another_one_answers_at_once(
    database: Database, database_url: SecretStr
) -> None:
    answered: asyncio.Queue[ClaimedUpdate] = asyncio.Queue()
    worker = InboxWorker(database, Channel.TELEGRAM, answered.put, looks_every=timedelta(minutes=5))
    working = asyncio.create_task(worker.run())
    await asyncio.sleep(0.5)  # it has looked once, and found nothing
    app = FastAPI()
    settings = Settings(database_url=database_url, telegram_webhook_secret=SecretStr(SECRET))
    async with (
        open_receivers(settings, app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://bot") as http,
    ):
        assert (await http.post(PATH, json=UPDATE, headers={SECRET_HEADER: "sai"})).status_code == 403
        assert (await http.post(PATH, json=UPDATE, headers={SECRET_HEADER: SECRET})).status_code == 200
        assert (await http.post(PATH, json=UPDATE, headers={SECRET_HEADER: SECRET})).status_code == 200
        claimed = await asyncio.wait_for(answered.get(), 5)
        assert RECEIVE in {each.part for each in judge_processes(await list_beats(database), read_clock())}
    assert await list_beats(database) == [], "who ends as it should is not missed"
    assert claimed.payload == UPDATE
    working.cancel()
    with suppress(asyncio.CancelledError):
        await working
    assert answered.empty(), "the repeated one changed nothing"
