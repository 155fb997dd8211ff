"""Reminders: each rule in words, on or off, its texts; a changed rule tried, the next 90 days simulated."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

from fastapi import Response
from fastapi.responses import RedirectResponse

from bot.console.access import ADMINISTRATORS, CONTENT_EDITORS, EVERY_ROLE
from bot.console.export import render_csv, send_file
from bot.console.logins import CodeRefused
from bot.console.page import PageNotFound, Visit, page
from bot.console.preview import render_markup
from bot.console.rehearsal_figures import make_rehearsal_figures
from bot.console.reminder_form import RuleFields, read_change, read_fields
from bot.console.request import read_number
from bot.domain.rehearsal import Rehearsal, RehearsalKind, RehearsalState
from bot.reminders.describe import describe_rule, fill_sample
from bot.reminders.rehearse import DAYS
from bot.reminders.rules import ReminderRule
from bot.storage.rehearsals import find_rehearsal, list_rehearsals, record_rehearsal
from bot.storage.reminder_sweep import count_active_by_rule
from bot.storage.switches import find_switches, record_switches

SHOWN_RUNS = 10
DONE = {"on", "off"}


@page("GET", "/reminders", access=EVERY_ROLE)
async def show_reminders(visit: Visit) -> Response:
    """Every rule, and the last trial runs."""
    async with visit.database.begin() as tx:
        off = (await find_switches(tx)).switches.rules_off
        active = await count_active_by_rule(tx)
        runs = await list_rehearsals(tx, limit=SHOWN_RUNS)
    return visit.render(
        "reminders.html",
        rules=[
            {
                "rule": rule,
                "said": describe_rule(rule)[:2],
                "active": active.get(rule.id, 0),
                "off": rule.id in off,
                "over": not rule.holds_on(visit.today),
            }
            for rule in visit.rules.values()
        ],
        runs=runs,
        titles={rule.id: rule.title for rule in visit.rules.values()},
        days=DAYS,
        new_id=uuid4(),
        may_try=visit.may(CONTENT_EDITORS),
    )


@page("POST", "/reminders/runs", access=CONTENT_EDITORS)
async def begin_run(visit: Visit) -> Response:
    """Ask for a trial run. The form names it, so that sending it twice makes one."""
    run_id = _read_id(visit.form.get("id"))
    if visit.form.get("kind") == RehearsalKind.SIMULATION:
        kind, asked, subject = RehearsalKind.SIMULATION, {"days": DAYS}, "reminders"
    else:
        rule = _get_rule(visit, visit.form.get("rule"))
        fields = read_fields(visit.form)
        asked, problems = read_change(fields, rule)
        if problems:
            return await _render(visit, rule, fields=fields, problems=problems, status=422)
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


@page("GET", "/reminders/{rule_id}", access=EVERY_ROLE)
async def show_rule(visit: Visit) -> Response:
    """One rule."""
    rule = _get_rule(visit, visit.request.path_params["rule_id"])
    done = visit.request.query_params.get("done", "")
    return await _render(visit, rule, done=done if done in DONE else "")


@page("POST", "/reminders/{rule_id}", access=ADMINISTRATORS)
async def switch_rule(visit: Visit) -> Response:
    """Let a rule remind, or not; a code of one's own app confirms."""
    assert visit.logged_in is not None
    rule = _get_rule(visit, visit.request.path_params["rule_id"])
    action = visit.form.get("do")
    if action not in DONE:
        return await _render(visit, rule)
    try:
        await visit.logins.take_code(visit.logged_in, visit.form.get("code"))
    except CodeRefused:
        return await _render(visit, rule, problem="code", status=422)
    async with visit.database.begin() as tx:
        switches = (await find_switches(tx)).switches
        off = switches.rules_off - {rule.id} if action == "on" else switches.rules_off | {rule.id}
        if not await record_switches(
            tx,
            replace(switches, rules_off=off),
            version=read_number(visit.form.get("version")),
            staff=visit.staff.email,
            now=visit.now,
        ):
            return await _render(visit, rule, problem="moved", status=409)
        await visit.record(tx, f"reminder.{action}", f"reminder:{rule.id}")
    return RedirectResponse(f"/console/reminders/{rule.id}?done={action}", status_code=303)


async def _render(
    visit: Visit,
    rule: ReminderRule,
    *,
    fields: RuleFields | None = None,
    problems: dict[str, str] | None = None,
    problem: str = "",
    done: str = "",
    status: int = 200,
) -> Response:
    async with visit.database.begin() as tx:
        held = await find_switches(tx)
        active = await count_active_by_rule(tx)
    return visit.render(
        "reminder.html",
        status=status,
        rule=rule,
        said=describe_rule(rule),
        over=not rule.holds_on(visit.today),
        details=render_markup(fill_sample(rule, rule.texts.details)),
        details_past=render_markup(fill_sample(rule, rule.texts.details_past)),
        active=active.get(rule.id, 0),
        off=rule.id in held.switches.rules_off,
        version=held.version,
        fields=fields or RuleFields.of(rule),
        beside=problems or {},
        problem=problem,
        done=done,
        new_id=uuid4(),
        may_try=visit.may(CONTENT_EDITORS),
        may_switch=visit.may(ADMINISTRATORS),
    )


def _show(visit: Visit, run: Rehearsal) -> dict[str, Any]:
    titles = {rule.id: rule.title for rule in visit.rules.values()}
    return {
        "run": run,
        "moving": run.state in (RehearsalState.WAITING, RehearsalState.RUNNING),
        "titles": titles,
        "figures": make_rehearsal_figures(run, titles),
    }


def _get_rule(visit: Visit, rule_id: str) -> ReminderRule:
    rule = visit.rules.get(rule_id)
    if rule is None:
        raise PageNotFound
    return rule


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


PAGES = [show_reminders, begin_run, show_run, show_run_progress, export_run, show_rule, switch_rule]
