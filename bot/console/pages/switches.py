"""Switches for an emergency: channels, features, sending, a banner, a pinned answer. Each change takes a code."""

from __future__ import annotations

from dataclasses import replace

from fastapi import Response
from fastapi.responses import RedirectResponse

from bot.console.access import ADMINISTRATORS
from bot.console.logins import CodeRefused
from bot.console.page import Visit, page
from bot.console.request import read_number
from bot.console.shelf import load_shelf
from bot.console.switch_form import SwitchesRefused, SwitchFields, read_fields, read_switches, show_fields
from bot.domain.switches import AWAY_LONGEST, BANNER_LONGEST
from bot.storage.switches import find_switches, record_switches


@page("GET", "/switches", access=ADMINISTRATORS)
async def show_switches(visit: Visit) -> Response:
    """How the service is set."""
    return await _render(visit, done=visit.request.query_params.get("done") == "set")


@page("POST", "/switches", access=ADMINISTRATORS)
async def set_switches(visit: Visit) -> Response:
    """Set it; a code of one's own app confirms."""
    assert visit.logged_in is not None
    version = read_number(visit.form.get("version"))
    fields = read_fields(visit.form)
    try:
        asked = read_switches(fields, titles=await _list_titles(visit))
    except SwitchesRefused as refused:
        problem, *why = refused.args
        return await _render(visit, fields=fields, problem=problem, why="".join(why), status=422)
    try:
        await visit.logins.take_code(visit.logged_in, visit.form.get("code"))
    except CodeRefused:
        return await _render(visit, fields=fields, problem="code", status=422)
    async with visit.database.begin() as tx:
        before = await find_switches(tx)
        asked = replace(asked, rules_off=before.switches.rules_off)  # set on the page of each rule
        if not await record_switches(tx, asked, version=version, staff=visit.staff.email, now=visit.now):
            return await _render(visit, problem="moved", status=409)
        old, new = before.switches.dump(), asked.dump()
        changed = {name: str(new[name]) for name in new if new[name] != old[name]}
        await visit.record(tx, "switches.set", "switches", **changed)
    return RedirectResponse("/console/switches?done=set", status_code=303)


async def _list_titles(visit: Visit) -> dict[str, str]:
    async with visit.database.begin() as tx:
        return (await load_shelf(tx, today=visit.today)).titles


async def _render(
    visit: Visit,
    *,
    fields: SwitchFields | None = None,
    problem: str = "",
    why: str = "",
    done: bool = False,
    status: int = 200,
) -> Response:
    async with visit.database.begin() as tx:
        held = await find_switches(tx)
    titles = await _list_titles(visit)
    return visit.render(
        "switches.html",
        status=status,
        fields=fields or show_fields(held.switches, titles=titles),
        held=held,
        titles=titles,
        banner_longest=BANNER_LONGEST,
        away_longest=AWAY_LONGEST,
        usual_hours=visit.duty.rules.hours,
        usual_away=visit.duty.rules.away,
        problem=problem,
        why=why,
        done=done,
    )


PAGES = [show_switches, set_switches]
