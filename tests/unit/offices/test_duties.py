"""Every procedure that is handed in at a counter has an office, and words lead to it."""

from __future__ import annotations

import pytest

from bot.content.files import read_content
from bot.content.procedure import Level
from bot.domain.office import OfficeKind, Point
from bot.settings import DATA
from bot.wiring import load_communes, load_office_duties

DUTIES = load_office_duties()


def test_every_procedure_at_a_counter_has_a_duty() -> None:
    without = [
        procedure.id
        for procedure in read_content(DATA).procedures.values()
        if (place := procedure.versions[-1].place) is not None
        if {Level.COMMUNE, Level.PROVINCE} & set(place.levels)
        if DUTIES.find_for_procedure(procedure.id) is None
    ]
    assert without == []


def test_what_a_duty_answers_with_exists() -> None:
    procedures = read_content(DATA).procedures
    for duty in DUTIES.duties:
        assert procedures[duty.about].versions[-1].place is not None, duty.id


@pytest.mark.parametrize(
    ("text", "duty"),
    [
        ("Công an xã nào làm căn cước ở Hòa An", "can-cuoc"),
        ("dang ky khai sinh o dau", "ho-tich"),
        ("cho nao lam bang lai xe", "giay-phep-lai-xe"),
        ("nộp trợ cấp thất nghiệp ở đâu", "that-nghiep"),
        ("đi đâu bây giờ", None),
    ],
)
def test_words_lead_to_a_duty(text: str, duty: str | None) -> None:
    found = DUTIES.find_in(text)
    assert (found.id if found is not None else None) == duty


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Công an cấp xã", OfficeKind.COMMUNE_POLICE),
        ("trung tam phuc vu hanh chinh cong", OfficeKind.COMMUNE_SERVICE),
        ("tax", OfficeKind.TAX),
        ("Công an huyện", None),
    ],
)
def test_lists_name_kinds_in_words(text: str, kind: OfficeKind | None) -> None:
    assert DUTIES.find_kind(text) is kind


def test_distance_is_as_the_crow_flies() -> None:
    hanoi, saigon = Point(latitude=21.0285, longitude=105.8542), Point(latitude=10.7769, longitude=106.7009)
    assert hanoi.distance_km(saigon) == pytest.approx(1143, abs=10)
    assert hanoi.distance_km(hanoi) == 0


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("quận 3 cũ", {"Phường Bàn Cờ", "Phường Xuân Hòa", "Phường Nhiêu Lộc"}),
        ("quận 3, TP HCM", {"Phường Bàn Cờ", "Phường Xuân Hòa", "Phường Nhiêu Lộc"}),
    ],
)
def test_an_old_district_is_todays_communes(typed: str, names: set[str]) -> None:
    (found,) = load_communes().find_old(typed)
    assert found.is_district
    assert {each.name for each in found.communes} == names


def test_old_provinces_and_short_names_are_known() -> None:
    communes = load_communes()
    (old,) = communes.find_old("Bạc Liêu cũ")
    assert (old.is_district, old.today) == (False, "Cà Mau")
    assert communes.find_province("TPHCM") == communes.find_province("Thành phố Hồ Chí Minh") == "79"
    assert communes.find_province("Hà Tây") is None
    assert len(communes.find_old("huyện Châu Thành")) > 1
    assert communes.find_old("") == communes.find_old("không có nơi này") == []
    assert {place.name for place in communes.find_places("phường Xuân Hòa")} == {
        "Phường Xuân Hòa, Phú Thọ",
        "Phường Xuân Hòa, Thành phố Hồ Chí Minh",
    }
