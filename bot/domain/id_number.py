"""The structure of an ID number (số định danh cá nhân, số CMND).

Twelve digits: three for the place where the birth was registered (001-096 a province, 101 and up a country),
one for century and sex (0 and 1: 1900-1999 male and female, 2 and 3: 2000-2099, and so on), two for the year of
birth, six at random. An old number (CMND) has nine digits without a structure worth checking.
Source: Nghị định 137/2015/NĐ-CP, replaced by Nghị định 70/2024/NĐ-CP; used to refuse slips of the pen only, never
told to a citizen.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum

_LAST_PROVINCE = 96
_FIRST_COUNTRY = 101
_FIRST_CENTURY = 19


class IdNumberProblem(StrEnum):
    """Why a text is no ID number, or not this person's."""

    NOT_DIGITS = "id-number-not-digits"
    PLACE_UNKNOWN = "id-number-place-unknown"
    BIRTH_DIFFERS = "id-number-birth-differs"


def find_id_number_problem(
    id_number: str, birth_date: date | None, *, is_invented: bool = False
) -> IdNumberProblem | None:
    """Return what is wrong with an ID number, None where its structure is right and fits the date of birth.

    `is_invented`: it must be of the place 000, which does not exist.
    """
    if not (id_number.isascii() and id_number.isdigit()) or len(id_number) not in (9, 12):
        return IdNumberProblem.NOT_DIGITS
    if len(id_number) == 9:
        return None
    place = int(id_number[:3])
    is_place = place == 0 if is_invented else 1 <= place <= _LAST_PROVINCE or place >= _FIRST_COUNTRY
    if not is_place:
        return IdNumberProblem.PLACE_UNKNOWN
    if birth_date is not None:
        century = _FIRST_CENTURY + int(id_number[3]) // 2
        if birth_date.year != century * 100 + int(id_number[4:6]):
            return IdNumberProblem.BIRTH_DIFFERS
    return None


def read_sex(id_number: str) -> str | None:
    """Return "male" or "female" as an ID number of twelve digits says it, None where it says nothing."""
    if len(id_number) != 12:
        return None
    return "female" if int(id_number[3]) % 2 else "male"
