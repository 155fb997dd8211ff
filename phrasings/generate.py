"""Makes phrasings from what a procedure is called and how people ask about any procedure.

Each name of the procedure meets the ways of asking in turn, so that every name and every way is there once:
"làm giấy khai sinh" and "{x} mất bao nhiêu tiền" become "làm giấy khai sinh mất bao nhiêu tiền". Many do not
name the procedure at all, they tell what happened and then ask: a situation meets the ways of asking after one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

MOST_NAMED = 18
"""Phrasings made from names for one unit: enough to know them, too few to drown what people really wrote."""
MOST_TOLD = 10
"""Phrasings made from situations for one unit."""


def generate_phrasings(
    procedures: Sequence[Mapping[str, Any]],
    sides: Sequence[Mapping[str, Any]],
    units: Sequence[Mapping[str, Any]],
) -> dict[str, list[str]]:
    """Return phrasings by unit.

    A unit written by hand takes the place of the one drawn from a procedure, if it is the only one of its kind
    there; where several are of that kind, a general question fits none of them, and nothing is made.
    """
    written: dict[tuple[str, str], list[str]] = defaultdict(list)
    for unit in units:
        written[unit["topic"], unit["kind"]].append(unit["id"])
    made: dict[str, list[str]] = {}
    for at, procedure in enumerate(procedures):
        for side in sides:
            by_hand = written.get((procedure["id"], side["kind"]), [])
            if len(by_hand) > 1:
                continue
            told = side["passage"] == "overview" or any(side["passage"] in each for each in procedure["versions"])
            if by_hand or told:
                name = by_hand[0] if by_hand else f"{procedure['id']}.{side['suffix']}"
                made[name] = _make(procedure, side, start=at)
    return made


def _make(procedure: Mapping[str, Any], side: Mapping[str, Any], *, start: int) -> list[str]:
    brings_money = any("amount" in each for each in procedure["versions"])
    ways = (side.get("ask_of_benefit") if brings_money else None) or side.get("ask", ())
    named = _combine(procedure["aliases"], ways, "{x}", start=start)[:MOST_NAMED]
    told = _combine(procedure.get("situations", ()), side.get("tell", ()), "{s}", start=start)[:MOST_TOLD]
    return [*named, *told]


def _combine(names: Sequence[str], ways: Sequence[str], slot: str, *, start: int) -> list[str]:
    if not ways or not names:
        return []
    # Along the diagonals: every name and every way once, before any pair of them is met a second time.
    made = [
        ways[(at + shift + start) % len(ways)].replace(slot, names[at % len(names)])
        for shift in range(len(ways))
        for at in range(max(len(names), len(ways)))
    ]
    return list(dict.fromkeys(made))
