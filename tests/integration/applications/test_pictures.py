"""A picture instead of words: on the web over HTTP, and in a turn."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from PIL import Image
from pydantic import SecretStr
from sqlalchemy import text

from bot.channels.web.routes import make_web_router
from bot.domain.messages import Attachment, Channel, ChatAddress, CitizenMessage, PictureUnavailable
from bot.storage.bells import Bells
from bot.storage.web_messages import NOTIFY_CHANNEL
from bot.wiring import Core
from tests.conftest import MovedClock
from tests.support.core import running_core
from tests.unit.applications.test_qr import make_picture

PATH = "/api/chat/picture?conversation=c1"
CARD = "001085001234|012345678|Nguyễn Văn Thử|05031985|Nam|Số 1, Mẫu|01012022"


@pytest.fixture
async def core(knowing_database_url: SecretStr, tmp_path: Path, clock: MovedClock) -> AsyncIterator[Core]:
    async with running_core(knowing_database_url, tmp_path, clock) as core:
        yield core


@pytest.fixture
async def client(core: Core) -> AsyncIterator[httpx.AsyncClient]:
    listener = Bells(core.database, NOTIFY_CHANNEL)
    await listener.start()
    app = FastAPI()
    app.include_router(
        make_web_router(
            assistant=core.assistant,
            database=core.database,
            cipher=core.cipher,
            counter=core.counter,
            clock=core.clock,
            base_url="https://a.vn",
            listener=listener,
        )
    )
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="https://a.vn") as client:
        yield client
    await listener.stop()


async def _send(client: httpx.AsyncClient, picture: bytes, kind: str = "image/png") -> httpx.Response:
    return await client.post(PATH, content=picture, headers={"Content-Type": kind})


async def test_the_code_on_a_receipt_begins_the_lookup(client: httpx.AsyncClient) -> None:
    said = (await _send(client, make_picture("https://a.gov.vn/?ma=H00.01.02-261102-0001"))).json()
    assert "4 số cuối" in said["text"]
    shown = (await client.post("/api/chat", json={"text": "1234", "conversation": "c1"})).json()
    assert "H00.01.02-261102-0001" in shown["text"]
    assert shown["private"]


@pytest.mark.parametrize(
    ("qr", "expected"),
    [(CARD, "không cần thẻ của bạn"), ("https://example.com/pay", "không có nghĩa là an toàn")],
)
async def test_other_codes_are_not_used(client: httpx.AsyncClient, core: Core, qr: str, expected: str) -> None:
    said = (await _send(client, make_picture(qr))).json()
    assert expected in said["text"]
    assert "001085001234" not in str(said)
    async with core.database.begin() as tx:
        kept = str((await tx.execute(text("SELECT state FROM conversations"))).all())
    assert "001085" not in kept


async def test_a_picture_without_a_code_and_what_is_none_get_a_sentence(client: httpx.AsyncClient) -> None:
    blank = io.BytesIO()
    Image.new("L", (300, 300), 255).save(blank, "PNG")
    assert "không thấy mã nào" in (await _send(client, blank.getvalue())).json()["text"]
    assert "Tôi không mở được ảnh này" in (await _send(client, b"not a picture")).json()["text"]


async def test_other_kinds_and_too_large_ones_are_refused_before_they_are_read(client: httpx.AsyncClient) -> None:
    for kind in ("text/plain", "application/x-www-form-urlencoded", "image/svg+xml", ""):
        assert (await _send(client, make_picture(), kind)).status_code == 415
    refused = await _send(client, b"\0" * (10 * 1024 * 1024 + 1))
    assert refused.status_code == 413
    assert "10 MB" in refused.json()["error"]


class _Gone:
    async def fetch(self) -> bytes:
        raise PictureUnavailable


async def test_a_picture_that_cannot_be_had_gets_a_sentence(core: Core) -> None:
    message = CitizenMessage(
        address=ChatAddress(channel=Channel.TELEGRAM, chat="1"),
        received_at=core.clock(),
        attachment=Attachment.PHOTO,
        picture=_Gone(),
    )
    assert "Tôi không mở được ảnh này" in (await core.assistant.take_turn(message)).text
