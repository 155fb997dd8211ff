"""Deliveries of source systems: any order, any number of times, all or nothing."""

from __future__ import annotations

import itertools
import random
from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import func, select, text

from bot.applications.sources import SourceSystems
from bot.gateways.applications.sync import ApplicationSync
from bot.gateways.rows.body import BodyHash, IdempotencyKeyReused
from bot.gateways.rows.raw import RawRow
from bot.gateways.rows.read_json import DeliveryUnreadable
from bot.storage.database import Database
from bot.storage.tables import ApplicationEventRow, ApplicationRow, SyncRunRow
from bot.wiring import SOURCES
from tests.integration.applications.conftest import CODE, Source, make_row

STORY = [
    make_row(state=state, state_since=f"2026-11-{day}T09:00:00+07:00", as_of=f"2026-11-{day}T10:00:00+07:00")
    for day, state in (
        ("02", "Mới tiếp nhận"),
        ("04", "Đang xử lý"),
        ("09", "Yêu cầu bổ sung"),
        ("16", "Đang xử lý"),
        ("20", "Đã có kết quả"),
    )
]


async def _read_all(database: Database) -> tuple[list[Any], list[Any]]:
    async with database.begin() as tx:
        applications = await tx.execute(
            select(
                ApplicationRow.code,
                ApplicationRow.state,
                ApplicationRow.state_since,
                ApplicationRow.promised_on,
                ApplicationRow.version,
                ApplicationRow.fingerprint,
            ).order_by(ApplicationRow.code)
        )
        events = await tx.execute(
            select(ApplicationRow.code, ApplicationEventRow.state, ApplicationEventRow.since)
            .join(ApplicationRow, ApplicationRow.id == ApplicationEventRow.application_id)
            .order_by(ApplicationRow.code, ApplicationEventRow.since)
        )
        return [tuple(row) for row in applications], [tuple(row) for row in events]


def _counts(report: dict[str, Any]) -> dict[str, int]:
    return {name: report[name] for name in ("new", "changed", "unchanged", "late", "refused") if report[name]}


async def test_a_story_told_in_order_ends_with_its_last_state_and_its_whole_history(
    source: Source, database: Database
) -> None:
    assert [_counts(await source.sends(row)) for row in STORY] == [{"new": 1}, *[{"changed": 1}] * 4]
    applications, events = await _read_all(database)
    assert [row[1] for row in applications] == ["result-ready"]
    assert [row[1] for row in events] == [
        "received",
        "processing",
        "supplement-requested",
        "processing",
        "result-ready",
    ]


async def test_any_order_and_any_repetition_end_the_same(source: Source, database: Database) -> None:
    dice = random.Random(6)
    expected = None
    for order in dice.sample(list(itertools.permutations(STORY)), 12):
        told = [*order, *dice.choices(STORY, k=3)]
        if dice.random() < 0.5:
            await source.sends(*told)
        else:
            for row in told:
                await source.sends(row)
        found = await _read_all(database)
        expected = expected or found
        assert found == expected
        async with database.begin() as tx:
            await tx.execute(text("DELETE FROM applications"))


async def test_of_two_reports_of_one_moment_the_same_one_holds_in_either_order(
    source: Source, database: Database
) -> None:
    one, two = make_row(office="Công an phường A"), make_row(office="Công an phường B")
    await source.sends(one)
    await source.sends(two)
    first = await _read_all(database)
    async with database.begin() as tx:
        await tx.execute(text("DELETE FROM applications"))
    await source.sends(two)
    await source.sends(one)
    assert await _read_all(database) == first


async def test_a_repeated_delivery_changes_nothing_and_says_so(source: Source, database: Database) -> None:
    await source.sends(*STORY)
    before = await _read_all(database)
    assert _counts(await source.sends(STORY[-1])) == {"unchanged": 1}
    assert _counts(await source.sends(*STORY[:-1])) == {"late": 4}
    assert await _read_all(database) == before


async def test_good_rows_are_written_and_bad_ones_reported(source: Source, database: Database) -> None:
    report = await source.sends(make_row(), make_row("x"), make_row("H12.34.56-261102-0002", state="?"), None)
    assert _counts(report) == {"new": 1, "refused": 3}
    assert [(row["row"], row["code"], row["result"]) for row in report["rows"]] == [
        (1, CODE, "new"),
        (2, "x", "refused"),
        (3, "H12.34.56-261102-0002", "refused"),
        (4, None, "refused"),
    ]
    assert len((await _read_all(database))[0]) == 1


async def test_a_dry_run_says_what_would_be_and_writes_nothing(source: Source, database: Database) -> None:
    await source.sends(STORY[0])
    before = await _read_all(database)
    report = await source.sends(STORY[1], make_row("H12.34.56-261102-0002"), make_row("x"), dry_run=True)
    assert _counts(report) == {"new": 1, "changed": 1, "refused": 1}
    assert await _read_all(database) == before
    async with database.begin() as tx:
        assert await tx.scalar(select(func.count()).select_from(SyncRunRow)) == 1


async def test_a_delivery_that_breaks_off_writes_nothing(
    database: Database, database_url: Any, cipher: Any, clock: Any
) -> None:
    async def broken() -> AsyncIterator[RawRow]:
        for number in range(1, 2_001):
            yield RawRow(number=number, value=make_row(f"H12.34.56-261102-{number:06d}"))
        raise DeliveryUnreadable("đứt")

    sync = ApplicationSync(database_url, cipher, clock=clock)
    with pytest.raises(DeliveryUnreadable):
        await sync.take(broken(), SourceSystems.load(SOURCES).find("mot-cua"))
    assert await _read_all(database) == ([], [])


async def test_sources_do_not_touch_each_others_applications(source: Source, database: Database) -> None:
    await source.sends(make_row(state="Đã trả kết quả"))
    await source.sends(make_row(state="Mới tiếp nhận"), source="so-tu-phap")
    assert sorted(row[1] for row in (await _read_all(database))[0]) == ["received", "returned"]


async def test_the_same_idempotency_key_gives_the_same_report_and_does_nothing_again(
    source: Source, database: Database
) -> None:
    async def nothing() -> AsyncIterator[bytes]:
        for chunk in (b"a", b"b"):
            yield chunk

    async def body() -> BodyHash:
        hashed = BodyHash()
        async for _ in hashed.watch(nothing()):
            pass
        return hashed

    first = await source.sends(STORY[0], idempotency_key="k1", body=await body())
    again = await source.sends(STORY[0], idempotency_key="k1", body=await body())
    assert again == first
    assert first["new"] == 1
    with pytest.raises(IdempotencyKeyReused):
        await source.sends(STORY[1], idempotency_key="k1", body=BodyHash())
    assert [row[1] for row in (await _read_all(database))[0]] == ["received"]


async def test_what_identifies_a_person_is_encrypted_and_bound_to_its_row(
    source: Source, database: Database, cipher: Any
) -> None:
    await source.sends(make_row())
    async with database.begin() as tx:
        row = (await tx.scalars(select(ApplicationRow))).one()
        stored = [row.id_number_encrypted, row.birth_date_encrypted, row.id_number_index]
        assert not any(b"001085001234" in each or b"1985" in each for each in stored if each is not None)
        kept = str([each.report for each in await tx.scalars(select(SyncRunRow))])
        assert CODE in kept
        assert "001085001234" not in kept
    opened = cipher.decrypt(row.id_number_encrypted, column="applications.id_number", row=f"mot-cua|{CODE}")
    assert opened == "001085001234"


async def test_a_large_delivery_lists_only_what_was_refused(source: Source) -> None:
    rows: list[object] = [make_row(f"H12.34.56-261102-{number:06d}") for number in range(10_050)]
    rows[9_000] = make_row("x")
    report = await source.sends(*rows)
    assert report["rows_listed"] == "refused"
    assert [row["row"] for row in report["rows"]] == [9_001]
    assert (report["new"], report["refused"]) == (10_049, 1)
