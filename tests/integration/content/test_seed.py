"""data/ reaches the database whole or not at all, and never over the work of staff."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.content.catalogue import load_catalogue
from bot.content.files import ContentInvalid
from bot.content.publish import publish_record
from bot.content.schema import AnswerUnit
from bot.content.seed import seed_content
from bot.domain.content import ContentKind
from bot.storage.content_records import list_earlier_revisions
from bot.storage.database import Database
from bot.storage.tables import AnswerUnitRow
from tests.integration.content.data_folder import DataFolder, document, parameter, unit

NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
UNIT = "can-cuoc.doi.le-phi"


@pytest.fixture
def data(tmp_path: Path) -> DataFolder:
    return DataFolder(tmp_path / "data")


async def rows_of(database: Database) -> dict[str, AnswerUnitRow]:
    async with database.begin() as tx:
        return {row.id: row for row in await tx.scalars(select(AnswerUnitRow))}


async def edit(database: Database, text: str, *, revision: int = 1) -> None:
    row = (await rows_of(database))[UNIT]
    body = dict(row.body)
    body["versions"] = [{**body["versions"][0], "text": text}]
    async with database.begin() as tx:
        await publish_record(
            tx,
            AnswerUnit.model_validate(body),
            expected_revision=revision,
            editor="lan@troly06.local",
            now=NOW,
        )


async def test_the_first_time_everything_is_added(database: Database, data: DataFolder) -> None:
    report = await seed_content(database, data.path)

    assert (report.added, report.changed, report.removed, report.edited) == (3, 0, 0, ())
    async with database.begin() as tx:
        catalogue = await load_catalogue(tx)
    assert catalogue.render_unit(UNIT, day=NOW.date()).text == "50.000 đồng. Nộp khi làm thẻ."


async def test_the_second_time_nothing_is_written(database: Database, data: DataFolder) -> None:
    await seed_content(database, data.path)
    before = await rows_of(database)

    report = await seed_content(database, data.path)

    assert not report.changed_anything
    after = await rows_of(database)
    assert {key: (row.revision, row.updated_at) for key, row in before.items()} == {
        key: (row.revision, row.updated_at) for key, row in after.items()
    }


async def test_a_changed_unit_keeps_what_it_said_in_its_history(database: Database, data: DataFolder) -> None:
    await seed_content(database, data.path)
    data.write_units(unit(UNIT, text="Miễn phí."), unit("can-cuoc.doi.thoi-han", text="Bảy ngày."))

    report = await seed_content(database, data.path)

    assert (report.added, report.changed, report.removed) == (1, 1, 0)
    row = (await rows_of(database))[UNIT]
    assert row.revision == 2
    assert row.body["versions"][0]["text"] == "Miễn phí."
    async with database.begin() as tx:
        (earlier,) = await list_earlier_revisions(tx, ContentKind.ANSWER, UNIT)
    assert earlier.revision == 1
    assert earlier.body["versions"][0]["text"].startswith("{{")


async def test_an_edited_unit_is_never_overwritten_nor_removed(database: Database, data: DataFolder) -> None:
    await seed_content(database, data.path)
    await edit(database, "Cán bộ đã sửa: {{can-cuoc.le-phi.doi}}.")
    seeded_as = (await rows_of(database))[UNIT].seed_sha256
    data.write_units(unit(UNIT, text="Bản mới trong data."))
    assert (await seed_content(database, data.path)).edited == (f"answer:{UNIT}",)

    # Everything that the edited answer stands on leaves data/ too.
    data.write("sources", "luat", "documents", [document("luat-khac")])
    data.write("parameters", "le-phi", "parameters", [])
    data.write_units(unit("khac.khac", text="Khác.", sources=[{"document": "luat-khac"}]))
    report = await seed_content(database, data.path)

    row = (await rows_of(database))[UNIT]
    assert row.body["versions"][0]["text"].startswith("Cán bộ đã sửa")
    assert (row.seed_sha256, report.edited, report.removed) == (seeded_as, (f"answer:{UNIT}",), 0)
    async with database.begin() as tx:
        catalogue = await load_catalogue(tx)
    assert catalogue.render_unit(UNIT, day=NOW.date()).sources[0].document == "Luật Căn cước 26/2023/QH15"


async def test_what_left_data_leaves_the_database(database: Database, data: DataFolder) -> None:
    data.write_units(unit(UNIT), unit("can-cuoc.doi.cu", text="Cũ."))
    await seed_content(database, data.path)
    data.write_units(unit(UNIT))

    assert (await seed_content(database, data.path)).removed == 1
    assert list(await rows_of(database)) == [UNIT]


async def test_one_mistake_and_nothing_is_written(database: Database, data: DataFolder) -> None:
    data.write_units(
        unit(UNIT, text="x" * 901),
        unit("can-cuoc.doi.a", title="Một tiêu đề", sources=[{"document": "khong-co"}]),
        unit("can-cuoc.doi.b", title="Một tiêu đề", text="{{khong.co}}"),
        {**unit("can-cuoc.doi.c", text="Có."), "related": ["khong.co"]},
    )

    with pytest.raises(ContentInvalid) as refused:
        await seed_content(database, data.path)

    assert await rows_of(database) == {}
    said = str(refused.value)
    assert "data/answers/can-cuoc.yml: can-cuoc.doi.le-phi: versions.0.text: Dài quá 900 ký tự" in said
    assert "can-cuoc.doi.a: Không có văn bản khong-co" in said
    assert "can-cuoc.doi.b: Trùng tiêu đề với can-cuoc.doi.a" in said
    assert "can-cuoc.doi.b: Không có tham số {{khong.co}}" in said
    assert "can-cuoc.doi.c: related: không có câu trả lời khong.co" in said


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("answers: [", "Không đọc được YAML"),
        ("- a", "Cần đúng một mục ở trên cùng"),
        ("nlu: []", "Cần đúng một mục ở trên cùng"),
        ("answers: [1]", "mục 1"),
        (b"answers: \xff", "Không đọc được YAML"),
    ],
)
async def test_a_broken_file_is_named(
    database: Database, data: DataFolder, written: str | bytes, reason: str
) -> None:
    raw = written if isinstance(written, bytes) else written.encode()
    (data.path / "answers" / "hong.yml").write_bytes(raw)

    with pytest.raises(ContentInvalid, match=r"data/answers/hong\.yml") as refused:
        await seed_content(database, data.path)
    assert reason in str(refused.value)


async def test_an_id_in_two_files_is_refused(database: Database, data: DataFolder) -> None:
    data.write("answers", "lap", "answers", [unit(UNIT)])

    with pytest.raises(ContentInvalid, match=r"Mã này đã có trong can-cuoc\.yml"):
        await seed_content(database, data.path)


async def test_a_change_rings_the_bell_and_no_change_does_not(database: Database, data: DataFolder) -> None:
    async with await database.listen() as connection:
        await connection.execute("LISTEN content_changed")
        await seed_content(database, data.path)
        await seed_content(database, data.path)
        heard = [notice async for notice in connection.notifies(timeout=0.3)]
    assert len(heard) == 1


async def test_an_unchanged_catalogue_of_250_units_is_quick(database: Database, data: DataFolder) -> None:
    data.write("parameters", "nhieu", "parameters", [parameter(f"so.{n}") for n in range(100)])
    data.write_units(*(unit(f"chu-de.so-{n}", text=f"Câu {n}. " + "Một câu dài. " * 40) for n in range(250)))
    await seed_content(database, data.path)

    started = time.perf_counter()
    await seed_content(database, data.path)

    assert time.perf_counter() - started < 0.3
