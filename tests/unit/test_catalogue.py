"""An answer is shown on the days it is in force, with its source, and on no other."""

from __future__ import annotations

from datetime import date

import pytest

from bot.content.catalogue import Catalogue, NoSuchUnit
from bot.content.schema import AnswerUnit, LegalDocument


def _unit(unit_id: str, **changes: object) -> AnswerUnit:
    version = {
        "effective_from": "2024-07-01",
        "effective_to": "2026-12-31",
        "checked_on": "2026-11-23",
        "text": "Bảy ngày.",
        "sources": [{"document": "luat", "article": "Điều 26"}],
    }
    body = {"id": unit_id, "title": f"Tên {unit_id}", "kind": "time", "topic": "the", "versions": [version]}
    return AnswerUnit.model_validate({**body, **changes})


LAW = LegalDocument.model_validate(
    {"id": "luat", "name": "Luật 26/2023/QH15", "effective_from": "2024-07-01", "checked_on": "2026-11-23"}
)
CATALOGUE = Catalogue(
    units={unit.id: unit for unit in (_unit("mot", related=["hai", "vang"]), _unit("hai"))},
    documents={"luat": LAW},
)


def test_an_answer_carries_its_source_and_the_next_questions() -> None:
    answer = CATALOGUE.render_unit("mot", day=date(2026, 11, 23))
    assert answer.sources[0].document == "Luật 26/2023/QH15"
    assert answer.sources[0].article == "Điều 26"
    assert [button.payload for button in answer.buttons] == ["a:hai"]


def test_an_expired_answer_is_not_shown() -> None:
    assert CATALOGUE.find_unit_on("mot", date(2026, 12, 31)) is not None
    assert CATALOGUE.find_unit_on("mot", date(2027, 1, 1)) is None
    assert CATALOGUE.list_units_on(date(2027, 1, 1)) == []
    with pytest.raises(NoSuchUnit):
        CATALOGUE.render_unit("mot", day=date(2027, 1, 1))


def test_an_answer_whose_figure_is_missing_is_not_shown() -> None:
    version = {**CATALOGUE.units["mot"].versions[0].model_dump(), "text": "Phí {{khong-co}}."}
    catalogue = Catalogue(units={"mot": _unit("mot", versions=[version])}, documents={"luat": LAW})
    assert catalogue.find_unit_on("mot", date(2026, 11, 23)) is None


def test_two_versions_must_not_hold_on_one_day() -> None:
    version = CATALOGUE.units["mot"].versions[0].model_dump()
    with pytest.raises(ValueError, match="two versions hold"):
        _unit("mot", versions=[version, {**version, "effective_from": "2026-12-31", "effective_to": None}])
