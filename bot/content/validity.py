"""Whether citizens see a unit on a day, until when, and what staff should look at first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from bot.content.figures import find_value
from bot.content.files import find_placeholders
from bot.content.schema import AnswerUnit, AnswerVersion, Parameter

EXPIRING_WITHIN = timedelta(days=90)
CHECK_AGAIN_AFTER = timedelta(days=180)


class UnitState(StrEnum):
    """Whether a unit is shown to citizens (tình trạng)."""

    IN_FORCE = "in-force"
    """Đang dùng."""
    EXPIRING = "expiring"
    """Đang dùng, và hết hiệu lực trong 90 ngày mà chưa có bản kế tiếp."""
    NOT_YET = "not-yet"
    """Chưa đến ngày."""
    EXPIRED = "expired"
    """Hết hiệu lực: người dân không còn thấy."""
    FIGURE_MISSING = "figure-missing"
    """Thiếu số liệu: một tham số không có giá trị cho ngày đó, nên người dân không thấy."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Validity:
    """How a unit stands on a day. `last_shown_on`: None where no end is known, or where it is not shown."""

    state: UnitState
    last_shown_on: date | None
    checked_on: date
    check_overdue: bool


def find_validity(unit: AnswerUnit, parameters: Mapping[str, Parameter], *, day: date) -> Validity:
    """Return how a unit stands on a day."""
    version = unit.version_on(day)
    nearest = version or max(unit.versions, key=lambda each: each.effective_from)
    state, last = _find_state(unit, version, parameters, day)
    return Validity(
        state=state,
        last_shown_on=last,
        checked_on=nearest.checked_on,
        check_overdue=nearest.checked_on < day - CHECK_AGAIN_AFTER,
    )


def _find_state(
    unit: AnswerUnit, version: AnswerVersion | None, parameters: Mapping[str, Parameter], day: date
) -> tuple[UnitState, date | None]:
    if version is None:
        begins_later = any(each.effective_from > day for each in unit.versions)
        return (UnitState.NOT_YET if begins_later else UnitState.EXPIRED), None
    if not _figures_hold(version, parameters, day):
        return UnitState.FIGURE_MISSING, None
    last = _find_last_day(unit, parameters, day)
    if last is not None and last <= day + EXPIRING_WITHIN:
        return UnitState.EXPIRING, last
    return UnitState.IN_FORCE, last


def _figures_hold(version: AnswerVersion, parameters: Mapping[str, Parameter], day: date) -> bool:
    return all(
        name in parameters and find_value(parameters[name], day) is not None for name in find_placeholders(version)
    )


def _find_last_day(unit: AnswerUnit, parameters: Mapping[str, Parameter], day: date) -> date | None:
    """Return the last day of the unbroken span that a shown unit is in; versions and values follow each other."""
    while True:
        version = unit.version_on(day)
        if version is None or not _figures_hold(version, parameters, day):
            return day - timedelta(days=1)
        ends = [version.effective_to]
        for name in find_placeholders(version):
            value = find_value(parameters[name], day)
            ends.append(value.effective_to if value is not None else None)
        known = [end for end in ends if end is not None]
        if not known:
            return None
        day = min(known) + timedelta(days=1)
