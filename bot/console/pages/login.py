"""Logging in and out."""

from __future__ import annotations

import re

from fastapi import Response
from fastapi.responses import RedirectResponse

from bot.console.logins import ABSOLUTE, LoginRefused, TooManyWaiting
from bot.console.page import EVERY_ROLE, OPEN, Visit, page
from bot.console.request import Form

_OWN_PATH = re.compile(r"/console(?:[/?][^\\\s]*)?")


@page("GET", "/login", access=OPEN)
async def show_login(visit: Visit) -> Response:
    """The login page; who is logged in already goes on."""
    wanted = _own_path(visit.request.query_params.get("next", ""))
    if visit.logged_in is not None:
        return RedirectResponse(wanted, status_code=303)
    return visit.render("login.html", email="", problem="", next=wanted, kept="")


@page("POST", "/login", access=OPEN)
async def log_in(visit: Visit) -> Response:
    """Check the password; what was being saved when the last login ended is offered again."""
    email, wanted, kept = visit.form.get("email"), _own_path(visit.form.get("next")), visit.form.get("kept")
    address = visit.request.client.host if visit.request.client is not None else ""
    try:
        token = await visit.logins.log_in(
            email, visit.form.get("password"), address=address, old_token=visit.token or None
        )
    except (LoginRefused, TooManyWaiting) as refused:
        problem = "refused" if isinstance(refused, LoginRefused) else "busy"
        status = 401 if problem == "refused" else 429
        return visit.render("login.html", status=status, email=email, problem=problem, next=wanted, kept=kept)
    if kept:
        logged_in = await visit.logins.find(token, now=visit.now)
        fields = Form.load(kept).items()
        assert logged_in is not None
        response = visit.render("resume.html", address=wanted, fields=fields, token=logged_in.csrf_token)
    else:
        response = RedirectResponse(wanted, status_code=303)
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


@page("POST", "/logout", access=EVERY_ROLE)
async def log_out(visit: Visit) -> Response:
    """End the login."""
    await visit.logins.log_out(visit.token)
    response = RedirectResponse("/console/login", status_code=303)
    response.delete_cookie(
        visit.cookie, path="/", secure=visit.cookie.startswith("__Host-"), httponly=True, samesite="strict"
    )
    return response


def _own_path(wanted: str) -> str:
    """Return an address to go on to, if it is one of ours: never another site's."""
    return wanted if _OWN_PATH.fullmatch(wanted) else "/console"


PAGES = [show_login, log_in, log_out]
