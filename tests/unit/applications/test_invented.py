"""Invented applications: taken as they are, like real ones where it shows, and nobody's."""

from __future__ import annotations

import time
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from typing import Any

import pytest

from bot.applications.calendar import load_calendar
from bot.applications.invented import (
    LONGEST_TERM,
    OLDEST,
    OfferedProcedure,
    Office,
    invent_applications,
    list_offices,
    list_procedures,
)
from bot.applications.sources import INVENTED, SourceSystems
from bot.clock import HANOI
from bot.content.files import read_content
from bot.domain.application import ApplicationState
from bot.domain.application_code import is_printed_code
from bot.domain.application_report import ApplicationReport
from bot.domain.id_number import find_id_number_problem
from bot.domain.working_days import YearUnknown
from bot.gateways.applications.rows import FIELDS, RowChecker
from bot.settings import DATA

TODAY = date(2026, 11, 24)
COUNT = 20_000
CALENDAR = load_calendar(DATA / "calendar" / "working-days.yml")
SYSTEM = SourceSystems.load(DATA / "applications" / "sources").find(INVENTED)
OPEN = {state.value for state in ApplicationState if state.is_open}
WAITING = {"supplement-requested", "awaiting-payment"}


@pytest.fixture(scope="module")
def offices() -> list[Office]:
    return list_offices()


@pytest.fixture(scope="module")
def procedures() -> list[OfferedProcedure]:
    return list_procedures(read_content(DATA), TODAY)


@pytest.fixture(scope="module")
def rows(offices: list[Office], procedures: list[OfferedProcedure]) -> list[dict[str, Any]]:
    given = invent_applications(
        COUNT, seed=1, calendar=CALENDAR, today=TODAY, offices=offices, procedures=procedures
    )
    return list(given)


@pytest.mark.parametrize("hour", [0, 3, 12, 23])
def test_every_row_is_taken_at_any_hour_of_the_day(rows: list[dict[str, Any]], hour: int) -> None:
    now = datetime(TODAY.year, TODAY.month, TODAY.day, hour, tzinfo=HANOI).astimezone(UTC)
    checker = RowChecker(SYSTEM, now=now)
    assert all(isinstance(checker.check(row), ApplicationReport) for row in rows[:3000])


def test_rows_have_the_fields_of_a_sync(rows: list[dict[str, Any]]) -> None:
    assert {tuple(row) for row in rows} == {FIELDS}
    assert {row["sequence"] for row in rows} == {1}


def test_codes_are_printed_ones_and_each_is_there_once(rows: list[dict[str, Any]]) -> None:
    assert all(is_printed_code(row["code"]) for row in rows)
    assert len({row["code"] for row in rows}) == COUNT


def test_a_code_holds_the_day_it_was_received(rows: list[dict[str, Any]]) -> None:
    for row in rows:
        received = datetime.strptime(row["code"].split("-")[1], "%y%m%d").replace(tzinfo=HANOI).date()
        assert TODAY - timedelta(days=OLDEST) <= received < TODAY
        assert CALENDAR.is_working_day(received)
        assert date.fromisoformat(row["promised_on"]) <= CALENDAR.add_working_days(received, LONGEST_TERM)


def test_people_are_of_the_place_that_does_not_exist(rows: list[dict[str, Any]]) -> None:
    for row in rows:
        born = date.fromisoformat(row["birth_date"])
        assert find_id_number_problem(row["id_number"], born, is_invented=True) is None
        # Structurally right but for the place: no real person can have it.
        assert find_id_number_problem(row["id_number"], born) is not None
        assert find_id_number_problem(f"001{row['id_number'][3:]}", born) is None


def test_days_fit_each_other(rows: list[dict[str, Any]]) -> None:
    for row in rows:
        since = datetime.fromisoformat(row["state_since"])
        assert since < datetime.fromisoformat(row["as_of"])
        assert CALENDAR.is_working_day(since.date())
        assert CALENDAR.is_working_day(date.fromisoformat(row["promised_on"]))
        assert (row["respond_by"] is not None) == (row["state"] in WAITING)
        if row["respond_by"] is not None:
            assert CALENDAR.count_working_days(since.date(), date.fromisoformat(row["respond_by"])) == 10


def test_states_are_spread_and_some_are_late(rows: list[dict[str, Any]]) -> None:
    found = Counter(row["state"] for row in rows)
    assert set(found) == {state.value for state in ApplicationState}
    assert min(found.values()) >= COUNT // 1000
    late = Counter(row["state"] for row in rows if row["state"] in OPEN and row["promised_on"] < str(TODAY))
    assert 0.005 < late.total() / COUNT < 0.06
    assert late["processing"] > late["supplement-requested"] > 0


def test_what_was_just_received_is_not_done_and_what_is_old_mostly_is(rows: list[dict[str, Any]]) -> None:
    yesterday = [row for row in rows if "-261123-" in row["code"]]
    assert {row["state"] for row in yesterday} == {"received"}
    old = [row for row in rows if row["promised_on"] < "2026-10-15"]
    assert sum(row["state"] not in OPEN for row in old) > 0.98 * len(old)


def test_next_steps_are_rare(rows: list[dict[str, Any]]) -> None:
    with_step = [row for row in rows if row["next_step"]]
    assert 0 < len(with_step) < 0.1 * COUNT
    assert {row["state"] for row in with_step} == {"supplement-requested"}


def test_one_seed_gives_the_same_rows_and_another_others(
    rows: list[dict[str, Any]], offices: list[Office], procedures: list[OfferedProcedure]
) -> None:
    def first(seed: int) -> list[dict[str, Any]]:
        given = invent_applications(
            COUNT, seed=seed, calendar=CALENDAR, today=TODAY, offices=offices, procedures=procedures
        )
        return list(islice(given, 50))

    assert first(1) == rows[:50]
    assert first(2) != rows[:50]


def test_offices_are_the_communes_of_today(offices: list[Office]) -> None:
    assert len(offices) == len({office.code for office in offices}) == 3321
    names = {office.name for office in offices}
    assert "Trung tâm Phục vụ hành chính công phường Hoàn Kiếm, thành phố Hà Nội" in names
    assert "Trung tâm Phục vụ hành chính công xã Mường Khương, tỉnh Lào Cai" in names
    assert all(name.split(", ")[-1].startswith(("tỉnh ", "thành phố ")) for name in names)


def test_procedures_take_the_days_they_publish(
    rows: list[dict[str, Any]], procedures: list[OfferedProcedure]
) -> None:
    terms = {procedure.name: procedure.working_days for procedure in procedures}
    assert terms["Cấp đổi thẻ căn cước"] == 7
    assert sum(term is not None for term in terms.values()) > 50
    for row in rows[:2000]:
        term = terms[row["procedure_name"]]
        received = datetime.strptime(row["code"].split("-")[1], "%y%m%d").replace(tzinfo=HANOI).date()
        if term is not None:
            assert row["promised_on"] == CALENDAR.add_working_days(received, term).isoformat()


def test_past_the_known_years_nothing_is_made_up(
    offices: list[Office], procedures: list[OfferedProcedure]
) -> None:
    with pytest.raises(YearUnknown):
        next(
            invent_applications(
                1, seed=1, calendar=CALENDAR, today=date(2027, 12, 20), offices=offices, procedures=procedures
            )
        )


def test_twenty_thousand_rows_take_a_second_at_most(
    offices: list[Office], procedures: list[OfferedProcedure]
) -> None:
    def measure() -> float:
        given = invent_applications(
            COUNT, seed=1, calendar=CALENDAR, today=TODAY, offices=offices, procedures=procedures
        )
        # Processor time: what else runs on the machine is not its fault.
        start = time.process_time()
        assert sum(1 for _ in given) == COUNT
        return time.process_time() - start

    assert min(measure() for _ in range(3)) <= 1.0
