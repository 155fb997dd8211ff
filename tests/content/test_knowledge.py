"""The shipped knowledge is sound: sources, dates, figures, phrasings; and it changes by itself on the day."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.content.catalogue import Catalogue
from bot.content.check import find_problems
from bot.content.files import Content, read_content
from bot.domain.answers import AnswerKind
from bot.understanding.in_force import DANGER
from bot.understanding.safety import SafetyRules
from bot.wiring.shipped import name_topics
from phrasings.load import load_phrasings

TODAY = date(2026, 11, 23)


@pytest.fixture(scope="module")
def content(project_root: Path) -> Content:
    return read_content(project_root / "data")


@pytest.fixture(scope="module")
def catalogue(content: Content) -> Catalogue:
    return Catalogue(units=content.units, parameters=content.parameters, documents=content.documents)


def test_nothing_is_wrong(content: Content, project_root: Path) -> None:
    phrasings = load_phrasings(project_root / "data")
    assert list(find_problems(content, phrasings, drawn=content.drawn, today=TODAY)) == []


def test_there_are_answers_on_every_subject(content: Content) -> None:
    subjects = {unit.id.split(".")[0] for unit in content.units.values()}
    assert {"can-cuoc", "vneid", "dich-vu-cong", "ly-lich-tu-phap", "de-an-06", "cu-tru"} <= subjects
    assert len(content.units) >= 350


def test_staff_read_every_topic_in_words(content: Content) -> None:
    topics = name_topics()
    used = {unit.topic for unit in content.units.values()}
    assert {topic for topic in used if topics.name(topic) == topic} == set()
    assert {topic.partition(".")[0] for topic in used} == set(topics.fields)
    assert set(topics.names) <= used | set(content.procedures), "a name that no topic has"
    for _, listed in topics.group(used):
        assert len({name for _, name in listed}) == len(listed), "two topics of a field go by one name"


def test_every_answer_can_be_shown_today_with_a_source(catalogue: Catalogue) -> None:
    """T36: an answer that is no law, a false bot."""
    for unit in catalogue.list_units_on(TODAY):
        answer = catalogue.render_unit(unit.id, day=TODAY)
        assert answer.sources
        assert answer.checked_on
        assert "{{" not in answer.text
        catalogue.render_more(unit.id, day=TODAY)


def test_the_driving_test_is_told_without_figures_that_nobody_checked(catalogue: Catalogue) -> None:
    answer = catalogue.render_unit("giay-phep-lai-xe.thi", day=TODAY)
    assert not any(letter.isdigit() for letter in answer.text)
    assert "chưa kiểm tra" in answer.text


def test_no_answer_breaks_in_the_coming_two_years(catalogue: Catalogue) -> None:
    day = TODAY
    while day < TODAY + timedelta(days=730):
        for unit in catalogue.list_units_on(day):
            catalogue.render_unit(unit.id, day=day)
        day += timedelta(days=14)


@pytest.mark.parametrize(
    ("unit", "last_day", "before", "after"),
    [
        ("can-cuoc.cap-doi.le-phi", date(2026, 12, 31), "25.000 đồng", "50.000 đồng"),
        ("can-cuoc.cap-lai.le-phi", date(2026, 12, 31), "35.000 đồng", "70.000 đồng"),
        ("xuat-nhap-canh.ho-chieu-lan-dau.le-phi", date(2026, 12, 31), "100.000 đồng", "200.000 đồng"),
        (
            "thay-doi.lich.chuan-ngheo-2027",
            date(2026, 12, 31),
            "Từ ngày 01/01/2027",
            "Mức thu nhập tính chuẩn nghèo",
        ),
        ("can-cuoc.le-phi.bang-muc", date(2026, 12, 31), "15.000 đồng", "30.000 đồng"),
        ("xuat-nhap-canh.ho-chieu-doi.le-phi", date(2026, 12, 31), "hộ chiếu: 100.000", "hộ chiếu: 200.000"),
        ("quyen-loi.ho-ngheo.dieu-kien", date(2026, 12, 31), "1.500.000 đồng", "2.200.000 đồng"),
        ("vneid.lien-ket.thoi-han", date(2026, 12, 31), "Trước 31/12/2026", "hạn đã qua"),
        ("giay-phep-lai-xe.doi.le-phi", date(2027, 2, 28), "được miễn đến hết ngày 28/02/2027", "Có lệ phí"),
        ("ho-tich.trich-luc.le-phi", date(2027, 2, 28), "8.000 đồng", "đã hết ngày 28/02/2027"),
        ("ho-tich.khai-tu.thoi-gian", date(2027, 2, 28), "trích lục", "luật mới"),
        ("can-cuoc.le-phi.cong-dan-so", date(2027, 2, 28), "Miễn lệ phí", "Hết rồi"),
        ("vneid.chu-ky-so.mien-phi", date(2027, 2, 28), "Có. VNeID", "đã hết hạn"),
        ("thay-doi.lich.luat-ho-tich", date(2027, 2, 28), "Trước ngày", "đã có hiệu lực"),
    ],
)
def test_the_answer_changes_by_itself_overnight(
    catalogue: Catalogue, unit: str, last_day: date, before: str, after: str
) -> None:
    assert before in catalogue.render_unit(unit, day=last_day).text
    next_day = catalogue.render_unit(unit, day=last_day + timedelta(days=1)).text
    assert after in next_day
    assert before not in next_day


@pytest.mark.parametrize("ended_on", [date(2026, 12, 31), date(2027, 2, 28)])
def test_what_has_ended_is_told_as_ended(catalogue: Catalogue, ended_on: date) -> None:
    day, written = ended_on + timedelta(days=1), ended_on.strftime("%d/%m/%Y")
    stale = [
        line
        for unit in catalogue.list_units_on(day)
        for line in catalogue.render_unit(unit.id, day=day).text.splitlines()
        if written in line
        and not any(word in line for word in ("đã hết", "Đã hết", "Hết rồi", "đã qua", "sau ngày"))
    ]
    # What happened in 2026 is told with its dates, also when they are over.
    assert [line for line in stale if "Từ **15/08/2026**" not in line] == []


def test_learnt_dangers_have_their_fixed_answer(project_root: Path) -> None:
    rules = SafetyRules.load(project_root / "data" / "safety")
    names = [name for name in load_phrasings(project_root / "data") if name.startswith(DANGER)]
    kinds = {rules.get_rule(name.removeprefix(DANGER)).kind for name in names}
    assert kinds == {AnswerKind.EMERGENCY}


def test_ordinary_questions_are_not_taken_for_danger(project_root: Path) -> None:
    rules = SafetyRules.load(project_root / "data" / "safety")
    phrasings = load_phrasings(project_root / "data")
    about_other_things = [
        phrase
        for name, phrases in phrasings.items()
        if not name.startswith(("an-toan.", "danger.", "ngan-hang.", "sim.", "out-of-scope"))
        and "lua-dao" not in name
        and not name.endswith(".goi-111")
        for phrase in phrases
    ]
    stopped = [phrase for phrase in about_other_things if rules.find_rule(phrase) is not None]
    assert len(stopped) <= len(about_other_things) / 750, stopped
