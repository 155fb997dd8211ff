"""Broadcasts: the list, and one of them to approve, to watch, to pause and to stop."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from fastapi import Response
from fastapi.responses import RedirectResponse

from bot.broadcasts import lifecycle
from bot.broadcasts.estimate import estimate_channels, estimate_finish
from bot.broadcasts.lifecycle import BroadcastGone, BroadcastMoved, OwnBroadcast
from bot.broadcasts.messages import PLACEHOLDERS
from bot.broadcasts.release import find_rest_end
from bot.broadcasts.trial import make_trial_code
from bot.console.access import BROADCAST_APPROVERS, BROADCAST_READERS, BROADCAST_STAFF, BROADCASTERS
from bot.console.export import ExportedTable, render_csv, render_xlsx, send_file
from bot.console.logins import CodeRefused
from bot.console.page import PageNotFound, Visit, page
from bot.console.pages.broadcast_form import read_id
from bot.console.preview import render_markup
from bot.console.request import read_number
from bot.console.wording import CHANNELS, name_outcome
from bot.domain.broadcast import TEXT_LONGEST_WITH_PICTURE, Audience, Broadcast, BroadcastContent, BroadcastState
from bot.storage.broadcast_audience import measure_reach
from bot.storage.broadcast_messages import count_outcomes, count_outcomes_by_channel
from bot.storage.broadcasts import find_broadcast, list_broadcasts

_BEFORE_SENDING = {BroadcastState.DRAFT, BroadcastState.SUBMITTED, BroadcastState.APPROVED}
_MOVING = {BroadcastState.APPROVED, BroadcastState.SENDING, BroadcastState.PAUSED}
_CONTROLS = {"pause", "resume", "stop"}
DONE = {
    "picture",
    "picture-refused",
    "picture-words",
    "save",
    "submit",
    "approve",
    "return",
    "pause",
    "resume",
    "stop",
    "moved",
}


@page("GET", "/broadcasts", access=BROADCAST_READERS)
async def show_broadcasts(visit: Visit) -> Response:
    """Every broadcast, those that wait for somebody first."""
    async with visit.database.begin() as tx:
        found = await list_broadcasts(tx)
    order = list(BroadcastState)
    first = {BroadcastState.SUBMITTED: 0, BroadcastState.SENDING: 1, BroadcastState.PAUSED: 1}
    found.sort(key=lambda each: first.get(each.state, len(order)))
    return visit.render("broadcasts.html", broadcasts=found, may_write=visit.may(BROADCASTERS))


@page("GET", "/broadcasts/{broadcast_id}", access=BROADCAST_READERS)
async def show_broadcast(visit: Visit) -> Response:
    """One broadcast."""
    done = visit.request.query_params.get("done", "")
    return await _render(visit, done=done if done in DONE else "")


@page("GET", "/broadcasts/{broadcast_id}/progress", access=BROADCAST_READERS)
async def show_progress(visit: Visit) -> Response:
    """How far it is; asked for again while it moves."""
    broadcast = await _get(visit)
    return visit.render("_broadcast_progress.html", **await _show_progress(visit, broadcast))


@page("GET", "/broadcasts/{broadcast_id}/report/{report}", access=BROADCAST_READERS)
async def export_report(visit: Visit) -> Response:
    """What became of its messages, by channel and reason, as a file."""
    broadcast = await _get(visit)
    async with visit.database.begin() as tx:
        outcomes = await count_outcomes_by_channel(tx, broadcast.id)
    table = ExportedTable(
        title="Kết quả",
        columns=("Thông báo", "Mã tin", "Kênh", "Kết quả", "Số tin"),
        rows=[
            (
                broadcast.content.title,
                broadcast.code,
                CHANNELS[channel],
                name_outcome(each.state, each.reason),
                each.messages,
            )
            for channel, each in outcomes
        ],
    )
    name = f"thong-bao-{broadcast.code}-{visit.today:%Y-%m-%d}"
    match visit.request.path_params["report"]:
        case "ket-qua.csv":
            return send_file(render_csv(table), name=f"{name}.csv")
        case "ket-qua.xlsx":
            return send_file(render_xlsx([table]), name=f"{name}.xlsx")
        case _:
            raise PageNotFound


@page("POST", "/broadcasts/{broadcast_id}", access=BROADCAST_STAFF)
async def decide(visit: Visit) -> Response:
    """Approve it with a code, give it back, pause, go on, stop, or write another for those it failed to reach."""
    action = visit.form.get("do")
    broadcast = await _get(visit)
    if action in ("approve", "return"):
        return await _decide(visit, broadcast, action)
    if action in _CONTROLS:
        return await _control(visit, broadcast, action)
    if action == "resend" and visit.may(BROADCASTERS):
        return await _resend(visit, broadcast)
    return await _render(visit)


async def _decide(visit: Visit, broadcast: Broadcast, action: str) -> Response:
    assert visit.logged_in is not None
    version, note = read_number(visit.form.get("version")), visit.form.get("note")
    if not visit.may(BROADCAST_APPROVERS):
        return await _render(visit, problem="not-approver", status=403)
    if action == "return" and not note:
        return await _render(visit, problem="note", status=422)
    if action == "approve":
        if visit.staff.email in broadcast.authors:
            return await _render(visit, problem="own", status=409)
        try:
            await visit.logins.take_code(visit.logged_in, visit.form.get("code"))
        except CodeRefused:
            return await _render(visit, problem="code", status=422)
    try:
        async with visit.database.begin() as tx:
            if action == "approve":
                await lifecycle.approve(tx, broadcast.id, version=version, approver=visit.staff.email)
            else:
                await lifecycle.give_back(tx, broadcast.id, version=version, note=note)
            await visit.record(tx, f"broadcast.{action}", f"broadcast:{broadcast.id}", version=version)
    except OwnBroadcast:
        return await _render(visit, problem="own", status=409)
    except BroadcastMoved:
        return await _render(visit, problem="moved", status=409)
    return _go(broadcast, action)


async def _control(visit: Visit, broadcast: Broadcast, action: str) -> Response:
    try:
        async with visit.database.begin() as tx:
            match action:
                case "pause":
                    await lifecycle.pause(tx, broadcast.id)
                case "resume":
                    await lifecycle.resume(tx, broadcast.id)
                case _:
                    await lifecycle.stop(tx, broadcast.id, now=visit.now)
            await visit.record(tx, f"broadcast.{action}", f"broadcast:{broadcast.id}")
    except (BroadcastMoved, BroadcastGone):
        return _go(broadcast, "moved")
    return _go(broadcast, action)


async def _resend(visit: Visit, broadcast: Broadcast) -> Response:
    """Write a draft to those who should have got it and did not; it needs its own approval."""
    content = broadcast.content
    again = BroadcastContent(
        title=f"{content.title[:60]} (gửi lại)",
        text=content.text,
        topic=content.topic,
        buttons=content.buttons,
        useful_for=content.useful_for,
    )
    broadcast_id = uuid4()
    async with visit.database.begin() as tx:
        await lifecycle.save(
            tx,
            broadcast_id,
            again,
            Audience(failed_of=broadcast.id),
            send_at=None,
            version=0,
            author=visit.staff.email,
            now=visit.now,
        )
        await visit.record(tx, "broadcast.resend", f"broadcast:{broadcast.id}", draft=str(broadcast_id))
    return RedirectResponse(f"/console/broadcasts/{broadcast_id}/edit", status_code=303)


async def _get(visit: Visit) -> Broadcast:
    async with visit.database.begin() as tx:
        found = await find_broadcast(tx, read_id(visit))
    if found is None:
        raise PageNotFound
    return found


async def _show_progress(visit: Visit, broadcast: Broadcast) -> dict[str, Any]:
    async with visit.database.begin() as tx:
        outcomes = await count_outcomes(tx, broadcast.id)
    settled = sum(each.messages for each in outcomes if each.state not in ("held", "waiting", "claimed"))
    sent = sum(each.messages for each in outcomes if each.state == "sent")
    return {
        "broadcast": broadcast,
        "outcomes": outcomes,
        "settled": settled,
        "sent": sent,
        "percent": settled * 100 // broadcast.planned if broadcast.planned else 0,
        "moving": broadcast.state in _MOVING,
        "rests_until": find_rest_end(visit.now) if broadcast.state is BroadcastState.SENDING else None,
        "may_control": visit.may(BROADCAST_STAFF),
        "may_write": visit.may(BROADCASTERS),
        "missed": any(each.reason in ("retry-limit", "too-late", "message-invalid") for each in outcomes),
    }


async def _render(visit: Visit, *, done: str = "", problem: str = "", status: int = 200) -> Response:
    broadcast = await _get(visit)
    communes, audience = visit.communes(), broadcast.audience
    reach = None
    if broadcast.state in _BEFORE_SENDING:
        async with visit.database.begin() as tx:
            reach = await measure_reach(tx, audience, now=visit.now)
    start = max(broadcast.send_at or visit.now, visit.now)
    text = broadcast.content.text
    for name, instead in PLACEHOLDERS.items():
        text = text.replace(name, instead)
    places = [
        *(communes.provinces.get(code, code) for code in audience.provinces),
        *(
            f"{each.name}, {each.province}"
            for code in audience.communes
            if (each := communes.get(code)) is not None
        ),
    ]
    return visit.render(
        "broadcast.html",
        status=status,
        done=done,
        problem=problem,
        shown=render_markup(f"📢 {text}"),
        buttons=[title for title, _ in broadcast.content.buttons],
        places=places,
        choices=visit.news,
        reach=reach,
        finish=estimate_finish(reach.by_channel, start=start, paces=visit.paces) if reach is not None else None,
        estimates=estimate_channels(reach.by_channel, start=start, paces=visit.paces) if reach is not None else [],
        trial=make_trial_code(broadcast, visit.cipher) if broadcast.state in _BEFORE_SENDING else "",
        own=visit.staff.email in broadcast.authors,
        longest_with_picture=TEXT_LONGEST_WITH_PICTURE,
        may_approve=visit.may(BROADCAST_APPROVERS),
        note=visit.form.get("note"),
        **await _show_progress(visit, broadcast),
    )


def _go(broadcast: Broadcast, done: str) -> Response:
    return RedirectResponse(f"/console/broadcasts/{broadcast.id}?done={done}", status_code=303)


PAGES = [show_broadcasts, show_broadcast, show_progress, export_report, decide]
