"""The door for Zalo's events: only what is signed comes in, once, and it is kept before it is acknowledged."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from pydantic import SecretStr
from sqlalchemy import select

from bot.channels.inbox.body import LARGEST_BODY
from bot.channels.inbox.intake import Intake
from bot.channels.zalo.signature import HEADER, sign
from bot.channels.zalo.webhook import PATH, SecretMissing, make_webhook_router
from bot.domain.messages import Channel
from bot.storage.database import Database
from bot.storage.tables import InboundUpdateRow
from tests.conftest import MovedClock
from tests.support.zalo import APP_ID, OA_SECRET, as_body

SECRET = SecretStr(OA_SECRET)


class Door:
    """The webhook, and what stands in the inbox behind it."""

    def __init__(self, database: Database, clock: MovedClock) -> None:
        self.database = database
        self.clock = clock
        self.intake = Intake(database, Channel.ZALO, on_kept=lambda: None)
        app = FastAPI()
        app.include_router(make_webhook_router(app_id=APP_ID, secret=SECRET, intake=self.intake, clock=clock))
        self.http = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://bot")

    def make_event(self, msg_id: str = "m1", **more: Any) -> dict[str, Any]:
        return {
            "app_id": APP_ID,
            "sender": {"id": "246845883529197922"},
            "recipient": {"id": "388613280878808645"},
            "event_name": "user_send_text",
            "message": {"text": "xin chào", "msg_id": msg_id},
            "timestamp": str(int(self.clock().timestamp() * 1000)),
            **more,
        }

    async def post(self, event: dict[str, Any] | bytes, *, mac: str | None = None, timestamp: str = "") -> int:
        body = event if isinstance(event, bytes) else as_body(event)
        said = timestamp if isinstance(event, bytes) else str(event.get("timestamp", ""))
        mac = sign(body, app_id=APP_ID, timestamp=said, secret=SECRET) if mac is None else mac
        answer = await self.http.post(PATH, content=body, headers={HEADER: mac.encode()})
        assert answer.content == b""
        return answer.status_code

    async def list_keys(self) -> list[str]:
        async with self.database.begin() as tx:
            return list(await tx.scalars(select(InboundUpdateRow.update_key).order_by(InboundUpdateRow.id)))


@pytest.fixture
async def door(database: Database, clock: MovedClock) -> AsyncIterator[Door]:
    door = Door(database, clock)
    yield door
    await door.http.aclose()
    await door.intake.stop()


async def test_a_signed_event_is_kept_once_however_often_it_comes(door: Door) -> None:
    """T3: a genuine update sent again."""
    events = [door.make_event(f"m{number}") for number in range(20)]
    sent = events * 3
    random.Random(6).shuffle(sent)
    assert {await door.post(event) for event in sent} == {200}
    assert sorted(await door.list_keys()) == sorted(f"user_send_text:m{number}" for number in range(20))


async def test_what_is_not_signed_stays_out(door: Door) -> None:
    """T2: forged Zalo event."""
    event = door.make_event()
    body = as_body(event)
    good = sign(body, app_id=APP_ID, timestamp=event["timestamp"], secret=SECRET)
    for mac in ("", "mac=", good[:-1], good.removeprefix("mac="), good.upper(), "mac=" + "0" * 64, "mật"):
        assert await door.post(event, mac=mac) == 403
    for wrong in (SecretStr("khác"), SecretStr("")):
        assert await door.post(event, mac=sign(body, app_id=APP_ID, timestamp="", secret=wrong)) == 403
    for at in range(0, len(body), 7):
        changed = bytearray(body)
        changed[at] ^= 1
        assert await door.post(bytes(changed), mac=good) == 403
    assert await door.post(b"\xff\xfe", mac=good) == 403
    assert await door.post(b'{"timestamp": "\\ud800"}', mac=good) == 403
    assert await door.list_keys() == []


async def test_a_genuine_event_of_twelve_hours_ago_comes_in_an_older_one_does_not(door: Door) -> None:
    event = door.make_event()
    door.clock.move(timedelta(hours=12, minutes=50))
    assert await door.post(event) == 200
    door.clock.move(timedelta(minutes=11))
    assert await door.post({**event, "message": {"text": "x", "msg_id": "m2"}}) == 403
    assert await door.list_keys() == ["user_send_text:m1"]


async def test_echoes_and_receipts_are_acknowledged_and_not_kept(door: Door) -> None:
    for name in ("oa_send_text", "oa_send_image", "user_received_message", "user_seen_message", "shop_has_order"):
        assert await door.post(door.make_event(event_name=name)) == 200
    assert await door.list_keys() == []


async def test_an_event_that_nobody_can_read_is_not_asked_for_again(door: Door) -> None:
    for event in (door.make_event(sender={}), door.make_event(event_name=7), door.make_event(timestamp="mai")):
        assert await door.post(event) == 200
    assert await door.post({"timestamp": "1"}) == 403
    assert await door.list_keys() == []


async def test_a_body_larger_than_any_event_is_not_read(door: Door) -> None:
    assert await door.post(b"x" * (LARGEST_BODY + 1)) == 413


async def test_what_cannot_be_kept_is_not_acknowledged(door: Door) -> None:
    broken = Door(Database(SecretStr("postgresql://nobody@127.0.0.1:9/none")), door.clock)
    assert await broken.post(broken.make_event()) == 503
    await broken.http.aclose()
    await broken.database.close()


def test_a_webhook_without_a_secret_is_refused(database: Database, clock: MovedClock) -> None:
    with pytest.raises(SecretMissing):
        make_webhook_router(
            app_id=APP_ID,
            secret=SecretStr(""),
            intake=Intake(database, Channel.ZALO, on_kept=lambda: None),
            clock=clock,
        )
