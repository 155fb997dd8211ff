"""The shipped knowledge is sound: sources, dates, figures, phrasings; and it changes by itself on the day."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.commands.content import find_problems
from bot.content.catalogue import Catalogue
from bot.content.files import Content, read_content

TODAY = date(2026, 11, 23)


@pytest.fixture(scope="module")
def content(project_root: Path) -> Content:
    return read_content(project_root / "data")


@pytest.fixture(scope="module")
def catalogue(content: Content) -> Catalogue:
    return Catalogue(units=content.units, parameters=content.parameters, documents=content.documents)


def test_nothing_is_wrong(content: Content, project_root: Path) -> None:
    assert list(find_problems(content, project_root / "data", today=TODAY)) == []


def test_there_are_answers_on_every_subject(content: Content) -> None:
    subjects = {unit.id.split(".")[0] for unit in content.units.values()}
    assert {"can-cuoc", "vneid", "dich-vu-cong", "ly-lich-tu-phap", "de-an-06", "cu-tru"} <= subjects
    assert len(content.units) >= 60


def test_every_answer_can_be_shown_today_with_a_source(catalogue: Catalogue) -> None:
    for unit in catalogue.list_units_on(TODAY):
        answer = catalogue.render_unit(unit.id, day=TODAY)
        assert answer.sources
        assert answer.checked_on
        assert "{{" not in answer.text
        catalogue.render_more(unit.id, day=TODAY)


def test_the_fee_changes_by_itself_when_the_cut_ends(catalogue: Catalogue) -> None:
    last, first = date(2026, 12, 31), date(2027, 1, 1)
    before = catalogue.render_unit("can-cuoc.cap-doi.le-phi", day=last).text
    after = catalogue.render_unit("can-cuoc.cap-doi.le-phi", day=first).text
    assert before != after
    assert "50.000 đồng" in after


def test_no_answer_breaks_in_the_coming_two_years(catalogue: Catalogue) -> None:
    day = TODAY
    while day < TODAY + timedelta(days=730):
        for unit in catalogue.list_units_on(day):
            catalogue.render_unit(unit.id, day=day)
        day += timedelta(days=14)
