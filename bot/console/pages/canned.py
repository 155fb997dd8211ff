"""What staff have ready to say to citizens: the list, and one of them with its file."""

from __future__ import annotations

from uuid import UUID, uuid4

from fastapi import Response
from fastapi.responses import RedirectResponse

from bot.console.access import CHAT_STAFF
from bot.console.page import PageNotFound, Visit, page
from bot.console.request import read_number
from bot.console.sent_file import LARGEST_MB, FileRefused, check_file
from bot.domain.handover import LONGEST_REPLY
from bot.handover.canned import PLACEHOLDERS
from bot.storage.canned_replies import CannedReply, drop_canned, list_canned, record_canned, record_file

TITLE_LONGEST = 60


@page("GET", "/canned", access=CHAT_STAFF)
async def show_canned(visit: Visit) -> Response:
    """Every canned reply."""
    async with visit.database.begin() as tx:
        ready = await list_canned(tx)
    done = visit.request.query_params.get("done", "")
    return visit.render(
        "canned.html", ready=ready, new_id=uuid4(), done=done if done in ("save", "drop", "moved") else ""
    )


@page("GET", "/canned/{canned_id}", access=CHAT_STAFF)
async def show_form(visit: Visit) -> Response:
    """One canned reply to change, or a new one."""
    return await _render(visit)


@page("POST", "/canned/{canned_id}", access=CHAT_STAFF, takes_file=True)
async def change_canned(visit: Visit) -> Response:
    """Save it or take it away."""
    canned_id, staff = _read_id(visit), visit.staff.email
    if visit.form.get("do") == "drop":
        async with visit.database.begin() as tx:
            if await drop_canned(tx, canned_id, staff=staff, now=visit.now):
                await visit.record(tx, "canned.drop", f"canned:{canned_id}")
        return _go("drop")
    title, text = visit.form.get("title")[:TITLE_LONGEST], visit.form.get("text")
    if not title or not text or len(text) > LONGEST_REPLY:
        return await _render(visit, problem="text", status=422)
    sent = visit.form.file
    if sent is not None:
        try:
            check_file(sent)
        except FileRefused:
            return await _render(visit, problem="file", status=422)
    held = await _find(visit)
    async with visit.database.begin() as tx:
        file_id = held.file_id if held is not None and visit.form.get("keep_file") == "yes" else None
        if sent is not None:
            file_id = await record_file(
                tx, name=sent.name, media_type=sent.media_type, content=sent.content, staff=staff, now=visit.now
            )
        is_saved = await record_canned(
            tx,
            canned_id,
            title=title,
            text=text,
            file_id=file_id,
            version=read_number(visit.form.get("version")),
            staff=staff,
            now=visit.now,
        )
        if is_saved:
            await visit.record(tx, "canned.save", f"canned:{canned_id}", title=title)
    return _go("save" if is_saved else "moved")


async def _find(visit: Visit) -> CannedReply | None:
    canned_id = _read_id(visit)
    async with visit.database.begin() as tx:
        return next((each for each in await list_canned(tx) if each.id == canned_id), None)


async def _render(visit: Visit, *, problem: str = "", status: int = 200) -> Response:
    held = await _find(visit)
    return visit.render(
        "canned_form.html",
        status=status,
        canned_id=_read_id(visit),
        held=held,
        title=visit.form.get("title") or (held.title if held is not None else ""),
        text=visit.form.get("text") or (held.text if held is not None else ""),
        placeholders=PLACEHOLDERS,
        title_longest=TITLE_LONGEST,
        longest=LONGEST_REPLY,
        largest_mb=LARGEST_MB,
        problem=problem,
    )


def _read_id(visit: Visit) -> UUID:
    try:
        return UUID(visit.request.path_params["canned_id"])
    except ValueError as error:
        raise PageNotFound from error


def _go(done: str) -> Response:
    return RedirectResponse(f"/console/canned?done={done}", status_code=303)


PAGES = [show_canned, show_form, change_canned]
