"""The second secret of an application."""

from __future__ import annotations

from datetime import date

import pytest

from bot.domain.application import ApplicantSecrets, Secret, find_birth_date, secret_matches


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


def test_where_one_secret_is_asked_for_the_other_does_not_open() -> None:
    known = ApplicantSecrets(id_number="000185001234", birth_date=date(1985, 3, 5))
    assert secret_matches("1234", known, only=Secret.LAST_FOUR)
    assert not secret_matches("1234", known, only=Secret.BIRTH_DATE)
    assert secret_matches("05/03/1985", known, only=Secret.BIRTH_DATE)
    assert not secret_matches("05/03/1985", known, only=Secret.LAST_FOUR)
