"""Cleaning one row: what is refused, what is doubtful, and what is neither."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.domain.beneficiary import BeneficiaryEntry, BeneficiaryList, BeneficiaryStatus, Sex
from bot.gateways.beneficiaries.rows import BeneficiaryChecker, make_name_key
from bot.places.communes import Communes
from bot.settings import DATA

NOW = datetime(2026, 11, 24, 3, tzinfo=UTC)
COMMUNES = Communes.load(DATA / "places" / "old-communes.tsv")
CHECKER = BeneficiaryChecker(COMMUNES, now=NOW, is_invented=False)
ROW = {
    "list": "poor",
    "key": "A-1",
    "full_name": "Nguyễn Thị Hoa",
    "birth_date": "14/03/1960",
    "sex": "nữ",
    "id_number": "025160123456",
    "province": "Phú Thọ",
    "commune": "Phường Việt Trì",
    "as_of": "2026-11-23",
}


def check(**changes: Any) -> BeneficiaryEntry:
    found = CHECKER.check({**ROW, **changes})
    assert isinstance(found, BeneficiaryEntry), found
    return found


def reasons(**changes: Any) -> list[str]:
    found = CHECKER.check({**ROW, **changes})
    assert isinstance(found, tuple), found
    return [each.reason for each in found]


def test_a_right_row_is_taken_as_it_is() -> None:
    entry = check()
    assert (entry.list, entry.status, entry.sex) == (BeneficiaryList.POOR, BeneficiaryStatus.ACTIVE, Sex.FEMALE)
    assert (entry.born, entry.commune_code, entry.reviews) == ("1960-03-14", "07900", ())


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"list": "giàu"}, "choice-unknown"),
        ({"list": None}, "field-missing"),
        ({"key": ""}, "field-missing"),
        ({"full_name": "Hoa"}, "name-invalid"),
        ({"full_name": "Nguyễn Thị 4"}, "name-invalid"),
        ({"birth_date": "31/02/1960"}, "date-invalid"),
        ({"birth_date": "25/11/2026"}, "date-in-future"),
        ({"birth_date": "2027"}, "date-in-future"),
        ({"id_number": "12345"}, "id-number-not-digits"),
        ({"id_number": "099160123456"}, "id-number-place-unknown"),
        ({"status": "lạ"}, "choice-unknown"),
        ({"sex": "x"}, "choice-unknown"),
        ({"as_of": "2026-12-24"}, "date-in-future"),
        ({"sequence": "-1"}, "sequence-invalid"),
        ({"commune": ""}, "field-missing"),
        ({"so_dien_thoai": "0912"}, "field-unknown"),
    ],
)
def test_what_cannot_be_taken_is_refused(changes: dict[str, Any], reason: str) -> None:
    """T33: fields that a form does not have."""
    assert reasons(**changes) == [reason]


@pytest.mark.parametrize(
    ("changes", "reviews"),
    [
        ({"birth_date": "14/03/1961"}, ["birth-differs"]),
        ({"birth_date": "1960"}, []),
        ({"sex": "nam"}, ["sex-differs"]),
        ({"sex": ""}, []),
        ({"id_number": ""}, ["id-number-missing"]),
        ({"id_number": "", "birth_date": "25/11/2012"}, []),
        ({"id_number": "", "birth_date": "24/11/2012"}, ["id-number-missing"]),
        ({"list": "special-children"}, ["grown-up"]),
        (
            {"list": "special-children", "birth_date": "25/11/2010", "id_number": "", "sex": ""},
            ["id-number-missing"],
        ),
        ({"commune": "Xã Không Có"}, ["commune-unknown"]),
        ({"province": "Hải Dương", "district": "Bình Giang", "commune": "Thái Dương"}, ["commune-divided"]),
        ({"id_number": "012345678"}, []),
    ],
)
def test_what_is_doubtful_is_taken_and_shown_to_a_person(changes: dict[str, Any], reviews: list[str]) -> None:
    assert [each.value for each in check(**changes).reviews] == reviews


def test_an_old_commune_becomes_todays() -> None:
    entry = check(province="tỉnh Hậu Giang", district="huyện Phụng Hiệp", commune="xã Hoà An")
    assert entry.commune_code == "31393"
    assert check(province="Cần Thơ", district="", commune="Xã Hòa An").commune_code == "31393"


def test_names_are_compared_without_accents_case_and_order() -> None:
    decomposed = "Nguye\u0302\u0303n Thi\u0323 Hoa"
    assert make_name_key(decomposed) == make_name_key("NGUYỄN  THỊ HOA") == make_name_key("Hoa Nguyen Thi")
    assert check(full_name=decomposed).full_name == "Nguyễn Thị Hoa"


def test_no_reason_repeats_a_number_or_a_date() -> None:
    for changes in ({"id_number": "099160123456"}, {"birth_date": "31/02/1960"}, {"full_name": "Hoa 123456"}):
        found = CHECKER.check({**ROW, **changes})
        assert isinstance(found, tuple)
        assert not any(str(value) in each.message for each in found for value in changes.values())
