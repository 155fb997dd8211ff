"""PUT /api/v1/applications over HTTP: keys, forms of body, reports, refusals."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from pydantic import SecretStr
from sqlalchemy import func, select, text

from bot.applications.sources import SourceSystems
from bot.domain.api_key import ApiScope, hash_key, make_key
from bot.gateways.applications.routes import make_applications_router
from bot.gateways.applications.sync import ApplicationSync
from bot.storage.api_keys import record_key, revoke_key
from bot.storage.database import Database
from bot.storage.encryption import Cipher
from bot.storage.tables import ApiKeyRow, ApplicationRow
from bot.wiring import SOURCES
from tests.conftest import MovedClock
from tests.integration.applications.conftest import CODE, make_row

PATH = "/api/v1/applications"


async def _make_key(database: Database, clock: MovedClock, *scopes: ApiScope, source: str = "mot-cua") -> str:
    key = make_key()
    async with database.begin() as tx:
        await record_key(
            tx, name=f"key-{key[-6:]}", source=source, scopes=scopes, key_sha256=hash_key(key), now=clock()
        )
    return key


@pytest.fixture
async def client(
    database: Database, database_url: SecretStr, cipher: Cipher, clock: MovedClock
) -> AsyncIterator[httpx.AsyncClient]:
    app = FastAPI(openapi_url="/api/openapi.json")
    sync = ApplicationSync(database_url, cipher, clock=clock)
    app.include_router(
        make_applications_router(sync=sync, sources=SourceSystems.load(SOURCES), database=database, clock=clock)
    )
    key = await _make_key(database, clock, ApiScope.APPLICATIONS_WRITE)
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app),
        base_url="https://a.vn",
        headers={"Authorization": f"Bearer {key}"},
    ) as client:
        yield client


async def _count(database: Database) -> int:
    async with database.begin() as tx:
        return (await tx.scalar(select(func.count()).select_from(ApplicationRow))) or 0


def _lines(*rows: object) -> bytes:
    return "\n".join(json.dumps(row, ensure_ascii=False) for row in rows).encode()


LINE = _lines(make_row())


@pytest.mark.parametrize("body", [LINE, b"[" + LINE + b"]", b"\xef\xbb\xbf \n[\n" + LINE + b"\n]\n"])
async def test_an_array_and_lines_are_both_taken(client: httpx.AsyncClient, body: bytes) -> None:
    answer = await client.put(PATH, content=body)
    assert answer.status_code == 200
    assert answer.json()["rows"] == [{"row": 1, "code": CODE, "result": "new"}]


async def test_refused_rows_come_back_with_reasons_in_vietnamese(client: httpx.AsyncClient) -> None:
    rows = [make_row(), make_row("H12.34.56-261102-0002", state="Bay")]
    said = (await client.put(PATH, json=rows)).json()
    assert (said["new"], said["refused"]) == (1, 1)
    (problem,) = said["rows"][1]["problems"]
    assert problem["field"] == "state"
    assert problem["reason"] == "state-unknown"
    assert "bảng chuyển đổi" in problem["message"]


async def test_a_broken_line_is_one_bad_row(client: httpx.AsyncClient) -> None:
    said = (await client.put(PATH, content=_lines(make_row()) + b"\n{oops\n")).json()
    assert [row["result"] for row in said["rows"]] == ["new", "refused"]


@pytest.mark.parametrize("end", [b"", b",", b"]]", b'{"code": '])
async def test_a_broken_array_writes_nothing(client: httpx.AsyncClient, database: Database, end: bytes) -> None:
    answer = await client.put(PATH, content=b"[" + _lines(make_row()) + end)
    assert answer.status_code == 400
    assert "Chưa dòng nào được ghi" in answer.json()["detail"]["message"]
    assert await _count(database) == 0


async def test_a_row_as_long_as_a_book_is_refused(client: httpx.AsyncClient, database: Database) -> None:
    answer = await client.put(PATH, content=b'[{"code": "' + b"x" * 500_000 + b'"}]')
    assert answer.status_code == 400
    assert "dài quá 64 KB" in answer.json()["detail"]["message"]


async def test_an_empty_body_is_an_empty_delivery(client: httpx.AsyncClient) -> None:
    assert (await client.put(PATH, content=b"")).json()["received"] == 0
    assert (await client.put(PATH, content=b"[]")).json()["received"] == 0


async def test_a_dry_run_writes_nothing(client: httpx.AsyncClient, database: Database) -> None:
    said = (await client.put(PATH, json=[make_row()], params={"dry_run": "true"})).json()
    assert (said["dry_run"], said["new"]) == (True, 1)
    assert await _count(database) == 0


async def test_an_idempotency_key_is_honoured(client: httpx.AsyncClient) -> None:
    headers = {"Idempotency-Key": "ngay-22-lan-1"}
    first = await client.put(PATH, json=[make_row()], headers=headers)
    assert (await client.put(PATH, json=[make_row()], headers=headers)).json() == first.json()
    other = await client.put(PATH, json=[make_row(office="Nơi khác")], headers=headers)
    assert other.status_code == 422
    assert other.json()["detail"]["error"] == "idempotency-key-reused"


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer troly06_wrong", "Basic abc"])
async def test_without_a_key_nothing_is_read(client: httpx.AsyncClient, header: str | None) -> None:
    headers = {"Authorization": header} if header is not None else {}
    client.headers.pop("Authorization")
    answer = await client.put(PATH, json=[make_row()], headers=headers)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"


async def test_a_key_of_another_scope_may_not_write(
    client: httpx.AsyncClient, database: Database, clock: MovedClock
) -> None:
    key = await _make_key(database, clock, ApiScope.BENEFICIARIES_WRITE)
    answer = await client.put(PATH, json=[make_row()], headers={"Authorization": f"Bearer {key}"})
    assert answer.status_code == 403
    assert "applications:write" in answer.json()["detail"]["message"]


async def test_a_revoked_key_may_not_write(
    client: httpx.AsyncClient, database: Database, clock: MovedClock
) -> None:
    async with database.begin() as tx:
        name = (await tx.scalars(select(ApiKeyRow.name))).one()
        assert await revoke_key(tx, name, now=clock())
        assert not await revoke_key(tx, name, now=clock())
    assert (await client.put(PATH, json=[make_row()])).status_code == 401


async def test_a_key_writes_only_for_its_own_source(client: httpx.AsyncClient, database: Database) -> None:
    await client.put(PATH, json=[make_row()])
    async with database.begin() as tx:
        assert (await tx.scalars(select(ApplicationRow.source))).all() == ["mot-cua"]


async def test_only_the_hash_of_a_key_is_kept(client: httpx.AsyncClient, database: Database) -> None:
    secret = client.headers["Authorization"].removeprefix("Bearer ")
    async with database.begin() as tx:
        kept = str((await tx.execute(text("SELECT * FROM api_keys"))).all())
    assert secret not in kept


async def test_the_interface_is_described(client: httpx.AsyncClient) -> None:
    described: dict[str, Any] = (await client.get("/api/openapi.json")).json()["paths"][PATH]["put"]
    row = described["requestBody"]["content"]["application/json"]["schema"]["items"]
    assert set(row["required"]) <= set(row["properties"])
    assert {"200", "400", "401", "403", "422"} <= set(described["responses"])
