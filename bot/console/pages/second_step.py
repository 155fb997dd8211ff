"""The second step of a login, and setting it up."""

from __future__ import annotations

from fastapi import Response
from fastapi.responses import RedirectResponse

from bot.console.access import HALF
from bot.console.logins import CodeRefused
from bot.console.page import Visit, page
from bot.console.request import Form, own_path
from bot.console.second_step import draw_secret
from bot.storage.staff import delete_sessions, record_session_passed


async def ask_for_code(visit: Visit, wanted: str, kept: str, *, problem: str = "", status: int = 200) -> Response:
    """Return the page that asks for a code; for who has no app yet, the page that sets one up."""
    if not visit.staff.has_second_step:
        return await _show_set_up(visit, wanted, kept, problem=problem, status=status)
    return visit.render("second_step.html", status=status, next=wanted, kept=kept, problem=problem)


def go_on(visit: Visit, wanted: str, kept: str) -> Response:
    """Return the page that was wanted; what was being saved when the last login ended is offered again."""
    if not kept:
        return RedirectResponse(wanted, status_code=303)
    return visit.render("resume.html", next=wanted, fields=Form.load(kept).items())


@page("GET", "/second-step", access=HALF)
async def show_second_step(visit: Visit) -> Response:
    """Ask for a code; who gave one already goes on, unless they want to set an app up."""
    wanted = own_path(visit.request.query_params.get("next", ""))
    assert visit.logged_in is not None
    if visit.logged_in.passed and visit.staff.has_second_step:
        return RedirectResponse(wanted, status_code=303)
    if not visit.staff.has_second_step:
        return visit.render("second_step_begin.html", next=wanted)
    return await ask_for_code(visit, wanted, "")


@page("POST", "/second-step", access=HALF)
async def take_second_step(visit: Visit) -> Response:
    """Begin to set an app up, or check a code: of the app, a recovery code, or the first code of a new app."""
    assert visit.logged_in is not None
    wanted, kept, code = own_path(visit.form.get("next")), visit.form.get("kept"), visit.form.get("code")
    if not visit.staff.has_second_step:
        if visit.form.get("do") == "begin":
            return await _show_set_up(visit, wanted, kept)
        return await _confirm(visit, wanted, kept, code)
    try:
        await visit.logins.pass_second_step(visit.logged_in, code)
    except CodeRefused as refused:
        if refused.ended:
            return visit.render("login.html", status=401, email="", problem="codes", next=wanted, kept=kept)
        return await ask_for_code(visit, wanted, kept, problem="refused", status=401)
    return go_on(visit, wanted, kept)


async def _confirm(visit: Visit, wanted: str, kept: str, code: str) -> Response:
    """Turn the second step on, end the account's other logins, and show the recovery codes once."""
    assert visit.logged_in is not None
    async with visit.database.begin() as tx:
        codes = await visit.steps.confirm(tx, visit.staff, code, now=visit.now)
        if codes is not None:
            await record_session_passed(tx, visit.logged_in.session_id, now=visit.now)
            await delete_sessions(tx, visit.staff.id, but=visit.logged_in.session_id)
            await visit.record(tx, "second-step.set-up", f"staff:{visit.staff.email}")
    if codes is None:
        return await _show_set_up(visit, wanted, kept, problem="refused", status=401)
    return visit.render("recovery_codes.html", codes=codes, next=wanted, fields=Form.load(kept).items())


async def _show_set_up(visit: Visit, wanted: str, kept: str, *, problem: str = "", status: int = 200) -> Response:
    async with visit.database.begin() as tx:
        secret = await visit.steps.begin(tx, visit.staff)
    return visit.render(
        "second_step_set_up.html",
        status=status,
        picture=draw_secret(secret, visit.staff),
        secret=" ".join(secret[n : n + 4] for n in range(0, len(secret), 4)),
        next=wanted,
        kept=kept,
        problem=problem,
    )


PAGES = [show_second_step, take_second_step]
