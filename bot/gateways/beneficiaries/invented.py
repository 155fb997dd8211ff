"""Invented lists, to try and to measure with: nobody's, with ID numbers of the place 000, which does not exist.

A share of the rows is wrong, in the ways that the cleaning knows; each such row says in `wrong` what must come
out.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

_FAMILY = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Võ", "Đặng", "Bùi", "Đỗ", "Hồ")
_MIDDLE = ("Văn", "Thị", "Hữu", "Ngọc", "Minh", "Thanh", "Quang", "Kim")
_GIVEN = ("An", "Bình", "Cường", "Dung", "Hà", "Hải", "Hoa", "Lan", "Long", "Mai", "Nam", "Oanh", "Phúc", "Yến")
_PLACES = (
    ("Phú Thọ", "Phường Việt Trì"),
    ("Thành phố Cần Thơ", "Phường Ninh Kiều"),
    ("Thành phố Hải Phòng", "Phường Lưu Kiếm"),
    ("Thành phố Hà Nội", "Phường Ba Đình"),
)
_FEMALE_SHARE = 0.5
_YEAR = 365


@dataclass(frozen=True, slots=True)
class Invented:
    """One invented row. `wrong`: the reason that must come out, None where the row is right."""

    row: dict[str, Any]
    wrong: str | None


def invent_beneficiaries(count: int, *, seed: int, today: date, wrong_share: float = 0.03) -> Iterator[Invented]:
    """Give invented rows, the same for the same seed; of each way to be wrong about as many."""
    choice = random.Random(seed)
    every = round(1 / wrong_share) if wrong_share else 0
    ways = list(_SPOIL)
    for number in range(count):
        row = _invent(choice, number, today)
        wrong = None
        if every and number % every == every - 1:
            wrong = ways[number // every % len(ways)]
            _SPOIL[wrong](row)
        yield Invented(row, wrong)


def _invent(choice: random.Random, number: int, today: date) -> dict[str, Any]:
    kind = ("poor", "near-poor", "social-protection", "special-children")[number % 4]
    is_child = kind == "special-children"
    days = choice.randrange(30, 15 * _YEAR) if is_child else choice.randrange(18 * _YEAR, 90 * _YEAR)
    born = today - timedelta(days=days)
    is_female = choice.random() < _FEMALE_SHARE
    province, commune = choice.choice(_PLACES)
    century = (born.year // 100 - 19) * 2 + is_female
    return {
        "list": kind,
        "key": f"GIA-{number:07d}",
        "full_name": f"{choice.choice(_FAMILY)} {choice.choice(_MIDDLE)} {choice.choice(_GIVEN)}",
        "birth_date": born.isoformat(),
        "sex": "nữ" if is_female else "nam",
        "id_number": f"000{century}{born.year % 100:02d}{number % 1_000_000:06d}",
        "household_code": f"HO-{number // 4:06d}",
        "province": province,
        "commune": commune,
        "status": "active",
        "as_of": f"{today - timedelta(days=1)}T08:00:00+07:00",
    }


def _change(field: str, value: object) -> Callable[[dict[str, Any]], None]:
    return lambda row: row.update({field: value})


def _other_year(row: dict[str, Any]) -> None:
    number = row["id_number"]
    row["id_number"] = f"{number[:4]}{(int(number[4:6]) + 1) % 100:02d}{number[6:]}"


def _other_sex(row: dict[str, Any]) -> None:
    row["sex"] = "nam" if row["sex"] == "nữ" else "nữ"


_SPOIL: dict[str, Callable[[dict[str, Any]], None]] = {
    "id-number-not-digits": _change("id_number", "12345"),
    "id-number-place-unknown": _change("id_number", "099095123456"),
    "date-in-future": _change("birth_date", "2090-01-01"),
    "date-invalid": _change("birth_date", "31/02/1990"),
    "field-missing": _change("full_name", ""),
    "name-invalid": _change("full_name", "A1"),
    "choice-unknown": _change("status", "lạ"),
    "birth-differs": _other_year,
    "sex-differs": _other_sex,
    "commune-unknown": _change("commune", "Xã Không Có"),
}
"""How a row is made wrong, by the reason that must come out."""
