"""A dated value is written as Vietnamese readers write it, and only on days when it holds."""

from __future__ import annotations

from datetime import date

import pytest

from bot.content.figures import ParameterNotInForce, fill_placeholders, render_value
from bot.content.schema import Parameter, Unit

FEE = Parameter.model_validate(
    {
        "id": "le-phi",
        "title": "Lệ phí",
        "unit": "vnd",
        "values": [
            {
                "value": value,
                "effective_from": begins,
                "effective_to": ends,
                "source": {"document": "tt"},
                "checked_on": "2026-11-23",
            }
            for value, begins, ends in ((25_000, "2025-07-01", "2026-12-31"), (50_000, "2027-01-01", None))
        ],
    }
)


@pytest.mark.parametrize(
    ("value", "unit", "written"),
    [
        (540_000, Unit.VND, "540.000 đồng"),
        (7, Unit.WORKING_DAYS, "7 ngày làm việc"),
        (40.2, Unit.PERCENT, "40,2%"),
        (1086, Unit.COUNT, "1.086"),
        (48.66, Unit.COUNT, "48,66"),
        ("2026-12-31", Unit.DATE, "31/12/2026"),
        ("1900 0368", Unit.PHONE, "1900 0368"),
    ],
)
def test_values_are_written_in_vietnamese(value: float | str, unit: Unit, written: str) -> None:
    assert render_value(value, unit) == written


def test_the_value_changes_by_itself_on_the_day() -> None:
    text = "Lệ phí {{le-phi}}."
    assert fill_placeholders(text, {"le-phi": FEE}, day=date(2026, 12, 31)) == "Lệ phí 25.000 đồng."
    assert fill_placeholders(text, {"le-phi": FEE}, day=date(2027, 1, 1)) == "Lệ phí 50.000 đồng."
    with pytest.raises(ParameterNotInForce):
        fill_placeholders(text, {"le-phi": FEE}, day=date(2025, 6, 30))
