"""An amount in words."""

from __future__ import annotations

from datetime import date

from bot.benefits.assess import Assessment
from bot.benefits.programme import Per
from bot.content.catalogue import Catalogue
from bot.content.figures import fill_placeholders, render_number
from bot.skills.benefits import wording

_PER = {
    Per.MONTH: "một tháng",
    Per.CHILD_MONTH: "một tháng cho mỗi con",
    Per.ONCE: "một lần",
    Per.HOUSEHOLD: "một hộ",
}


def render_amount(assessed: Assessment, catalogue: Catalogue, day: date) -> str:
    """Return "ít nhất 540.000 đồng một tháng", what the law gives in its place, or why none is told."""
    amount = assessed.version.amount
    if amount.say is not None:
        return fill_placeholders(amount.say, catalogue.parameters, day=day).rstrip(".")
    if amount.per is None or assessed.amount is None:
        return wording.NOT_COMPUTED.format(why=amount.unknown or "").strip().rstrip(".")
    least = "ít nhất " if amount.at_least else ""
    return f"{least}{render_number(assessed.amount)} đồng {_PER[amount.per]}"
