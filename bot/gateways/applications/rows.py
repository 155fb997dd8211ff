"""Checks one row of a delivery: a report to write, or every reason why it is refused, in Vietnamese."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from bot.applications.sources import SourceSystem, VersionOrder
from bot.clock import HANOI
from bot.domain.application import ApplicationState
from bot.domain.application_code import is_printed_code, make_code_key
from bot.domain.application_report import ApplicationReport
from bot.domain.id_number import IdNumberProblem, find_id_number_problem

FIELDS = (
    "code",
    "procedure_name",
    "office",
    "state",
    "state_since",
    "promised_on",
    "respond_by",
    "as_of",
    "sequence",
    "next_step",
    "id_number",
    "birth_date",
)
"""What a row may hold; the OpenAPI description says what each is."""
LONGEST_NAME = 300
LONGEST_STEP = 1000
EARLIEST_YEAR = 1900
CLOCKS_DIFFER_BY = timedelta(hours=1)
"""A moment may lie so far ahead of ours."""
LARGEST_SEQUENCE = 2**62

_DAY_FIRST = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?:[ T](\d{1,2}):(\d{2})(?::(\d{2}))?)?")
_ID_NUMBER_SAYS = {
    IdNumberProblem.NOT_DIGITS: "Số định danh phải có 12 chữ số (hoặc 9 số nếu là CMND cũ). "
    "Trong XLSX, định dạng ô là chữ để không mất số 0 đầu.",
    IdNumberProblem.PLACE_UNKNOWN: "Ba số đầu của số định danh không phải mã tỉnh hay mã nước.",
    IdNumberProblem.BIRTH_DIFFERS: "Số định danh không khớp năm sinh. Kiểm tra lại cả hai.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RowProblem:
    """One reason why a row is refused. `message` never repeats an ID number or a date of birth."""

    field: str
    reason: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RawRow:
    """One row as it was sent; `number` counts as its sender does. `value`: a mapping, or why it is none."""

    number: int
    value: object = field(repr=False)


class _Wrong(Exception):
    """A value is not what its field asks for."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.message = message


_Take = Callable[..., Any]
"""Reads one value; what is wrong is raised, or collected and read as None."""


def _take_or_raise(read: Callable[..., Any], *given: object, field: str) -> Any:  # noqa: ARG001 -- the collector's
    return read(*given)


def _collector(problems: list[RowProblem]) -> _Take:
    def take(read: Callable[..., Any], *given: object, field: str) -> Any:
        try:
            return read(*given)
        except _Wrong as wrong:
            problems.append(RowProblem(field=field, reason=wrong.reason, message=wrong.message))
            return None

    return take


class RowChecker:
    """Checks the rows of one delivery of one source system."""

    def __init__(self, source: SourceSystem, *, now: datetime) -> None:
        self._source = source
        self._latest = now + CLOCKS_DIFFER_BY
        self._states: dict[str, ApplicationState] = {}

    def check(self, raw: object) -> ApplicationReport | tuple[RowProblem, ...]:
        """Return the report, or everything that is wrong with the row."""
        if isinstance(raw, RowProblem):
            return (raw,)
        if not isinstance(raw, Mapping):
            message = "Dòng này không phải một đối tượng có tên trường. Xem mô tả ở /api/openapi.json."
            return (RowProblem(field="", reason="not-an-object", message=message),)
        try:
            report = self._read(raw, _take_or_raise)
        except _Wrong:
            # Only a row that is wrong pays for the list of all that is wrong with it.
            problems: list[RowProblem] = []
            self._read(raw, _collector(problems))
            return tuple(problems)
        return report

    def _read(self, raw: Mapping[str, object], take: _Take) -> ApplicationReport:
        get = raw.get
        code = take(_read_code, get("code"), field="code")
        procedure_name = take(_read_name, get("procedure_name"), field="procedure_name")
        office = take(_read_name, get("office"), field="office")
        state = take(self._read_state, get("state"), field="state")
        as_of = take(self._read_past, get("as_of"), field="as_of")
        state_since = take(self._read_past, get("state_since"), field="state_since")
        promised_on = take(_read_day_if_any, get("promised_on"), field="promised_on")
        respond_by = take(_read_day_if_any, get("respond_by"), field="respond_by")
        next_step = take(_read_step_if_any, get("next_step"), field="next_step")
        birth_date = take(self._read_birth, get("birth_date"), field="birth_date")
        id_number = take(self._read_id_number, get("id_number"), birth_date, field="id_number")
        version = take(self._read_version, get("sequence"), as_of, field="sequence")
        if not raw.keys() <= _KNOWN:
            take(_refuse_unknown, raw.keys() - _KNOWN, field="")
        return ApplicationReport(
            code=code,
            code_key=make_code_key(code or ""),
            procedure_name=procedure_name,
            office=office,
            state=state,
            state_since=state_since,
            promised_on=promised_on,
            respond_by=respond_by,
            data_as_of=as_of,
            version=version,
            next_step=next_step,
            id_number=id_number,
            birth_date=birth_date,
        )

    def _read_state(self, value: object) -> ApplicationState:
        if value is None or value == "":
            raise _missing("trạng thái")
        text = str(value)
        # A delivery repeats a handful of names a million times.
        known = self._states.get(text)
        if known is not None:
            return known
        state = self._source.read_state(text)
        if state is None:
            raise _Wrong(
                "state-unknown",
                f"Trạng thái “{text[:60]}” chưa có trong bảng chuyển đổi của nguồn {self._source.id}.",
            )
        self._states[text] = state
        return state

    def _read_past(self, value: object) -> datetime:
        moment = _read_moment(value)
        if moment > self._latest:
            raise _Wrong("date-in-future", "Thời điểm này ở tương lai. Kiểm tra lại ngày giờ và múi giờ.")
        return moment

    def _read_birth(self, value: object) -> date | None:
        day = _read_day_if_any(value)
        if day is not None and day > self._latest.date():
            raise _Wrong("date-in-future", "Ngày sinh ở tương lai. Kiểm tra lại.")
        return day

    def _read_version(self, value: object, as_of: datetime | None) -> int | None:
        if self._source.order is VersionOrder.TIME:
            # What is wrong with the time has been said of the time.
            return int(as_of.timestamp() * 1_000_000) if as_of is not None else None
        if value is None or value == "":
            raise _missing("số thứ tự (sequence)")
        try:
            number = int(str(value)) if not isinstance(value, bool) else -1
        except ValueError:
            number = -1
        if not 0 <= number <= LARGEST_SEQUENCE:
            raise _Wrong("sequence-invalid", "Số thứ tự (sequence) phải là số nguyên không âm.")
        return number

    def _read_id_number(self, value: object, birth_date: date | None) -> str | None:
        if value is None or value == "":
            return None
        id_number = str(value).strip().replace(" ", "")
        problem = find_id_number_problem(id_number, birth_date, is_invented=self._source.is_invented)
        if problem is not None:
            raise _Wrong(problem.value, _ID_NUMBER_SAYS[problem])
        return id_number


_KNOWN = frozenset(FIELDS)


def _missing(name: str) -> _Wrong:
    return _Wrong("field-missing", f"Thiếu {name}.")


def _read_code(value: object) -> str:
    if value is None or value == "":
        raise _missing("mã hồ sơ")
    code = str(value).strip().upper()
    if not is_printed_code(code):
        raise _Wrong(
            "code-invalid", "Mã hồ sơ phải có dạng H12.34.56-260921-0001 (cơ quan - năm tháng ngày - số)."
        )
    return code


def _read_text(value: object, longest: int) -> str:
    text = str(value).strip() if value is not None else ""
    if not text:
        raise _missing("nội dung")
    if len(text) > longest:
        raise _Wrong("text-too-long", f"Dài quá {longest} ký tự.")
    if "\x00" in text:
        raise _Wrong("text-invalid", "Có ký tự không in được.")
    return text


def _read_name(value: object) -> str:
    return _read_text(value, LONGEST_NAME)


def _read_step_if_any(value: object) -> str | None:
    return None if value is None or value == "" else _read_text(value, LONGEST_STEP)


def _refuse_unknown(names: Collection[object]) -> None:
    named = ", ".join(sorted(str(each)[:40] for each in names))
    raise _Wrong("field-unknown", f"Không có trường {named}. Xem tên trường ở /api/openapi.json.")


def _read_moment(value: object) -> datetime:
    """Read a moment: ISO 8601, or a Vietnamese date; without a time zone it is Hanoi's."""
    if value is None or value == "":
        raise _missing("thời điểm")
    if isinstance(value, datetime):
        moment = value
    elif isinstance(value, date):
        moment = datetime(value.year, value.month, value.day, tzinfo=HANOI)
    else:
        moment = _parse(str(value).strip())
    if moment.year < EARLIEST_YEAR:
        raise _bad_date()
    return (moment if moment.tzinfo is not None else moment.replace(tzinfo=HANOI)).astimezone(UTC)


def _read_day_if_any(value: object) -> date | None:
    if value is None or value == "":
        return None
    if isinstance(value, datetime):
        day = value.date()
    elif isinstance(value, date):
        day = value
    else:
        day = _parse(str(value).strip()).date()
    if day.year < EARLIEST_YEAR:
        raise _bad_date()
    return day


def _parse(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        found = _DAY_FIRST.fullmatch(text)
        if found is None:
            raise _bad_date() from None
    day, month, year, hour, minute, second = (int(part or 0) for part in found.groups())
    try:
        return datetime(year, month, day, hour, minute, second)  # noqa: DTZ001 -- the zone is added by the caller
    except ValueError:
        raise _bad_date() from None


def _bad_date() -> _Wrong:
    return _Wrong(
        "date-invalid", "Ngày không đọc được. Ghi 2026-11-24, 24/11/2026 hoặc 2026-11-24T08:30:00+07:00."
    )
