"""One's own account: logins that can be ended, the password, the second step."""

from __future__ import annotations

from uuid import UUID

from fastapi import Response
from fastapi.responses import RedirectResponse

from bot.console.access import EVERY_ROLE
from bot.console.logins import ABSOLUTE, IDLE, CodeRefused
from bot.console.page import Visit, page
from bot.console.passwords import SHORTEST, Passwords
from bot.storage.staff import (
    count_recovery_codes,
    delete_sessions,
    find_account,
    list_sessions,
    record_password,
)

DONE = {"password", "ended"}


@page("GET", "/account", access=EVERY_ROLE)
async def show_account(visit: Visit) -> Response:
    """The account of who is here."""
    done = visit.request.query_params.get("done", "")
    return await _render(visit, done=done if done in DONE else "")


@page("POST", "/account", access=EVERY_ROLE)
async def change_account(visit: Visit) -> Response:
    """End logins, change the password, or make new recovery codes."""
    action, _, which = visit.form.get("do").partition(":")
    match action:
        case "end-session":
            return await _end_sessions(visit, _session_id(which))
        case "end-others":
            return await _end_sessions(visit, None)
        case "password":
            return await _change_password(visit)
        case "recovery-codes":
            return await _renew_codes(visit)
        case _:
            return await _render(visit)


async def _end_sessions(visit: Visit, only: UUID | None) -> Response:
    assert visit.logged_in is not None
    async with visit.database.begin() as tx:
        ended = await delete_sessions(tx, visit.staff.id, only=only, but=visit.logged_in.session_id)
        if ended:
            await visit.record(tx, "session.end", f"staff:{visit.staff.email}", sessions=ended)
    return RedirectResponse("/console/account?done=ended", status_code=303)


async def _change_password(visit: Visit) -> Response:
    """The old password is asked for again: an open page must not be enough to take an account over."""
    assert visit.logged_in is not None
    passwords = Passwords()
    async with visit.database.begin() as tx:
        account = await find_account(tx, visit.staff.email)
    if account is None or not await passwords.matches(visit.form.get("old"), account.password_hash):
        return await _render(visit, problem="old-password", status=422)
    if len(visit.form.get("new")) < SHORTEST:
        return await _render(visit, problem="short-password", status=422)
    if visit.form.get("new") == visit.form.get("old"):
        return await _render(visit, problem="same-password", status=422)
    hashed = await passwords.hash(visit.form.get("new"))
    async with visit.database.begin() as tx:
        await record_password(tx, visit.staff.id, hashed)
        ended = await delete_sessions(tx, visit.staff.id, but=visit.logged_in.session_id)
        await visit.record(tx, "password.change", f"staff:{visit.staff.email}", sessions=ended)
    return RedirectResponse("/console/account?done=password", status_code=303)


async def _renew_codes(visit: Visit) -> Response:
    assert visit.logged_in is not None
    try:
        await visit.logins.take_code(visit.logged_in, visit.form.get("code"))
    except CodeRefused:
        return await _render(visit, problem="code", status=422)
    async with visit.database.begin() as tx:
        codes = await visit.steps.renew_recovery_codes(tx, visit.staff)
        await visit.record(tx, "second-step.new-codes", f"staff:{visit.staff.email}")
    return visit.render("recovery_codes.html", codes=codes, next="/console/account", fields=[])


async def _render(visit: Visit, *, done: str = "", problem: str = "", status: int = 200) -> Response:
    assert visit.logged_in is not None
    async with visit.database.begin() as tx:
        sessions = await list_sessions(tx, visit.staff.id)
        codes = await count_recovery_codes(tx, visit.staff.id)
    alive = [
        each
        for each in sessions
        if visit.now - each.last_seen_at <= IDLE and visit.now - each.created_at <= ABSOLUTE
    ]
    return visit.render(
        "account.html",
        status=status,
        sessions=alive,
        here=visit.logged_in.session_id,
        codes=codes,
        shortest=SHORTEST,
        done=done,
        problem=problem,
    )


def _session_id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        return UUID(int=0)


PAGES = [show_account, change_account]
