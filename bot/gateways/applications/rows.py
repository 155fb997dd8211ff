"""Checks one row of a delivery: a report to write, or every reason why it is refused, in Vietnamese."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from bot.applications.sources import SourceSystem, VersionOrder
from bot.domain.application import ApplicationState
from bot.domain.application_code import is_printed_code, make_code_key
from bot.domain.application_report import ApplicationReport
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
LARGEST_SEQUENCE = 2**62


class RowChecker:
    """Checks the rows of one delivery of one source system."""

    def __init__(self, source: SourceSystem, *, now: datetime) -> None:
        self._source = source
        self._latest = now + CLOCKS_DIFFER_BY
        self._states: dict[str, ApplicationState] = {}

    def check(self, raw: object) -> ApplicationReport | tuple[RowProblem, ...]:
        """Return the report, or everything that is wrong with the row."""
        return read_row(raw, self._read)

    def _read(self, raw: Mapping[str, object], take: Take) -> ApplicationReport:
        get = raw.get
        code = take(_read_code, get("code"), field="code")
        procedure_name = take(_read_name, get("procedure_name"), field="procedure_name")
        office = take(_read_name, get("office"), field="office")
        state = take(self._read_state, get("state"), field="state")
        as_of = take(read_past, get("as_of"), self._latest, field="as_of")
        state_since = take(read_past, get("state_since"), self._latest, field="state_since")
        promised_on = take(read_day_if_any, get("promised_on"), field="promised_on")
        respond_by = take(read_day_if_any, get("respond_by"), field="respond_by")
        next_step = take(_read_step_if_any, get("next_step"), field="next_step")
        birth_date = take(self._read_birth, get("birth_date"), field="birth_date")
        id_number = take(self._read_id_number, get("id_number"), birth_date, field="id_number")
        version = take(self._read_version, get("sequence"), as_of, field="sequence")
        if not raw.keys() <= _KNOWN:
            take(refuse_unknown, raw.keys() - _KNOWN, field="")
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
            raise missing("trạng thái")
        text = str(value)
        # A delivery repeats a handful of names a million times.
        known = self._states.get(text)
        if known is not None:
            return known
        state = self._source.read_state(text)
        if state is None:
            # What it says is not repeated: reports are kept, and a shifted column may hold a name.
            raise Wrong(
                "state-unknown", f"Trạng thái này chưa có trong bảng chuyển đổi của nguồn {self._source.id}."
            )
        self._states[text] = state
        return state

    def _read_birth(self, value: object) -> date | None:
        day = read_day_if_any(value)
        if day is not None and day > self._latest.date():
            raise Wrong("date-in-future", "Ngày sinh ở tương lai. Kiểm tra lại.")
        return day

    def _read_id_number(self, value: object, birth_date: date | None) -> str | None:
        return read_id_number_if_any(value, birth_date, is_invented=self._source.is_invented)

    def _read_version(self, value: object, as_of: datetime | None) -> int | None:
        if self._source.order is VersionOrder.TIME:
            # What is wrong with the time has been said of the time.
            return int(as_of.timestamp() * 1_000_000) if as_of is not None else None
        if value is None or value == "":
            raise missing("số thứ tự (sequence)")
        try:
            number = int(str(value)) if not isinstance(value, bool) else -1
        except ValueError:
            number = -1
        if not 0 <= number <= LARGEST_SEQUENCE:
            raise Wrong("sequence-invalid", "Số thứ tự (sequence) phải là số nguyên không âm.")
        return number


_KNOWN = frozenset(FIELDS)


def _read_code(value: object) -> str:
    if value is None or value == "":
        raise missing("mã hồ sơ")
    code = str(value).strip().upper()
    if not is_printed_code(code):
        raise Wrong("code-invalid", "Mã hồ sơ phải có dạng H12.34.56-260921-0001 (cơ quan - năm tháng ngày - số).")
    return code


def _read_name(value: object) -> str:
    return read_text(value, LONGEST_NAME)


def _read_step_if_any(value: object) -> str | None:
    return None if value is None or value == "" else read_text(value, LONGEST_STEP)
