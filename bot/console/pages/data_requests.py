"""Requests of citizens about their own data, with their clock; taken at a counter, extended, done."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from fastapi import Response
from fastapi.responses import RedirectResponse

from bot.console.access import PEOPLE_STAFF
from bot.console.page import PageNotFound, Visit, page
from bot.domain.data_request import RequestKind
from bot.privacy.requests import RequestSettled, make_receipt
from bot.understanding.masking import mask_for_staff

SHOWN = 100
LONGEST = 500
DONE = {"add", "extend", "settle", "moved"}


@page("GET", "/data-requests", access=PEOPLE_STAFF)
async def show_requests(visit: Visit) -> Response:
    """Open ones by their day, or those that are done."""
    done = visit.request.query_params.get("done", "")
    return await _render(visit, done=done if done in DONE else "")


@page("POST", "/data-requests", access=PEOPLE_STAFF)
async def add_request(visit: Visit) -> Response:
    """Take down what somebody asked for at a counter or by letter."""
    kind, said = visit.form.get("kind"), mask_for_staff(visit.form.get("said"))[:LONGEST]
    if kind not in list(RequestKind) or not said:
        return await _render(visit, problem="add", status=422)
    async with visit.database.begin() as tx:
        await visit.requests.add(tx, RequestKind(kind), citizen_id=None, channel=None, said=said, now=visit.now)
        await visit.record(tx, "data-request.add", f"kind:{kind}")
    return _go("add")


@page("POST", "/data-requests/{request_id}", access=PEOPLE_STAFF)
async def work_on_request(visit: Visit) -> Response:
    """Say that it was done and what its citizen reads, or why it takes longer."""
    request_id, action, words = _read_id(visit), visit.form.get("do"), visit.form.get("words")[:LONGEST]
    if action not in ("extend", "settle") or not words:
        return await _render(visit, problem="words", status=422)
    try:
        async with visit.database.begin() as tx:
            if action == "extend":
                await visit.requests.extend(tx, request_id, because=words)
            else:
                await visit.requests.settle(tx, request_id, answer=words, staff=visit.staff.email, now=visit.now)
            await visit.record(tx, f"data-request.{action}", f"data-request:{request_id}")
    except RequestSettled:
        return _go("moved")
    return _go(action)


async def _render(visit: Visit, *, done: str = "", problem: str = "", status: int = 200) -> Response:
    settled = visit.request.query_params.get("state") == "settled"
    async with visit.database.begin() as tx:
        found = await visit.requests.list_all(tx, settled=settled, limit=SHOWN)
    rows: list[dict[str, Any]] = [
        {
            "request": each,
            "receipt": make_receipt(each.id),
            "deadline": visit.requests.describe(each, today=visit.today),
            "may_extend": bool(visit.requests.deadlines.kinds[each.kind].extension_days)
            and not each.extended_because,
        }
        for each in found
    ]
    return visit.render(
        "data_requests.html",
        status=status,
        rows=rows,
        settled=settled,
        deadlines=visit.requests.deadlines,
        longest=LONGEST,
        done=done,
        problem=problem,
    )


def _read_id(visit: Visit) -> UUID:
    try:
        return UUID(visit.request.path_params["request_id"])
    except ValueError as error:
        raise PageNotFound from error


def _go(done: str) -> Response:
    return RedirectResponse(f"/console/data-requests?done={done}", status_code=303)


PAGES = [show_requests, add_request, work_on_request]
