"""Checks one row of a list: an entry, with what is doubtful in it, or every reason why it is refused."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime

from bot.clock import hanoi_date
from bot.domain.ages import birthday
from bot.domain.beneficiary import BeneficiaryEntry, BeneficiaryList, BeneficiaryStatus, ReviewReason, Sex
from bot.domain.id_number import IdNumberProblem, find_id_number_problem, read_sex
from bot.gateways.rows.id_numbers import read_id_number_if_any
from bot.gateways.rows.raw import RowProblem
from bot.gateways.rows.values import (
    CLOCKS_DIFFER_BY,
    Take,
    Wrong,
    missing,
    read_day_if_any,
    read_past,
    read_row,
    read_text,
    refuse_unknown,
)
from bot.places.communes import Communes
from vietnamese.normalise import fold, normalise

FIELDS = (
    "list",
    "key",
    "full_name",
    "birth_date",
    "sex",
    "id_number",
    "household_code",
    "group",
    "province",
    "district",
    "commune",
    "status",
    "status_since",
    "valid_to",
    "as_of",
    "sequence",
)
LONGEST = 200
CHILD_BELOW = 16
ID_NUMBER_FROM = 14
"""From this age on a card is a duty, so that a missing number is worth asking for."""
_KNOWN = frozenset(FIELDS)
_YEAR = re.compile(r"(19|20)\d{2}")
_NAME = re.compile(r"[^\W\d_]+(?:[ '.-][^\W\d_]+)+")
_LISTS = {
    "poor": {"poor", "ho ngheo", "ngheo"},
    "near-poor": {"near-poor", "ho can ngheo", "can ngheo"},
    "social-protection": {"social-protection", "bao tro xa hoi", "bao tro"},
    "special-children": {"special-children", "tre em co hoan canh dac biet", "tre em dac biet"},
}
_STATUSES = {
    "active": {"active", "", "dang huong", "dang hoat dong"},
    "dead": {"dead", "da mat", "chet", "da chet", "tu vong"},
    "moved": {"moved", "chuyen di", "da chuyen di", "chuyen noi o"},
    "ended": {"ended", "thoi huong", "het dien", "da thoi huong"},
}
_SEXES = {"male": {"male", "nam"}, "female": {"female", "nu"}}
REVIEW_SAYS = {
    ReviewReason.BIRTH_DIFFERS: "Số định danh không khớp năm sinh.",
    ReviewReason.SEX_DIFFERS: "Số định danh không khớp giới tính.",
    ReviewReason.ID_NUMBER_MISSING: "Người từ 14 tuổi chưa có số định danh.",
    ReviewReason.GROWN_UP: "Đủ 16 tuổi, không còn là trẻ em.",
    ReviewReason.COMMUNE_UNKNOWN: "Không tìm thấy xã, phường này.",
    ReviewReason.COMMUNE_DIVIDED: "Xã cũ đã chia cho nhiều xã, phường; cần chọn một.",
    ReviewReason.DUPLICATE: "Người này có hai dòng trong cùng một danh sách.",
    ReviewReason.LISTS_CONFLICT: "Người này vừa ở hộ nghèo vừa ở hộ cận nghèo.",
    ReviewReason.STATUS_CONFLICT: "Nơi này ghi đã mất hoặc chuyển đi, nơi khác ghi đang hưởng.",
    ReviewReason.COMMUNES_CONFLICT: "Người này đang hưởng ở hai xã, phường.",
}


class BeneficiaryChecker:
    """Checks the rows of one delivery."""

    def __init__(self, communes: Communes, *, now: datetime, is_invented: bool) -> None:
        self._communes = communes
        self._latest = now + CLOCKS_DIFFER_BY
        self._today = hanoi_date(now)
        self._is_invented = is_invented

    def check(self, raw: object) -> BeneficiaryEntry | tuple[RowProblem, ...]:
        """Return the entry, or everything that is wrong with the row."""
        return read_row(raw, self._read)

    def _read(self, raw: Mapping[str, object], take: Take) -> BeneficiaryEntry:
        get = raw.get
        reviews: list[ReviewReason] = []
        kind = take(_read_choice, get("list"), _LISTS, "danh sách", field="list")
        key = take(_read_key, get("key"), field="key")
        full_name = take(_read_name, get("full_name"), field="full_name")
        born = take(self._read_born, get("birth_date"), field="birth_date")
        sex = take(_read_sex_if_any, get("sex"), field="sex")
        id_number = take(self._read_id_number, get("id_number"), field="id_number")
        status = take(_read_choice, get("status") or "", _STATUSES, "tình trạng", field="status")
        as_of = take(read_past, get("as_of"), self._latest, field="as_of")
        sequence = take(_read_sequence_if_any, get("sequence"), field="sequence")
        household_code = take(_read_text_if_any, get("household_code"), field="household_code")
        group = take(_read_text_if_any, get("group"), field="group")
        status_since = take(read_day_if_any, get("status_since"), field="status_since")
        valid_to = take(read_day_if_any, get("valid_to"), field="valid_to")
        commune_code = take(self._read_commune, raw, reviews, field="commune")
        if not raw.keys() <= _KNOWN:
            take(refuse_unknown, raw.keys() - _KNOWN, field="")
        if born is not None:
            reviews += self._doubt(kind, born, sex, id_number)
        return BeneficiaryEntry(
            list=BeneficiaryList(kind or "poor"),
            key=key,
            full_name=full_name,
            born=born,
            sex=sex,
            id_number=id_number,
            household_code=household_code,
            group=group,
            commune_code=commune_code,
            status=BeneficiaryStatus(status or "active"),
            status_since=status_since,
            valid_to=valid_to,
            data_as_of=as_of,
            version=sequence if sequence is not None or as_of is None else int(as_of.timestamp() * 1_000_000),
            reviews=tuple(dict.fromkeys(reviews)),
        )

    def _doubt(self, kind: str, born: str, sex: Sex | None, id_number: str | None) -> list[ReviewReason]:
        year = int(born[:4])
        birth = date.fromisoformat(born) if len(born) > 4 else date(year, 12, 31)
        found = []
        if id_number is None:
            if birthday(birth, ID_NUMBER_FROM) <= self._today:
                found.append(ReviewReason.ID_NUMBER_MISSING)
        else:
            problem = find_id_number_problem(id_number, birth, is_invented=self._is_invented)
            if problem is IdNumberProblem.BIRTH_DIFFERS:
                found.append(ReviewReason.BIRTH_DIFFERS)
            said = read_sex(id_number)
            if sex is not None and said is not None and said != sex:
                found.append(ReviewReason.SEX_DIFFERS)
        if kind == BeneficiaryList.SPECIAL_CHILDREN and birthday(birth, CHILD_BELOW) <= self._today:
            found.append(ReviewReason.GROWN_UP)
        return found

    def _read_born(self, value: object) -> str:
        text = str(value).strip() if value not in (None, "") else ""
        if not text:
            raise missing("ngày sinh")
        if _YEAR.fullmatch(text):
            if int(text) > self._today.year:
                raise Wrong("date-in-future", "Năm sinh ở tương lai. Kiểm tra lại.")
            return text
        day = read_day_if_any(value)
        assert day is not None
        if day > self._today:
            raise Wrong("date-in-future", "Ngày sinh ở tương lai. Kiểm tra lại.")
        return day.isoformat()

    def _read_id_number(self, value: object) -> str | None:
        # That it does not fit the birth date is doubtful, not wrong: either of the two may be.
        return read_id_number_if_any(value, None, is_invented=self._is_invented)

    def _read_commune(self, raw: Mapping[str, object], reviews: list[ReviewReason]) -> str | None:
        province = read_text(raw.get("province"), LONGEST)
        commune = read_text(raw.get("commune"), LONGEST)
        found = self._communes.find(province, _read_text_if_any(raw.get("district")) or "", commune)
        if len(found) == 1:
            return found[0].code
        reviews.append(ReviewReason.COMMUNE_DIVIDED if found else ReviewReason.COMMUNE_UNKNOWN)
        return None


def make_name_key(full_name: str) -> str:
    """Return what names are compared by: neither accents nor case nor the order of words matter."""
    return " ".join(sorted(fold(normalise(full_name)).split()))


def _read_choice(value: object, choices: Mapping[str, set[str]], name: str) -> str:
    if value is None:
        raise missing(name)
    said = fold(normalise(str(value))).strip()
    found = next((choice for choice, names in choices.items() if said in names), None)
    if found is None:
        # What it says is not repeated: reports are kept, and a shifted column may hold a name.
        raise missing(name) if not said else Wrong("choice-unknown", f"Không có {name} này.")
    return found


def _read_key(value: object) -> str:
    return read_text(value, LONGEST)


def _read_name(value: object) -> str:
    name = " ".join(unicodedata.normalize("NFC", read_text(value, LONGEST)).split())
    if not _NAME.fullmatch(name):
        raise Wrong("name-invalid", "Họ tên phải có ít nhất hai chữ và không có số.")
    return name


def _read_sex_if_any(value: object) -> Sex | None:
    if value is None or value == "":
        return None
    return Sex(_read_choice(value, _SEXES, "giới tính"))


def _read_sequence_if_any(value: object) -> int | None:
    if value is None or value == "":
        return None
    try:
        number = int(str(value)) if not isinstance(value, bool) else -1
    except ValueError:  # no number, or one of thousands of digits
        number = -1
    if not 0 <= number < 2**62:
        raise Wrong("sequence-invalid", "Số thứ tự (sequence) phải là số nguyên không âm.")
    return number


def _read_text_if_any(value: object) -> str | None:
    return None if value is None or value == "" else read_text(value, LONGEST)
