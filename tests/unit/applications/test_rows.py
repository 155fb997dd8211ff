"""What a row must be, and every reason why one is refused."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from bot.applications.sources import SourceSystems
from bot.domain.application import ApplicationState
from bot.domain.application_report import ApplicationReport
from bot.gateways.applications.rows import RowChecker
from bot.gateways.rows.raw import RowProblem
from bot.settings import DATA

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
SOURCES = SourceSystems.load(DATA / "applications" / "sources")
ROW: dict[str, Any] = {
    "code": "H12.34.56-261102-0001",
    "procedure_name": "Cấp đổi thẻ căn cước",
    "office": "Công an phường Ba Đình, thành phố Hà Nội",
    "state": "Đang xử lý",
    "state_since": "2026-11-03T08:30:00+07:00",
    "promised_on": "2026-11-27",
    "as_of": "2026-11-22T10:00:00+07:00",
    "id_number": "001085001234",
    "birth_date": "1985-03-05",
}


def _check(source: str = "mot-cua", /, **changed: object) -> ApplicationReport | tuple[RowProblem, ...]:
    row = {name: value for name, value in {**ROW, **changed}.items() if value is not ...}
    return RowChecker(SOURCES.find(source), now=NOW).check(row)


def _reasons(checked: ApplicationReport | tuple[RowProblem, ...]) -> set[tuple[str, str]]:
    assert isinstance(checked, tuple)
    return {(problem.field, problem.reason) for problem in checked}


def test_a_sound_row_is_read() -> None:
    report = _check()
    assert isinstance(report, ApplicationReport)
    assert report.state is ApplicationState.PROCESSING
    assert report.state_since == datetime(2026, 11, 3, 1, 30, tzinfo=UTC)
    assert report.promised_on == date(2026, 11, 27)
    assert report.birth_date == date(1985, 3, 5)
    assert report.version == int(report.data_as_of.timestamp() * 1_000_000)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("24/11/2026", date(2026, 11, 24)),
        ("2026-11-24", date(2026, 11, 24)),
        ("4.11.2026", date(2026, 11, 4)),
        (date(2026, 11, 24), date(2026, 11, 24)),
        (datetime(2026, 11, 24, 0, 0), date(2026, 11, 24)),  # noqa: DTZ001 -- as a spreadsheet gives it
        (None, None),
        ("", None),
    ],
)
def test_days_are_read_as_offices_write_them(said: object, expected: date | None) -> None:
    report = _check(promised_on=said)
    assert isinstance(report, ApplicationReport)
    assert report.promised_on == expected


def test_a_moment_without_a_zone_is_hanois() -> None:
    report = _check(as_of="22/11/2026 10:00")
    assert isinstance(report, ApplicationReport)
    assert report.data_as_of == datetime(2026, 11, 22, 3, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"code": ...}, ("code", "field-missing")),
        ({"code": "12345"}, ("code", "code-invalid")),
        ({"code": "H12.34.56-261332-0001"}, ("code", "code-invalid")),
        ({"state": "Bay lên trời"}, ("state", "state-unknown")),
        ({"state": ""}, ("state", "field-missing")),
        ({"state_since": "hôm qua"}, ("state_since", "date-invalid")),
        ({"state_since": "31/02/2026"}, ("state_since", "date-invalid")),
        ({"state_since": "2027-01-01"}, ("state_since", "date-in-future")),
        ({"promised_on": "32/01/2026"}, ("promised_on", "date-invalid")),
        ({"office": " "}, ("office", "field-missing")),
        ({"office": "x" * 301}, ("office", "text-too-long")),
        ({"office": "Công\x00an"}, ("office", "text-invalid")),
        ({"id_number": "12345678901"}, ("id_number", "id-number-not-digits")),
        ({"id_number": "099085001234"}, ("id_number", "id-number-place-unknown")),
        ({"id_number": "001086001234"}, ("id_number", "id-number-birth-differs")),
        ({"id_number": "001285001234"}, ("id_number", "id-number-birth-differs")),
        ({"birth_date": "2027-03-05", "id_number": None}, ("birth_date", "date-in-future")),
        ({"Màu": "xanh"}, ("", "field-unknown")),
    ],
)
def test_a_bad_row_is_refused_with_its_reason(changed: dict[str, object], expected: tuple[str, str]) -> None:
    checked = _check(**changed)
    assert expected in _reasons(checked)
    assert isinstance(checked, tuple)
    assert all(problem.message.endswith(".") for problem in checked)


def test_every_reason_is_told_at_once() -> None:
    reasons = _reasons(_check(code="x", state="?", promised_on="?"))
    assert reasons == {("code", "code-invalid"), ("state", "state-unknown"), ("promised_on", "date-invalid")}


def test_no_reason_repeats_an_id_number_or_a_birth_date() -> None:
    checked = _check(id_number="001186001234", birth_date="1985-03-05")
    assert isinstance(checked, tuple)
    assert not any("1234" in problem.message or "1985" in problem.message for problem in checked)


@pytest.mark.parametrize("raw", [None, 5, "text", ["a"], True])
def test_what_is_no_object_is_refused(raw: object) -> None:
    assert _reasons(RowChecker(SOURCES.find("mot-cua"), now=NOW).check(raw)) == {("", "not-an-object")}


@pytest.mark.parametrize("said", ["đang xử lý", "ĐANG XỬ LÝ", "dang xu ly", "Đang  xử lý", "processing", "4"])
def test_states_are_read_however_they_are_typed(said: str) -> None:
    report = _check(state=said)
    assert isinstance(report, ApplicationReport)
    assert report.state is ApplicationState.PROCESSING


def test_a_source_that_counts_must_count() -> None:
    assert _reasons(_check("dich-vu-cong-cong-an")) == {("sequence", "field-missing")}
    report = _check("dich-vu-cong-cong-an", sequence=7)
    assert isinstance(report, ApplicationReport)
    assert report.version == 7
    for wrong in (-1, "x", True, 2**63):
        assert _reasons(_check("dich-vu-cong-cong-an", sequence=wrong)) == {("sequence", "sequence-invalid")}


def test_an_old_id_number_of_nine_digits_is_taken() -> None:
    assert isinstance(_check(id_number="012345678"), ApplicationReport)


def test_invented_people_are_of_a_place_that_does_not_exist() -> None:
    assert isinstance(_check("demo", state="processing", id_number="000085001234"), ApplicationReport)
    assert _reasons(_check("demo", state="processing")) == {("id_number", "id-number-place-unknown")}


def test_a_clock_that_is_a_little_ahead_is_forgiven() -> None:
    assert isinstance(_check(as_of=(NOW + timedelta(minutes=30)).isoformat()), ApplicationReport)
    assert _reasons(_check(as_of=(NOW + timedelta(hours=2)).isoformat())) == {("as_of", "date-in-future")}


def test_a_source_without_a_table_of_its_own_has_the_common_names() -> None:
    assert SOURCES.find("so-tu-phap-x").id == "so-tu-phap-x"
    assert SOURCES.find("so-tu-phap-x").read_state("Đã trả kết quả") is ApplicationState.RETURNED
