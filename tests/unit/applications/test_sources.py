"""The tables of source systems: many spellings of one name, and what is no table."""

from __future__ import annotations

import unicodedata
from datetime import timedelta
from pathlib import Path

import pytest
import yaml

from bot.applications.sources import SourcesInvalid, SourceSystems, VersionOrder
from bot.domain.application import ApplicationState
from bot.settings import DATA

SOURCES = SourceSystems.load(DATA / "applications" / "sources")
SYSTEMS = SOURCES.list_all()

# The states as one-stop systems report them to the national portal, by number and by name.
NATIONAL = {
    "1": ("Mới đăng ký", ApplicationState.RECEIVED),
    "2": ("Được tiếp nhận", ApplicationState.RECEIVED),
    "3": ("Không được tiếp nhận", ApplicationState.REJECTED),
    "4": ("Đang xử lý", ApplicationState.PROCESSING),
    "5": ("Yêu cầu bổ sung giấy tờ", ApplicationState.SUPPLEMENT_REQUESTED),
    "6": ("Yêu cầu thực hiện nghĩa vụ tài chính", ApplicationState.AWAITING_PAYMENT),
    "7": ("Công dân yêu cầu rút hồ sơ", ApplicationState.WITHDRAWN),
    "8": ("Dừng xử lý", ApplicationState.REJECTED),
    "9": ("Đã xử lý xong", ApplicationState.RESULT_READY),
    "10": ("Đã trả kết quả", ApplicationState.RETURNED),
}


@pytest.mark.parametrize("number", NATIONAL)
def test_a_number_and_its_name_are_one_state(number: str) -> None:
    name, state = NATIONAL[number]
    system = SOURCES.find("mot-cua")
    assert system.read_state(number) is state
    assert system.read_state(name) is state


@pytest.mark.parametrize("number", NATIONAL)
def test_a_source_without_a_table_has_the_names_but_not_the_numbers(number: str) -> None:
    name, state = NATIONAL[number]
    system = SOURCES.find("so-nao-do")
    assert system.id == "so-nao-do"
    assert system.read_state(name) is state
    assert system.read_state(number) is None


@pytest.mark.parametrize("state", ApplicationState)
def test_our_own_names_are_taken_from_every_source(state: ApplicationState) -> None:
    for system in (*SYSTEMS, SOURCES.find("so-nao-do")):
        assert system.read_state(state.value) is state


@pytest.mark.parametrize(
    "text",
    [
        "ĐANG XỬ LÝ",
        "đang xử lý",
        "  Đang   xử lý ",
        "dang xu ly",
        "DANG_XU_LY",
        "dang-xu-ly",
        unicodedata.normalize("NFD", "Đang xử lý"),
    ],
)
def test_case_accents_and_spaces_make_no_difference(text: str) -> None:
    assert SOURCES.find("mot-cua").read_state(text) is ApplicationState.PROCESSING


@pytest.mark.parametrize("text", ["", " ", "Đang", "Đang xử lý xong rồi", "11", "0"])
def test_a_name_that_is_not_there_is_not_guessed(text: str) -> None:
    assert SOURCES.find("mot-cua").read_state(text) is None


def test_every_name_in_a_table_is_read_as_it_stands() -> None:
    for system in SYSTEMS:
        for state, names in system.states.items():
            assert {system.read_state(name) for name in names} == {state}


def test_periods_and_orders_are_read() -> None:
    police = SOURCES.find("dich-vu-cong-cong-an")
    assert police.fresh_for == timedelta(hours=4)
    assert police.order is VersionOrder.SEQUENCE
    assert SOURCES.find("mot-cua").fresh_for == timedelta(days=1)


def _write(folder: Path, **changed: object) -> Path:
    table: dict[str, object] = {"id": "default", "name": "x", "order": "time", "fresh_for": "P1D", "states": {}}
    (folder / f"{len(list(folder.iterdir()))}.yml").write_text(yaml.safe_dump(table | changed))
    return folder


@pytest.mark.parametrize(
    "changed",
    [
        {"states": {"received": ["Xong"], "returned": ["XONG"]}},
        {"states": {"unheard-of": ["x"]}},
        {"fresh_for": "a day"},
        {"order": "none"},
        {"colour": "red"},
    ],
)
def test_a_table_that_does_not_fit_is_refused(tmp_path: Path, changed: dict[str, object]) -> None:
    with pytest.raises(SourcesInvalid):
        SourceSystems.load(_write(tmp_path, **changed))


def test_two_tables_of_one_system_and_none_at_all_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SourcesInvalid):
        SourceSystems.load(tmp_path)
    _write(tmp_path)
    with pytest.raises(SourcesInvalid):
        SourceSystems.load(_write(tmp_path))
