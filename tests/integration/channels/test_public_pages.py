"""Pages for anybody: a code is ours or not, a list is printed. Guessing gains nothing; nobody is asked who."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI
from pydantic import SecretStr

from bot.channels.web.public_pages import TRIES_PER_CLIENT, make_public_router
from bot.clock import hanoi_date
from bot.storage.tables import BroadcastRow
from bot.wiring import Core, load_checklists
from tests.conftest import MovedClock
from tests.support.core import running_core

CODE = "06-7KQ4-X2MB"


@pytest.fixture
async def core(knowing_database_url: SecretStr, tmp_path: Path, clock: MovedClock) -> AsyncIterator[Core]:
    async with running_core(knowing_database_url, tmp_path, clock) as core:
        yield core


@pytest.fixture
async def page(core: Core, clock: MovedClock) -> AsyncIterator[httpx.AsyncClient]:
    app = FastAPI()
    app.include_router(
        make_public_router(
            database=core.database,
            catalogue=lambda: core.catalogue.current,
            checklists=load_checklists,
            clock=clock,
            base_url="https://troly.example",
        )
    )
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        yield client


async def say(page: httpx.AsyncClient, code: str) -> httpx.Response:
    return await page.post("/xac-minh", data={"code": code})


async def test_a_wrong_code_and_a_malformed_one_read_the_same(page: httpx.AsyncClient) -> None:
    answers = {(await say(page, code)).text for code in ("06-2222-2222", "abc", "", "'; DROP TABLE", "<b>x</b>")}
    assert len(answers) == 1
    assert "không gửi tin nào mang mã này" in answers.pop()


async def test_a_broadcasts_code_says_when_and_to_how_many(
    page: httpx.AsyncClient, core: Core, clock: MovedClock
) -> None:
    """T36: an answer that is no law, a false bot."""
    async with core.database.begin() as tx:
        row = BroadcastRow(
            id=uuid4(),
            state="finished",
            version=1,
            title="Tiêm chủng",
            body="Lịch tiêm.",
            topic="health",
            buttons=[],
            audience={},
            useful_for=timedelta(days=1),
            authors=["a@example.vn"],
            code=CODE,
            released=1234,
            created_at=clock(),
        )
        tx.add(row)
    said = (await say(page, "06 7kq4 x2mb")).text
    assert "Đúng là tin chung" in said
    assert "1.234 người" in said
    assert f"{hanoi_date(clock()):%d/%m/%Y}" in said


async def test_guessing_is_stopped_for_a_minute(page: httpx.AsyncClient, clock: MovedClock) -> None:
    for _ in range(TRIES_PER_CLIENT):
        assert (await say(page, "06-2222-2222")).status_code == 200
    refused = await say(page, CODE)
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "60")
    assert "không gửi tin nào" not in refused.text
    clock.move(timedelta(seconds=61))
    assert (await say(page, CODE)).status_code == 200


async def test_a_form_too_large_is_refused_and_headers_are_strict(page: httpx.AsyncClient) -> None:
    assert (await say(page, "x" * 10_000)).status_code == 413
    shown = await page.get("/xac-minh")
    assert "default-src 'none'" in shown.headers["content-security-policy"]
    assert "<script" not in shown.text
    assert " style=" not in shown.text


async def test_a_list_is_printed_with_a_code_that_holds_no_person(page: httpx.AsyncClient) -> None:
    shown = await page.get("/in/can-cuoc.cap-doi")
    assert shown.status_code == 200
    for told in ("Giấy tờ để đổi thẻ căn cước", "mang thẻ đang dùng", "Căn cứ", "dichvucong.gov.vn"):
        assert told in shown.text
    code = await page.get("/in/can-cuoc.cap-doi/qr.svg")
    assert code.headers["content-type"] == "image/svg+xml"
    assert code.text.startswith("<?xml") or code.text.startswith("<svg")
    for gone in ("/in/khong-co", "/in/khong-co/qr.svg", "/in/%3Cb%3E"):
        assert (await page.get(gone)).status_code == 404
