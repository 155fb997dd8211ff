"""How a dated value is written in Vietnamese, and how it gets into a text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from bot.content.schema import PLACEHOLDER, Parameter, ParameterValue, Unit

_COUNTED = {
    Unit.VND: "đồng",
    Unit.WORKING_DAYS: "ngày làm việc",
    Unit.DAYS: "ngày",
    Unit.HOURS: "giờ",
    Unit.MONTHS: "tháng",
    Unit.YEARS: "năm",
}


class ParameterNotInForce(LookupError):
    """A text draws on a parameter that has no value on that day."""


def fill_placeholders(text: str, parameters: Mapping[str, Parameter], *, day: date) -> str:
    """Return the text with each `{{parameter}}` replaced by its value on a day.

    Raises:
        ParameterNotInForce: a parameter is missing, or has no value on that day.
    """

    def value_of(found: re.Match[str]) -> str:
        parameter = parameters.get(found.group(1))
        value = find_value(parameter, day) if parameter is not None else None
        if parameter is None or value is None:
            raise ParameterNotInForce(found.group(1))
        return render_value(value.value, parameter.unit)

    return PLACEHOLDER.sub(value_of, text)


def find_value(parameter: Parameter, day: date) -> ParameterValue | None:
    """Return the value of a parameter that holds on a day."""
    return next((value for value in parameter.values if value.holds_on(day)), None)


def render_value(value: float | str, unit: Unit) -> str:
    """Return a value as Vietnamese readers write it: 540.000 đồng, 7 ngày làm việc, 40,2%, 31/12/2026."""
    if unit is Unit.DATE:
        return render_date(date.fromisoformat(str(value)))
    if isinstance(value, str):
        return value
    if unit is Unit.PERCENT:
        return f"{render_number(value)}%"
    if unit in _COUNTED:
        return f"{render_number(value)} {_COUNTED[unit]}"
    return render_number(value)


def render_number(number: float) -> str:
    """Return a number with "." between thousands and "," before decimals: 1.086 or 48,66."""
    return f"{number:,}".translate(str.maketrans(",.", ".,"))


def render_date(day: date) -> str:
    """Return a date as 23/11/2026."""
    return f"{day:%d/%m/%Y}"
