"""Reads single values of a row: texts, days, moments; what is wrong is said in Vietnamese."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar

from bot.clock import HANOI
from bot.gateways.rows.raw import UNSTORABLE, RowProblem

EARLIEST_YEAR = 1900
LATEST_YEAR = 9000
"""Far from where a change of time zone leaves the calendar."""
CLOCKS_DIFFER_BY = timedelta(hours=1)
"""A moment may lie so far ahead of ours."""
_DAY_FIRST = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?:[ T](\d{1,2}):(\d{2})(?::(\d{2}))?)?")


class Wrong(Exception):
    """A value is not what its field asks for."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.message = message


Take = Callable[..., Any]
"""Reads one value; what is wrong is raised, or collected and read as None."""
_Read = TypeVar("_Read")


def read_row(raw: object, read: Callable[[Mapping[str, object], Take], _Read]) -> _Read | tuple[RowProblem, ...]:
    """Return what `read` makes of a row, or everything that is wrong with it."""
    if isinstance(raw, RowProblem):
        return (raw,)
    if not isinstance(raw, Mapping):
        message = "Dòng này không phải một đối tượng có tên trường. Xem mô tả ở /api/openapi.json."
        return (RowProblem(field="", reason="not-an-object", message=message),)
    try:
        return read(raw, _take_or_raise)
    except Wrong:
        # Only a row that is wrong pays for the list of all that is wrong with it.
        problems: list[RowProblem] = []
        read(raw, _collector(problems))
        return tuple(problems)


def _take_or_raise(read: Callable[..., Any], *given: object, field: str) -> Any:  # noqa: ARG001 -- the collector's
    return read(*given)


def _collector(problems: list[RowProblem]) -> Take:
    def take(read: Callable[..., Any], *given: object, field: str) -> Any:
        try:
            return read(*given)
        except Wrong as wrong:
            problems.append(RowProblem(field=field, reason=wrong.reason, message=wrong.message))
            return None

    return take


def missing(name: str) -> Wrong:
    """Return that a value is not there."""
    return Wrong("field-missing", f"Thiếu {name}.")


def read_text(value: object, longest: int) -> str:
    """Return a text of at most `longest` characters."""
    text = str(value).strip() if value is not None else ""
    if not text:
        raise missing("nội dung")
    if len(text) > longest:
        raise Wrong("text-too-long", f"Dài quá {longest} ký tự.")
    if UNSTORABLE.search(text):
        raise Wrong("text-invalid", "Có ký tự không in được.")
    return text


def refuse_unknown(names: Collection[object]) -> None:
    """Raise that a row has fields that are not known."""
    named = ", ".join(sorted(str(each)[:40] for each in names))
    raise Wrong("field-unknown", f"Không có trường {named}. Xem tên trường ở /api/openapi.json.")


def read_moment(value: object) -> datetime:
    """Read a moment: ISO 8601, or a Vietnamese date; without a time zone it is Hanoi's."""
    if value is None or value == "":
        raise missing("thời điểm")
    if isinstance(value, datetime):
        moment = value
    elif isinstance(value, date):
        moment = datetime(value.year, value.month, value.day, tzinfo=HANOI)
    else:
        moment = _parse(str(value).strip())
    if not EARLIEST_YEAR <= moment.year <= LATEST_YEAR:
        raise _bad_date()
    return (moment if moment.tzinfo is not None else moment.replace(tzinfo=HANOI)).astimezone(UTC)


def read_day_if_any(value: object) -> date | None:
    """Read a day as `read_moment` reads a moment, None where there is none."""
    if value is None or value == "":
        return None
    if isinstance(value, datetime):
        day = value.date()
    elif isinstance(value, date):
        day = value
    else:
        day = _parse(str(value).strip()).date()
    if not EARLIEST_YEAR <= day.year <= LATEST_YEAR:
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


def _bad_date() -> Wrong:
    return Wrong("date-invalid", "Ngày không đọc được. Ghi 2026-11-24, 24/11/2026 hoặc 2026-11-24T08:30:00+07:00.")


def read_past(value: object, latest: datetime) -> datetime:
    """Read a moment that is not later than `latest`."""
    moment = read_moment(value)
    if moment > latest:
        raise Wrong("date-in-future", "Thời điểm này ở tương lai. Kiểm tra lại ngày giờ và múi giờ.")
    return moment
