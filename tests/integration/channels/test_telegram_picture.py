"""Pictures on Telegram are fetched from Telegram only when they are read."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from fastapi import FastAPI, Response
from fastapi.responses import JSONResponse
from pydantic import SecretStr
from telegram import Update

from bot.channels.telegram.client import build_application
from bot.channels.telegram.read_update import find_message
from bot.domain.messages import CitizenMessage, PictureUnavailable
from tests.integration.channels.conftest import served

TOKEN = "6:TEST"
NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


def _make_telegram(asked: list[str], *, picture: bytes | None) -> FastAPI:
    app = FastAPI()

    @app.post(f"/bot{TOKEN}/getFile")
    async def get_file() -> JSONResponse:
        asked.append("getFile")
        if picture is None:
            refused = {"ok": False, "error_code": 400, "description": "Bad Request: file is too big"}
            return JSONResponse(refused, 400)
        found = {"file_id": "b", "file_unique_id": "u", "file_path": "photos/1.jpg"}
        return JSONResponse({"ok": True, "result": found})

    @app.get(f"/file/bot{TOKEN}/photos/1.jpg")
    async def get_content() -> Response:
        asked.append("content")
        return Response(picture)

    return app


@asynccontextmanager
async def _read(url: str, sent: dict[str, Any]) -> AsyncIterator[CitizenMessage]:
    bot = build_application(SecretStr(TOKEN), api_base=url).bot
    message = {"message_id": 1, "date": 1_800_000_000, "chat": {"id": 7, "type": "private"}, **sent}
    update = Update.de_json({"update_id": 1, "message": message}, bot)
    found = find_message(update, now=NOW)
    assert found is not None
    try:
        yield found
    finally:
        await bot.request.shutdown()


def _size(name: str, width: int, size: int) -> dict[str, Any]:
    return {"file_id": name, "file_unique_id": name, "width": width, "height": width, "file_size": size}


async def test_a_photo_is_fetched_only_when_it_is_asked_for() -> None:
    asked: list[str] = []
    photo = [_size("a", 90, 1_000), _size("b", 1_280, 200_000)]
    async with served(_make_telegram(asked, picture=b"jpeg")) as url, _read(url, {"photo": photo}) as message:
        assert asked == []
        assert message.picture is not None
        assert await message.picture.fetch() == b"jpeg"
    assert asked == ["getFile", "content"]


@pytest.mark.parametrize(("mime", "has_picture"), [("image/png", True), ("application/pdf", False), (None, False)])
async def test_a_picture_sent_as_a_file_is_one_too(mime: str | None, has_picture: bool) -> None:
    document = {"file_id": "b", "file_unique_id": "u", "file_size": 1_000, "mime_type": mime}
    async with _read("http://127.0.0.1:9", {"document": document}) as message:
        assert (message.picture is not None) is has_picture


async def test_what_telegram_does_not_give_out_is_unavailable() -> None:
    photo = [_size("b", 1_280, 200_000)]
    async with served(_make_telegram([], picture=None)) as url, _read(url, {"photo": photo}) as message:
        assert message.picture is not None
        with pytest.raises(PictureUnavailable):
            await message.picture.fetch()


async def test_a_file_too_large_is_not_even_asked_for() -> None:
    document = {"file_id": "b", "file_unique_id": "u", "file_size": 11_000_000, "mime_type": "image/png"}
    async with _read("http://127.0.0.1:9", {"document": document}) as message:
        assert message.picture is not None
        with pytest.raises(PictureUnavailable):
            await message.picture.fetch()
