"""Codes as people type them, and the second secret."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

import pytest

from bot.domain.application import ApplicantSecrets, find_birth_date, find_code, secret_matches
from bot.skills.application_status.lookup import is_closed

CODE = "H12.34.56-260921-0001"


@pytest.mark.parametrize(
    "typed",
    [
        CODE,
        CODE.lower(),
        f"hồ sơ {CODE} tới đâu rồi",
        "h12.34.56 - 260921 - 0001",
        "H12.34.56–260921–0001",
        f"mã:{CODE}.",
    ],
)
def test_a_code_is_found_as_people_type_it(typed: str) -> None:
    assert find_code(typed) == CODE


@pytest.mark.parametrize("typed", ["", "hồ sơ của tôi", "260921-0001", "079203012345", "lệ phí 50.000"])
def test_what_is_no_code_is_not_taken_for_one(typed: str) -> None:
    assert find_code(typed) is None


@pytest.mark.parametrize(
    "said", ["1234", "4 số cuối 1234"[-4:], "000185001234", "05/03/1985", "5-3-1985", "sinh 5.3.1985"]
)
def test_the_right_secret_opens(said: str) -> None:
    assert secret_matches(said, ApplicantSecrets(id_number="000185001234", birth_date=date(1985, 3, 5)))


@pytest.mark.parametrize("said", ["", "1235", "234", "05/03/1986", "999985001235", "31/02/1985", "không nhớ"])
def test_a_wrong_secret_does_not(said: str) -> None:
    assert not secret_matches(said, ApplicantSecrets(id_number="000185001234", birth_date=date(1985, 3, 5)))


def test_nothing_on_record_opens_to_nothing() -> None:
    nothing = ApplicantSecrets(id_number=None, birth_date=None)
    assert not any(secret_matches(said, nothing) for said in ("", "1234", "-", "01/01/1000"))


def test_an_impossible_date_is_no_date() -> None:
    assert find_birth_date("29/02/2023") is None
    assert find_birth_date("29/2/2024") == date(2024, 2, 29)


def test_five_failures_within_an_hour_close_the_door_for_an_hour() -> None:
    start = datetime(2026, 11, 23, 2, 0, tzinfo=timezone(timedelta(0)))
    minutes = [start + timedelta(minutes=12 * each) for each in range(5)]
    assert not is_closed(minutes[:4], now=minutes[3])
    assert is_closed(minutes, now=minutes[4])
    assert is_closed(minutes, now=minutes[4] + timedelta(minutes=59))
    assert not is_closed(minutes, now=minutes[4] + timedelta(minutes=61))
    spread = [start + timedelta(minutes=20 * each) for each in range(5)]
    assert not is_closed(spread, now=spread[4])
