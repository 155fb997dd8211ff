"""Codes as people type them, as SMS and QR codes hold them, and what must never be taken for one."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.application_code import find_code, find_codes, is_printed_code, make_code_key
from bot.understanding.masking import mask
from bot.yaml_files import read_yaml

CODE = "H12.34.56-260921-0001"
SMS = "000.00.16.H40-211020-0001"


@pytest.mark.parametrize(
    "typed",
    [
        CODE,
        CODE.lower(),
        f"hồ sơ {CODE} tới đâu rồi",
        f"mã:{CODE}.",
        "h12.34.56 - 260921 - 0001",
        "H12.34.56–260921–0001",
        "H12. 34. 56-260921-0001",
        "H12,34,56-260921-0001",
        "H12.34.56_260921_0001",
        "H12.34.56.260921.0001",
        "hs h12 34 56 260921 0001",
        "ma hs. h12.34.56 26O921 OOO1",
        "H12.34.56-26O92l-000I",
        "https://tracuu.gov.vn/ho-so?ma=H12.34.56-260921-0001&x=1",
        unicodedata.normalize("NFD", f"Mã hồ sơ của tôi là {CODE} ạ"),
    ],
)
def test_a_code_is_found_as_people_type_it(typed: str) -> None:
    assert find_code(typed) == CODE


@pytest.mark.parametrize("typed", ["h123456-260921-0001", "H1234562609210001", "h123456 260921 0001"])
def test_a_code_without_its_dots_has_the_same_key(typed: str) -> None:
    found = find_code(typed)
    assert found is not None
    assert make_code_key(found) == make_code_key(CODE)


def test_a_code_is_found_in_a_forwarded_message() -> None:
    said = (
        f"Ho so {SMS} cua ong ba Nguyen Van A da duoc tiep nhan ngay 20/10/2021, hen tra 27/10/2021. LH 0912345678"
    )
    assert find_codes(said) == (SMS,)


def test_every_code_of_a_message_is_found_once() -> None:
    assert find_codes(f"{SMS} và {CODE}, nhắc lại {CODE.lower()}") == (SMS, CODE)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "hồ sơ của tôi",
        "260921-0001",
        "079203012345",
        "001 085 012345",
        "lệ phí 50.000",
        "0912 345 678",
        "sinh ngày 05.03.1985",
        "hồ sơ số 12 nộp ngày 24/11/2026",
        "H12.34.56-261332-0001",
        "chuyển 1.500.000 vào 19036578912345",
    ],
)
def test_what_is_no_code_is_not_taken_for_one(typed: str) -> None:
    assert find_code(typed) is None


def test_no_question_of_citizens_holds_a_code(project_root: Path) -> None:
    for path in sorted((project_root / "tests" / "nlu" / "golden").glob("*.yml")):
        for each in read_yaml(path):
            assert find_code(each["question"]) is None, each["question"]


_GROUPS = st.lists(st.from_regex(r"[0-9]{2,3}", fullmatch=True), min_size=1, max_size=3)
_DAYS = st.dates().map(lambda day: f"{day:%y%m%d}")


@given(
    province=st.integers(min_value=1, max_value=99),
    groups=_GROUPS,
    day=_DAYS,
    number=st.integers(min_value=0, max_value=999_999),
    slip=st.sampled_from(["lower", "spaces", "letters", "comma", "sentence", "joined"]),
)
def test_any_printed_code_is_found_again_through_any_slip(
    province: int, groups: list[str], day: str, number: int, slip: str
) -> None:
    office = ".".join([f"H{province:02d}", *groups])
    printed = f"{office}-{day}-{number:06d}"
    typed = {
        "lower": printed.lower(),
        "spaces": printed.replace(".", " ").replace("-", " "),
        "letters": f"{office}-{day.replace('0', 'O')}-{f'{number:06d}'.replace('0', 'o')}",
        "comma": printed.replace(".", ", "),
        "sentence": f"Cho em hỏi hồ sơ {printed} xong chưa ạ",
        "joined": f"{office}-{day}{number:06d}",
    }[slip]
    if not is_printed_code(printed):
        return  # 29 February of a year that has none in this century
    found = find_code(typed)
    assert found is not None
    assert make_code_key(found) == make_code_key(printed)


@pytest.mark.parametrize(
    "typed",
    [CODE, CODE.lower(), "h12 34 56 260921 0001", "H1234562609210001", f"xem {SMS} với", "H12.34.56-26O921-OOO1"],
)
def test_a_code_never_reaches_the_understanding_server(typed: str) -> None:
    assert "mãhồsơ" in mask(typed)
    assert not any(character.isdigit() for character in mask(typed))
