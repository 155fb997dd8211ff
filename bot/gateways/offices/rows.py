"""Checks one row of a list of offices: an office to write, or every reason why it is refused, in Vietnamese."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from bot.domain.office import Office, OfficeKind, Point
from bot.gateways.offices.columns import HEADINGS
from bot.gateways.rows.raw import RowProblem
from bot.gateways.rows.values import (
    Take,
    Wrong,
    missing,
    read_day_if_any,
    read_row,
    read_text,
    refuse_unknown,
)
from bot.offices.duties import Duties
from bot.places.communes import Commune, Communes

LONGEST = 300
LONGEST_CODE = 60
_SOUTH, _NORTH, _WEST, _EAST = 6.0, 24.0, 102.0, 118.0
"""Vietnam with its islands; beyond it two numbers were mixed up."""
_PHONE = re.compile(r"[\d+() .,;/-]{3,80}")


class OfficeChecker:
    """Checks the rows of one list."""

    def __init__(self, communes: Communes, duties: Duties, *, today: date, is_invented: bool) -> None:
        self._communes = communes
        self._duties = duties
        self._today = today
        self._is_invented = is_invented
        self._codes: set[str] = set()

    def check(self, raw: object) -> Office | tuple[RowProblem, ...]:
        """Return the office, or everything that is wrong with the row."""
        checked = read_row(raw, self._read)
        if isinstance(checked, Office):
            self._codes.add(checked.code)
        return checked

    def _read(self, raw: Mapping[str, object], take: Take) -> Office:
        get = raw.get
        code = take(self._read_code, get("code"), field="code")
        province = take(self._read_province, get("province"), field="province")
        commune = take(self._read_commune, province or "", get("commune"), field="commune")
        if not raw.keys() <= HEADINGS.keys():
            take(refuse_unknown, raw.keys() - HEADINGS.keys(), field="")
        return Office(
            code=code,
            name=take(read_text, get("name"), LONGEST, field="name"),
            kind=take(self._read_kind, get("kind"), field="kind"),
            province_code=province,
            commune_code=commune.code if commune is not None else None,
            address=take(read_text, get("address"), LONGEST, field="address"),
            phone=take(_read_phone, get("phone"), field="phone"),
            hours=take(_read_if_any, get("hours"), field="hours"),
            does=take(self._read_duties, get("does"), field="does"),
            point=take(_read_point, get("latitude"), get("longitude"), field="latitude"),
            source=take(read_text, get("source"), LONGEST, field="source"),
            checked_on=take(self._read_checked, get("checked_on"), field="checked_on"),
            is_invented=self._is_invented,
        )

    def _read_code(self, value: object) -> str:
        code = read_text(value, LONGEST_CODE)
        if code in self._codes:
            raise Wrong("code-twice", "Mã này đã có ở một dòng trên. Mỗi nơi một mã.")
        return code

    def _read_kind(self, value: object) -> OfficeKind:
        kind = self._duties.find_kind(read_text(value, LONGEST))
        if kind is None:
            named = "; ".join(self._duties.kinds.values())
            raise Wrong("kind-unknown", f"Không có loại này. Ghi một trong: {named}.")
        return kind

    def _read_province(self, value: object) -> str:
        found = self._communes.find_province(read_text(value, LONGEST))
        if found is None:
            raise Wrong("province-unknown", "Không có tỉnh này trong 34 tỉnh, thành phố từ 01/07/2025.")
        return found

    def _read_commune(self, province: str, value: object) -> Commune | None:
        if value is None or str(value).strip() == "":
            return None
        given = read_text(value, LONGEST)
        if not province:
            return None  # what is wrong with the province has been said
        by_code = self._communes.get(given.zfill(5)) if given.isdigit() else None
        found = (
            (by_code,)
            if by_code is not None
            else self._communes.find(self._communes.provinces[province], "", given)
        )
        of_province = [each for each in found if each.province_code == province]
        if not of_province:
            raise Wrong("commune-unknown", "Không có xã, phường, đặc khu này trong tỉnh. Dùng tên từ 01/07/2025.")
        if len(of_province) > 1:
            raise Wrong("commune-several", "Tên cũ này nay thuộc nhiều xã. Ghi tên hoặc mã của hôm nay.")
        return of_province[0]

    def _read_duties(self, value: object) -> tuple[str, ...]:
        text = _read_if_any(value)
        if text is None:
            return ()
        read = [self._duties.get(each.strip()) or self._duties.find_in(each) for each in re.split(r"[,;]", text)]
        if any(each is None for each in read):
            named = ", ".join(each.id for each in self._duties.duties)
            raise Wrong("duty-unknown", f"Có việc không đọc được. Ghi cách nhau bằng dấu phẩy, ví dụ: {named}.")
        return tuple(dict.fromkeys(each.id for each in read if each is not None))

    def _read_checked(self, value: object) -> date:
        day = read_day_if_any(value)
        if day is None:
            raise missing("ngày kiểm")
        if day > self._today:
            raise Wrong("date-in-future", "Ngày kiểm ở tương lai. Kiểm tra lại.")
        return day


def _read_if_any(value: object) -> str | None:
    return None if value is None or str(value).strip() == "" else read_text(value, LONGEST)


def _read_phone(value: object) -> str | None:
    phone = _read_if_any(value)
    if phone is not None and _PHONE.fullmatch(phone) is None:
        raise Wrong("phone-invalid", "Số điện thoại chỉ gồm chữ số, dấu cách và dấu phẩy.")
    return phone


def _read_point(latitude: object, longitude: object) -> Point | None:
    given = [str(each).strip().replace(",", ".") if each is not None else "" for each in (latitude, longitude)]
    if not any(given):
        return None
    try:
        point = Point(latitude=float(given[0]), longitude=float(given[1]))
    except ValueError:
        raise Wrong("point-invalid", "Vĩ độ và kinh độ phải có đủ hai số, ví dụ 21,0287 và 105,8524.") from None
    if not (_SOUTH <= point.latitude <= _NORTH and _WEST <= point.longitude <= _EAST):
        raise Wrong("point-outside", "Vị trí nằm ngoài Việt Nam. Xem có đảo vĩ độ với kinh độ không.")
    return point
