"""Switches for an emergency: channels, features, sending, a banner, a pinned answer. Each change takes a code."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time
from itertools import pairwise

from fastapi import Response
from fastapi.responses import RedirectResponse

from bot.clock import HANOI
from bot.console.access import ADMINISTRATORS
from bot.console.logins import CodeRefused
from bot.console.page import Visit, page
from bot.console.request import read_number
from bot.console.shelf import load_shelf
from bot.console.unit_form import read_day
from bot.console.wording import CHANNELS, SKILLS
from bot.content.validity import UnitState
from bot.domain.duty import HoursUnreadable, read_span
from bot.domain.switches import AWAY_LONGEST, BANNER_LONGEST, WORDS_AT_MOST, Switches
from bot.storage.switches import find_switches, record_switches
from vietnamese.normalise import fold, normalise, tokens

_SHOWN = {UnitState.IN_FORCE, UnitState.EXPIRING}
_SHORTEST_WORD = 3
SPANS_AT_MOST = 4


class _Refused(ValueError):
    """What was asked for cannot be set. `args[0]`: which sentence says why."""


@page("GET", "/switches", access=ADMINISTRATORS)
async def show_switches(visit: Visit) -> Response:
    """How the service is set."""
    return await _render(visit, done=visit.request.query_params.get("done") == "set")


@page("POST", "/switches", access=ADMINISTRATORS)
async def set_switches(visit: Visit) -> Response:
    """Set it; a code of one's own app confirms."""
    assert visit.logged_in is not None
    version = read_number(visit.form.get("version"))
    try:
        asked = await _read(visit)
    except _Refused as refused:
        return await _render(visit, problem=str(refused.args[0]), status=422)
    try:
        await visit.logins.take_code(visit.logged_in, visit.form.get("code"))
    except CodeRefused:
        return await _render(visit, asked=asked, problem="code", status=422)
    async with visit.database.begin() as tx:
        before = await find_switches(tx)
        asked = replace(asked, rules_off=before.switches.rules_off)  # set on the page of each rule
        if not await record_switches(tx, asked, version=version, staff=visit.staff.email, now=visit.now):
            return await _render(visit, problem="moved", status=409)
        old, new = before.switches.dump(), asked.dump()
        changed = {name: str(new[name]) for name in new if new[name] != old[name]}
        await visit.record(tx, "switches.set", "switches", **changed)
    return RedirectResponse("/console/switches?done=set", status_code=303)


async def _read(visit: Visit) -> Switches:
    form = visit.form
    words = [
        " ".join(tokens(fold(normalise(each)))) for each in form.get("pinned_words").replace(",", "\n").split("\n")
    ]
    words = [word for word in dict.fromkeys(words) if word]
    unit = form.get("pinned_unit")
    if (
        bool(words) != bool(unit)
        or len(words) > WORDS_AT_MOST
        or any(len(word) < _SHORTEST_WORD for word in words)
    ):
        raise _Refused("pinned")
    if unit and unit not in await _list_titles(visit):
        raise _Refused("pinned")
    if len(form.get("banner")) > BANNER_LONGEST:
        raise _Refused("banner")
    if len(form.get("away")) > AWAY_LONGEST:
        raise _Refused("away")
    return Switches(
        channels_off=frozenset(form.get_all("channel_off")) & {channel.value for channel in CHANNELS},
        skills_off=frozenset(form.get_all("skill_off")) & SKILLS.keys(),
        sending_off=form.get("sending_off") == "yes",
        banner=form.get("banner"),
        banner_until=_read_until(form.get("banner_until")),
        pinned_words=tuple(dict.fromkeys(words)),
        pinned_unit=unit,
        pinned_until=_read_until(form.get("pinned_until")),
        duty_hours=_read_hours(form.get("duty_hours")),
        away=form.get("away"),
    )


def _read_until(typed: str) -> datetime | None:
    if not typed:
        return None
    day = read_day(typed)
    if day is None:
        raise _Refused("day")
    return datetime.combine(day, time(23, 59, 59), HANOI)


def _read_hours(typed: str) -> tuple[str, ...]:
    """Return when staff are there, one span to a line; none where the shipped hours are to hold."""
    lines = [line.strip() for line in typed.replace(",", "\n").split("\n") if line.strip()]
    try:
        spans = sorted(read_span(line) for line in lines)
    except HoursUnreadable as error:
        raise _Refused("hours") from error
    if len(spans) > SPANS_AT_MOST or any(later.start < span.end for span, later in pairwise(spans)):
        raise _Refused("hours")
    return tuple(str(span) for span in spans)


async def _list_titles(visit: Visit) -> dict[str, str]:
    async with visit.database.begin() as tx:
        shelf = await load_shelf(tx, today=visit.today)
    return {each.unit.id: each.unit.title for each in shelf.units if each.validity.state in _SHOWN}


async def _render(
    visit: Visit, *, asked: Switches | None = None, problem: str = "", done: bool = False, status: int = 200
) -> Response:
    async with visit.database.begin() as tx:
        held = await find_switches(tx)
    return visit.render(
        "switches.html",
        status=status,
        switches=asked or held.switches,
        held=held,
        titles=await _list_titles(visit),
        banner_longest=BANNER_LONGEST,
        away_longest=AWAY_LONGEST,
        usual_hours=visit.duty.rules.hours,
        usual_away=visit.duty.rules.away,
        problem=problem,
        done=done,
    )


PAGES = [show_switches, set_switches]
