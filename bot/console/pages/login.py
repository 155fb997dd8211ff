"""Logging in and out."""

from __future__ import annotations

from dataclasses import replace

from fastapi import Response
from fastapi.responses import RedirectResponse

from bot.console.access import HALF, OPEN
from bot.console.logins import ABSOLUTE, LoginRefused, TooManyWaiting
from bot.console.page import Visit, page
from bot.console.pages.second_step import ask_for_code, go_on
from bot.console.request import own_path


@page("GET", "/login", access=OPEN)
async def show_login(visit: Visit) -> Response:
    """The login page; who is logged in already goes on."""
    wanted = own_path(visit.request.query_params.get("next", ""))
    if visit.logged_in is not None and visit.logged_in.passed:
        return RedirectResponse(wanted, status_code=303)
    return visit.render("login.html", email="", problem="", next=wanted, kept="")


@page("POST", "/login", access=OPEN)
async def log_in(visit: Visit) -> Response:
    """Check the password; what was being saved when the last login ended is offered again."""
    email, wanted, kept = visit.form.get("email"), own_path(visit.form.get("next")), visit.form.get("kept")
    address = visit.request.client.host if visit.request.client is not None else ""
    try:
        token = await visit.logins.log_in(
            email,
            visit.form.get("password"),
            address=address,
            browser=visit.request.headers.get("user-agent", ""),
            old_token=visit.token or None,
        )
    except (LoginRefused, TooManyWaiting) as refused:
        problem = "refused" if isinstance(refused, LoginRefused) else "busy"
        status = 401 if problem == "refused" else 429
        return visit.render("login.html", status=status, email=email, problem=problem, next=wanted, kept=kept)
    logged_in = await visit.logins.find(token, now=visit.now)
    assert logged_in is not None
    visit = replace(visit, logged_in=logged_in)
    response = go_on(visit, wanted, kept) if logged_in.passed else await ask_for_code(visit, wanted, kept)
    response.set_cookie(
        visit.cookie,
        token,
        max_age=int(ABSOLUTE.total_seconds()),
        path="/",
        secure=visit.cookie.startswith("__Host-"),
        httponly=True,
        samesite="strict",
    )
    return response


@page("POST", "/logout", access=HALF)
async def log_out(visit: Visit) -> Response:
    """End the login."""
    await visit.logins.log_out(visit.token)
    response = RedirectResponse("/console/login", status_code=303)
    response.delete_cookie(
        visit.cookie, path="/", secure=visit.cookie.startswith("__Host-"), httponly=True, samesite="strict"
    )
    return response


PAGES = [show_login, log_in, log_out]
