"""What is published reaches every process at once; what takes seconds to build from it follows behind."""

from __future__ import annotations

import asyncio
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.content.catalogue import Catalogue
from bot.content.live import LiveCatalogue
from bot.content.publish import publish_record
from bot.content.schema import LegalDocument, Parameter, PhrasingSet
from bot.content.seed import seed_content
from bot.domain.content import ContentKind
from bot.storage.content_records import find_record
from bot.storage.database import Database
from tests.integration.content.data_folder import DataFolder, document, parameter, unit

NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
UNIT = "can-cuoc.doi.le-phi"
FEE = "can-cuoc.le-phi.doi"


@pytest.fixture
def data(tmp_path: Path) -> DataFolder:
    data = DataFolder(tmp_path / "data")
    data.write_units(unit(UNIT))
    file = data.path / "nlu" / "answers" / "can-cuoc.yml"
    file.parent.mkdir(parents=True)
    file.write_text(f"nlu:\n- intent: {UNIT}\n  examples: |\n    - đổi thẻ bao nhiêu tiền\n", encoding="utf-8")
    return data


async def publish(database: Database, record: Parameter | LegalDocument | PhrasingSet, kind: ContentKind) -> None:
    async with database.begin() as tx:
        stored = await find_record(tx, kind, record.id)
        revision = stored.revision if stored is not None else 0
        await publish_record(tx, record, expected_revision=revision, editor="lan@a.vn", now=NOW)


async def test_a_fee_is_live_while_what_is_slow_is_still_being_built(database: Database, data: DataFolder) -> None:
    await seed_content(database, data.path)
    live, told, may_build = LiveCatalogue(database), asyncio.Event(), threading.Event()
    built: list[Catalogue] = []

    def build(catalogue: Catalogue) -> None:
        assert may_build.wait(30)
        built.append(catalogue)

    may_build.set()
    live.follow(lambda _: told.set(), builder=build)
    await live.start()
    assert built == [live.current]
    told.clear()
    may_build.clear()
    try:
        values = [{**parameter()["values"][0], "value": 60000}]
        await publish(database, Parameter.model_validate(parameter(values=values)), ContentKind.PARAMETER)
        await asyncio.wait_for(told.wait(), 10)
        assert live.current.render_unit(UNIT, day=NOW.date()).text.startswith("60.000 đồng")
        assert len(built) == 1
        # Another change while the first is being built: the newest is built in the end.
        told.clear()
        texts = ("đổi thẻ bao nhiêu tiền", "đổi thẻ hết mấy đồng")
        await publish(database, PhrasingSet(id=UNIT, texts=texts), ContentKind.PHRASINGS)
        await asyncio.wait_for(told.wait(), 10)
        assert live.current.phrasings == {UNIT: texts}
        may_build.set()
        await live.load()
        assert built[-1] is live.current
    finally:
        may_build.set()
        await live.stop()


async def test_what_staff_edited_of_every_kind_stays_when_data_changes(
    database: Database, data: DataFolder
) -> None:
    await seed_content(database, data.path)
    await publish(database, PhrasingSet(id=UNIT, texts=("cách hỏi mới",)), ContentKind.PHRASINGS)
    await publish(database, LegalDocument.model_validate(document(title="Đã sửa")), ContentKind.DOCUMENT)
    await publish(database, Parameter.model_validate(parameter(title="Đã sửa")), ContentKind.PARAMETER)
    data.write("sources", "luat", "documents", [document(title="Của data")])
    data.write("parameters", "le-phi", "parameters", [parameter(title="Của data")])
    (data.path / "nlu" / "answers" / "can-cuoc.yml").unlink()

    report = await seed_content(database, data.path)

    edited = (f"parameter:{FEE}", "document:luat-26-2023-qh15", f"phrasings:{UNIT}")
    assert (report.edited, report.changed_anything) == (edited, False)
