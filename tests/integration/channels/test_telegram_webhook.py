"""The webhook's door: who is let in, what is acknowledged, and that nothing is acknowledged before it is kept."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI
from pydantic import SecretStr
from sqlalchemy import select

from bot.channels.inbox.body import LARGEST_BODY
from bot.channels.inbox.intake import Intake
from bot.channels.telegram.webhook import PATH, SECRET_HEADER, SecretMissing, make_webhook_router
from bot.domain.messages import Channel
from bot.storage.database import Database
from bot.storage.tables import InboundUpdateRow

SECRET = "Bi-mat_0123456789"


class Door:
    """The webhook, and what stands in the inbox behind it."""

    def __init__(self, http: httpx.AsyncClient, database: Database, intake: Intake) -> None:
        self.http = http
        self.database = database
        self.intake = intake
        self.bells = 0

    async def post(self, body: object, *, secret: bytes | None = SECRET.encode()) -> int:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = {} if secret is None else {SECRET_HEADER.encode(): secret}
        return (await self.http.post(PATH, content=content, headers=headers)).status_code

    async def list_kept(self) -> list[InboundUpdateRow]:
        async with self.database.begin() as tx:
            return list((await tx.execute(select(InboundUpdateRow).order_by(InboundUpdateRow.id))).scalars())


def make_door(database: Database) -> Door:
    intake = Intake(database, Channel.TELEGRAM, on_kept=lambda: None)
    app = FastAPI()
    app.include_router(make_webhook_router(secret=SecretStr(SECRET), intake=intake))
    return Door(httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://bot"), database, intake)


@pytest.fixture
async def door(database: Database) -> AsyncIterator[Door]:
    door = make_door(database)
    yield door
    await door.http.aclose()
    await door.intake.stop()


def update(number: int, text: str = "a", chat: int = 5) -> dict[str, object]:
    return {"update_id": number, "message": {"chat": {"id": chat, "type": "private"}, "date": 1, "text": text}}


@pytest.mark.parametrize(
    "secret",
    [
        None,
        b"",
        b"sai",
        SECRET[:-1].encode(),
        SECRET.encode() + b"x",
        SECRET.lower().encode(),
        "bí-mật".encode(),
        b"\xff",
    ],
)
async def test_a_wrong_secret_is_refused_before_the_body_is_read(door: Door, secret: bytes | None) -> None:
    """T1: forged Telegram webhook."""
    assert await door.post(update(1), secret=secret) == 403
    assert await door.post(b"{", secret=secret) == 403
    assert await door.list_kept() == []


async def test_a_webhook_without_a_secret_is_not_built(database: Database) -> None:
    """T1: forged Telegram webhook."""
    with pytest.raises(SecretMissing):
        make_webhook_router(secret=SecretStr(""), intake=Intake(database, Channel.TELEGRAM, on_kept=lambda: None))


async def test_an_update_is_kept_as_it_came_and_a_repeat_changes_nothing(door: Door) -> None:
    for _ in range(3):
        assert await door.post(update(7, "chào", chat=42)) == 200
    (row,) = await door.list_kept()
    assert (row.channel, row.update_key, row.chat, row.payload) == (
        "telegram",
        "7",
        "42",
        update(7, "chào", chat=42),
    )


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"7",
        b"\xff\xfe",
        b'{"update_id": "7"}',
        b'{"update_id": true}',
        b'{"update_id": 1, "x": NaN}',
        b'{"update_id": 1, "x": 1e999}',
        b'{"update_id": 1, "x": ' + b"[" * 20_000 + b"]" * 20_000 + b"}",
        b'{"update_id": ' + b"9" * 5_000 + b"}",
        b'{"update_id": 1, "x": "' + b"a" * LARGEST_BODY + b'"}',
    ],
)
async def test_what_no_repetition_makes_better_is_acknowledged_and_dropped(door: Door, body: bytes) -> None:
    assert await door.post(body) == 200
    assert await door.list_kept() == []
    assert await door.post(update(2)) == 200
    assert len(await door.list_kept()) == 1


async def test_what_postgresql_cannot_hold_is_taken_out(door: Door) -> None:
    message = rb'{"chat": {"id": 5}, "text": "a\u0000b\ud800c \ud83d\ude00", "\u0000k": "\\u0000"}'
    body = b'{"update_id": 1, "message": ' + message + b"}"
    assert await door.post(body) == 200
    (row,) = await door.list_kept()
    assert row.payload is not None
    assert row.payload["message"] == {"chat": {"id": 5}, "text": "abc 😀", "k": "\\u0000"}


async def test_one_update_that_cannot_be_kept_does_not_take_others_with_it(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.telegram.read_raw.make_storable", lambda found: found)
    bad = rb'{"update_id": 3, "message": {"chat": {"id": 5}, "text": "\u0000"}}'
    answers = await asyncio.gather(*(door.post(update(n)) for n in (1, 2)), door.post(bad), door.post(update(4)))
    assert answers == [200] * 4
    assert [row.update_key for row in await door.list_kept()] == ["1", "2", "4"]


async def test_many_at_once_are_all_kept_each_once(door: Door) -> None:
    async def post_as_telegram_does(number: int) -> None:
        """Send again what was answered with 503: a slow machine's commit may end after the intake's wait."""
        for _ in range(20):
            if (answer := await door.post(update(number, chat=number % 50))) != 503:
                assert answer == 200
                return
            await asyncio.sleep(0.5)
        pytest.fail("ten seconds were not enough")

    numbers = [n % 200 for n in range(280)]
    await asyncio.gather(*(post_as_telegram_does(n) for n in numbers))
    kept = [int(row.update_key) for row in await door.list_kept()]
    assert kept == list(range(200))


async def test_without_a_database_the_answer_is_no_at_once() -> None:
    away = Database(SecretStr("postgresql://nobody@127.0.0.1:1/none"))
    door = make_door(away)
    started = time.monotonic()
    assert [await door.post(update(n)) for n in range(20)] == [503] * 20
    assert time.monotonic() - started < 2
    assert await door.post(update(1), secret=b"sai") == 403
    await door.intake.stop()
    await door.http.aclose()
    await away.close()
