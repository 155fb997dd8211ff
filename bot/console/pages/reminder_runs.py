"""Trial runs of reminders: the next 90 days simulated, a changed rule tried, and what was found."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from fastapi import Response
from fastapi.responses import RedirectResponse

from bot.console.access import CONTENT_EDITORS, EVERY_ROLE
from bot.console.export import render_csv, send_file
from bot.console.page import PageNotFound, Visit, page
from bot.console.rehearsal_figures import make_rehearsal_figures
from bot.console.reminder_form import read_change, read_fields
from bot.console.rule_view import get_rule, render_rule
from bot.domain.rehearsal import Rehearsal, RehearsalKind, RehearsalState
from bot.reminders.rehearse import DAYS
from bot.storage.rehearsals import find_rehearsal, record_rehearsal


@page("POST", "/reminders/runs", access=CONTENT_EDITORS)
async def begin_run(visit: Visit) -> Response:
    """Ask for a trial run. The form names it, so that sending it twice makes one."""
    run_id = _read_id(visit.form.get("id"))
    if visit.form.get("kind") == RehearsalKind.SIMULATION:
        kind, asked, subject = RehearsalKind.SIMULATION, {"days": DAYS}, "reminders"
    else:
        rule = get_rule(visit, visit.form.get("rule"))
        fields = read_fields(visit.form)
        asked, problems = read_change(fields, rule)
        if problems:
            return await render_rule(visit, rule, fields=fields, beside=problems, status=422)
        kind, subject = RehearsalKind.SHADOW, f"reminder:{rule.id}"
    run = Rehearsal(id=run_id, kind=kind, asked=asked, asked_by=visit.staff.email, asked_at=visit.now)
    async with visit.database.begin() as tx:
        await record_rehearsal(tx, run)
        await visit.record(tx, f"reminder.{kind.value}", subject, run=str(run_id))
    return RedirectResponse(f"/console/reminders/runs/{run_id}", status_code=303)


@page("GET", "/reminders/runs/{run_id}", access=EVERY_ROLE)
async def show_run(visit: Visit) -> Response:
    """What a trial run found, or how far it is."""
    run = await _get_run(visit)
    return visit.render("reminder_run.html", **_show(visit, run))


@page("GET", "/reminders/runs/{run_id}/progress", access=EVERY_ROLE)
async def show_run_progress(visit: Visit) -> Response:
    """How far a trial run is; asked for again while it runs."""
    run = _show(visit, await _get_run(visit))
    response = visit.render("_reminder_run.html", **run)
    if not run["moving"]:
        response.headers["HX-Refresh"] = "true"  # the whole page, for the charts are drawn as it loads
    return response


@page("GET", "/reminders/runs/{run_id}/export/{name}", access=EVERY_ROLE)
async def export_run(visit: Visit) -> Response:
    """One table of what a trial run found, as CSV."""
    run = await _get_run(visit)
    name = visit.request.path_params["name"]
    for figure in _show(visit, run)["figures"]:
        if name == f"{figure.name}.csv":
            return send_file(render_csv(figure.table), name=f"{figure.name}-{run.asked_at:%Y-%m-%d}.csv")
    raise PageNotFound


def _show(visit: Visit, run: Rehearsal) -> dict[str, Any]:
    titles = {rule.id: rule.title for rule in visit.rules.values()}
    return {
        "run": run,
        "moving": run.state in (RehearsalState.WAITING, RehearsalState.RUNNING),
        "titles": titles,
        "figures": make_rehearsal_figures(run, titles),
    }


async def _get_run(visit: Visit) -> Rehearsal:
    async with visit.database.begin() as tx:
        run = await find_rehearsal(tx, _read_id(visit.request.path_params["run_id"]))
    if run is None:
        raise PageNotFound
    return run


def _read_id(typed: str) -> UUID:
    try:
        return UUID(typed)
    except ValueError as error:
        raise PageNotFound from error


PAGES = [begin_run, show_run, show_run_progress, export_run]
