"""An edit is checked, kept in the history, and never lost to another editor's."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.content.publish import EditedMeanwhile, RecordGone, RecordRefused, publish_record
from bot.content.schema import AnswerUnit, Parameter
from bot.content.seed import seed_content
from bot.content.validity import UnitState, find_validity
from bot.domain.content import ContentKind
from bot.storage.content_records import find_record, list_earlier_revisions
from bot.storage.database import Database
from tests.integration.content.data_folder import DataFolder, parameter, unit

NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
UNIT = "can-cuoc.doi.le-phi"


@pytest.fixture
async def seeded(database: Database, tmp_path: Path) -> Database:
    data = DataFolder(tmp_path / "data")
    data.write_units(unit(UNIT, title="Lệ phí đổi thẻ"), unit("can-cuoc.doi.khac", title="Khác"))
    await seed_content(database, data.path)
    return database


async def save(database: Database, *, revision: int = 1, editor: str = "lan@a.vn", **changed: Any) -> int:
    title = changed.pop("title", "Lệ phí đổi thẻ")
    async with database.begin() as tx:
        return await publish_record(
            tx,
            AnswerUnit.model_validate(unit(UNIT, title=title, **changed)),
            expected_revision=revision,
            editor=editor,
            now=NOW,
        )


async def test_an_edit_raises_the_revision_and_keeps_the_old_text(seeded: Database) -> None:
    assert await save(seeded, text="Miễn phí.") == 2
    assert await save(seeded, revision=2, text="Miễn phí đến hết năm.", editor="minh@a.vn") == 3

    async with seeded.begin() as tx:
        now_says = await find_record(tx, ContentKind.ANSWER, UNIT)
        earlier = await list_earlier_revisions(tx, ContentKind.ANSWER, UNIT)
    assert now_says is not None
    assert (now_says.revision, now_says.edited_by) == (3, "minh@a.vn")
    assert [(each.revision, each.edited_by) for each in earlier] == [(2, "lan@a.vn"), (1, None)]
    assert earlier[0].body["versions"][0]["text"] == "Miễn phí."


async def test_two_editors_do_not_lose_work(seeded: Database) -> None:
    await save(seeded, text="Bản của Lan.")

    with pytest.raises(EditedMeanwhile) as meanwhile:
        await save(seeded, text="Bản của Minh.", editor="minh@a.vn")

    assert meanwhile.value.theirs.body["versions"][0]["text"] == "Bản của Lan."
    assert meanwhile.value.theirs.edited_by == "lan@a.vn"


async def test_an_edit_that_changes_nothing_is_no_revision(seeded: Database) -> None:
    assert await save(seeded) == 1


@pytest.mark.parametrize(
    ("changed", "place", "message"),
    [
        ({"text": "{{khong.co}}"}, "versions.0.text", "Không có tham số {{khong.co}}"),
        ({"text": "Có.", "more": "{{khong.co}}"}, "versions.0.more", "Không có tham số"),
        ({"sources": [{"document": "khong-co"}]}, "versions.0.sources.0.document", "Chọn văn bản khác"),
        ({"title": "Khác"}, "title", "Đặt tên khác"),
    ],
)
async def test_what_does_not_exist_is_refused(
    seeded: Database, changed: dict[str, Any], place: str, message: str
) -> None:
    with pytest.raises(RecordRefused) as refused:
        await save(seeded, **changed)

    assert [problem.place for problem in refused.value.problems] == [place]
    assert message in refused.value.problems[0].message


async def test_a_unit_that_is_gone_is_said(seeded: Database) -> None:
    async with seeded.begin() as tx:
        with pytest.raises(RecordGone):
            await publish_record(
                tx,
                AnswerUnit.model_validate(unit("khong.co")),
                expected_revision=1,
                editor="a",
                now=NOW,
            )


async def test_an_edit_rings_the_bell(seeded: Database) -> None:
    async with await seeded.listen() as connection:
        await connection.execute("LISTEN content_changed")
        await save(seeded, text="Miễn phí.")
        heard = [notice async for notice in connection.notifies(timeout=1, stop_after=1)]
    assert len(heard) == 1


def fee(*spans: tuple[str, str | None]) -> dict[str, Parameter]:
    values = [
        {
            "value": 1000,
            "effective_from": begin,
            "effective_to": end,
            "source": {"document": "d"},
            "checked_on": "2026-11-23",
        }
        for begin, end in spans
    ]
    record = Parameter.model_validate(parameter(values=values))
    return {record.id: record}


@pytest.mark.parametrize(
    ("version", "spans", "state", "last"),
    [
        ({}, [("2024-07-01", None)], UnitState.IN_FORCE, None),
        ({}, [("2024-07-01", "2026-12-31"), ("2027-01-01", None)], UnitState.IN_FORCE, None),
        ({}, [("2024-07-01", "2026-12-31")], UnitState.EXPIRING, date(2026, 12, 31)),
        ({}, [("2024-07-01", "2026-10-31")], UnitState.FIGURE_MISSING, None),
        ({"effective_to": "2028-01-01"}, [("2024-07-01", None)], UnitState.IN_FORCE, date(2028, 1, 1)),
        ({"effective_to": "2026-11-22"}, [("2024-07-01", None)], UnitState.EXPIRED, None),
        ({"effective_from": "2026-12-01"}, [("2024-07-01", None)], UnitState.NOT_YET, None),
    ],
)
def test_the_state_of_a_unit(
    version: dict[str, Any], spans: list[tuple[str, str | None]], state: UnitState, last: date | None
) -> None:
    validity = find_validity(AnswerUnit.model_validate(unit(UNIT, **version)), fee(*spans), day=date(2026, 11, 23))
    assert (validity.state, validity.last_shown_on) == (state, last)


def test_a_check_grows_old() -> None:
    day = date(2026, 11, 23)
    record = AnswerUnit.model_validate(unit(UNIT, checked_on=day - timedelta(days=181)))
    assert find_validity(record, fee(("2024-07-01", None)), day=day).check_overdue
