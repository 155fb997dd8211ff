"""Lists from their senders to the table: merged whatever the order, compared across lists, decided by people."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from pydantic import SecretStr
from sqlalchemy import select, text

from bot.clock import hanoi_date
from bot.domain.api_key import ApiScope, hash_key, make_key
from bot.gateways.beneficiaries.invented import invent_beneficiaries
from bot.gateways.beneficiaries.routes import make_beneficiaries_router
from bot.gateways.beneficiaries.sync import BeneficiarySync
from bot.gateways.rows.raw import RawRow
from bot.places.communes import Communes
from bot.settings import DATA
from bot.storage.api_keys import record_key
from bot.storage.application_sync import ID_NUMBER_PURPOSE
from bot.storage.beneficiary_sync import list_entries_of_person
from bot.storage.database import Database
from bot.storage.encryption import Cipher
from bot.storage.tables import BeneficiaryReviewRow, BeneficiaryRow
from tests.conftest import MovedClock
from tests.unit.beneficiaries.test_rows import ROW

COMMUNES = Communes.load(DATA / "places" / "old-communes.tsv")


@pytest.fixture
def sync(database_url: SecretStr, cipher: Cipher, clock: MovedClock) -> BeneficiarySync:
    return BeneficiarySync(database_url, cipher, COMMUNES, clock=clock)


async def send(
    sync: BeneficiarySync, *rows: dict[str, Any], source: str = "xa-a", **options: Any
) -> dict[str, Any]:
    async def each() -> AsyncIterator[RawRow]:
        for number, row in enumerate(rows, start=1):
            yield RawRow(number=number, value=row)

    return await sync.take(each(), source, **options)


def row(key: str = "A-1", **changes: Any) -> dict[str, Any]:
    return {**ROW, "as_of": "2026-11-22", "key": key, **changes}


async def list_open(database: Database) -> list[tuple[str, str, str]]:
    async with database.begin() as tx:
        found = await tx.execute(
            select(BeneficiaryRow.list, BeneficiaryRow.key, BeneficiaryReviewRow.reason)
            .join(BeneficiaryReviewRow, BeneficiaryReviewRow.beneficiary_id == BeneficiaryRow.id)
            .where(BeneficiaryReviewRow.decided_at.is_(None))
            .order_by(BeneficiaryRow.list, BeneficiaryRow.key, BeneficiaryReviewRow.reason)
        )
        return [tuple(each) for each in found]


async def test_late_and_repeated_deliveries_do_no_harm(sync: BeneficiarySync, database: Database) -> None:
    assert (await send(sync, row(sequence=2)))["new"] == 1
    assert (await send(sync, row(sequence=2)))["unchanged"] == 1
    assert (await send(sync, row(sequence=1, status="dead")))["late"] == 1
    assert (await send(sync, row(sequence=3, status="moved")))["changed"] == 1
    async with database.begin() as tx:
        assert [each.status for each in await tx.scalars(select(BeneficiaryRow))] == ["moved"]


async def test_a_dry_run_says_the_same_and_writes_nothing(sync: BeneficiarySync, database: Database) -> None:
    rows = (row(), row("A-2", id_number="1"), row("A-3", full_name="Lê Thị Mai", id_number=""))
    tried = await send(sync, *rows, dry_run=True)
    async with database.begin() as tx:
        assert list(await tx.scalars(select(BeneficiaryRow))) == []
    done = await send(sync, *rows)
    assert {**tried, "dry_run": False} == done
    assert (done["accepted"], done["to_review"], done["refused"]) == (1, 1, 1)


async def test_one_person_on_two_lists_that_exclude_each_other(sync: BeneficiarySync, database: Database) -> None:
    await send(sync, row())
    report = await send(sync, row("B-7", list="near-poor"), source="xa-b")
    assert report["to_review_by_reason"] == {"lists-conflict": 1}
    assert await list_open(database) == [
        ("near-poor", "B-7", "lists-conflict"),
        ("poor", "A-1", "lists-conflict"),
    ]
    await send(sync, row(status="ended", as_of="2026-11-23"))
    assert await list_open(database) == [], "what no longer holds is closed by itself"


async def test_duplicates_by_number_and_by_name_birth_and_commune(
    sync: BeneficiarySync, database: Database
) -> None:
    await send(sync, row("A-1"), row("A-2", full_name="Hoa Nguyen Thi"))
    assert [each[2] for each in await list_open(database)] == ["duplicate", "duplicate"]
    await send(sync, row("C-1", id_number="", list="social-protection"), row("C-2", list="social-protection"))
    assert ("social-protection", "C-1", "duplicate") in await list_open(database)


async def test_dead_in_one_list_and_active_in_another(sync: BeneficiarySync, database: Database) -> None:
    await send(sync, row(status="dead"), row("B-1", list="social-protection"))
    assert {each[2] for each in await list_open(database)} == {"status-conflict"}


async def test_active_in_two_communes(sync: BeneficiarySync, database: Database) -> None:
    await send(sync, row(), row("B-1", list="social-protection", province="Hà Nội", commune="Phường Ba Đình"))
    assert {each[2] for each in await list_open(database)} == {"communes-conflict"}


async def test_what_was_decided_stays_decided(sync: BeneficiarySync, database: Database) -> None:
    await send(sync, row(sex="nam"))
    async with database.begin() as tx:
        await tx.execute(text("UPDATE beneficiary_reviews SET decided_at = now(), decision = 'kept'"))
    await send(sync, row(sex="nam", household_code="HO-2", as_of="2026-11-23"))
    assert await list_open(database) == []


async def test_who_a_person_is_stands_nowhere_in_the_clear(
    sync: BeneficiarySync, database: Database, cipher: Cipher
) -> None:
    await send(sync, row())
    async with database.begin() as tx:
        whole = str((await tx.execute(text("SELECT t::text FROM beneficiaries t"))).all())
        found = await list_entries_of_person(tx, cipher.index(ROW["id_number"], purpose=ID_NUMBER_PURPOSE))
    assert [each.key for each in found] == ["A-1"]
    assert not any(word in whole for word in ("Nguyễn", "Hoa", "1960", ROW["id_number"]))


async def test_ten_thousand_people_of_whom_three_hundred_are_wrong(
    sync: BeneficiarySync, clock: MovedClock
) -> None:
    invented = list(invent_beneficiaries(10_000, seed=6, today=hanoi_date(clock()), wrong_share=0.03))
    wrong = {number: each.wrong for number, each in enumerate(invented, start=1) if each.wrong is not None}
    assert len(wrong) == 303
    report = await send(sync, *(each.row for each in invented), source="demo")
    said = {each["row"]: [problem["reason"] for problem in each["problems"]] for each in report["rows"]}
    assert said.keys() == wrong.keys()
    assert all(reason in said[number] for number, reason in wrong.items())
    assert report["accepted"] == 10_000 - 303
    by_reason = Counter(report["refused_by_reason"]) + Counter(report["to_review_by_reason"])
    assert all(by_reason[reason] >= 30 for reason in set(wrong.values()))


async def test_the_interface_asks_for_a_key_with_the_scope(
    sync: BeneficiarySync, database: Database, clock: MovedClock
) -> None:
    app = FastAPI()
    app.include_router(make_beneficiaries_router(sync=sync, database=database, clock=clock))
    keys = {scope: make_key() for scope in ApiScope}
    async with database.begin() as tx:
        for scope, key in keys.items():
            await record_key(
                tx,
                name=scope.replace(":", "-"),
                source="xa-a",
                scopes=[scope],
                key_sha256=hash_key(key),
                now=clock(),
            )
    body = json.dumps([row(), row("A-2", full_name="")])
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client:

        async def put(key: str, **headers: str) -> httpx.Response:
            bearer = {"authorization": f"Bearer {key}", **headers}
            return await client.put("/api/v1/beneficiaries", content=body, headers=bearer)

        assert (await put("wrong")).status_code == 401
        assert (await put(keys[ApiScope.APPLICATIONS_WRITE])).status_code == 403
        right = keys[ApiScope.BENEFICIARIES_WRITE]
        first = await put(right, **{"idempotency-key": "1"})
        assert (first.status_code, first.json()["refused"]) == (200, 1)
        assert (await put(right, **{"idempotency-key": "1"})).json() == first.json()
        body = json.dumps([row("A-3")])
        assert (await put(right, **{"idempotency-key": "1"})).status_code == 422
        body = "[{"
        broken = await put(right)
        assert broken.status_code == 400
        assert "Chưa dòng nào được ghi" in broken.json()["detail"]["message"]
