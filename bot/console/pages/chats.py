"""Chats that citizens want a person for: the queue, and one of them, live."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from hashlib import blake2b
from typing import Any
from uuid import UUID, uuid4

from fastapi import Response
from fastapi.responses import RedirectResponse

from bot.console.access import ADMINISTRATORS, CHAT_STAFF
from bot.console.chat_view import describe_delivery, list_colleagues, list_waiting
from bot.console.page import PageNotFound, Visit, page
from bot.domain.handover import LONGEST_REPLY, HandoverState, Notice
from bot.handover import lifecycle
from bot.handover.canned import fill_placeholders, list_placeholders
from bot.handover.lifecycle import HandoverGone, HandoverMoved
from bot.handover.replies import send_notice, send_reply
from bot.storage.canned_replies import CannedReply, list_canned
from bot.storage.handovers import QUEUE, Handover, find_handover, list_messages
from bot.storage.switches import load_switches

_MARK = "mark-of-what-is-seen"
"""Stands in a part of a page where the mark goes by which the page says what it shows."""
DONE = {"take", "release", "transfer", "close", "moved"}


@page("GET", "/chats", access=CHAT_STAFF)
async def show_chats(visit: Visit) -> Response:
    """Who waits, who waits longest first, and what one has taken."""
    if not visit.by_htmx:
        return visit.render("chats.html", done=_read_done(visit), **await _show_queue(visit))
    return await _render_news(visit, QUEUE, "_chats.html", lambda: _show_queue(visit))


@page("GET", "/chats/{chat_id}", access=CHAT_STAFF)
async def show_chat(visit: Visit) -> Response:
    """One chat."""
    return await _render(visit, await _get(visit), done=_read_done(visit))


@page("GET", "/chats/{chat_id}/messages", access=CHAT_STAFF)
async def show_messages(visit: Visit) -> Response:
    """What was said; asked for again and again, and answered when there is something new."""
    held = await _get(visit)

    async def show() -> dict[str, Any]:
        return await _show_messages(visit, await _get(visit))

    return await _render_news(visit, str(held.id), "_chat_messages.html", show)


@page("POST", "/chats/{chat_id}", access=CHAT_STAFF)
async def work_on_chat(visit: Visit) -> Response:
    """Take it, answer, hand it on, or close it."""
    held, action = await _get(visit), visit.form.get("do")
    try:
        if action.startswith("canned:"):
            return await _insert_canned(visit, held, action.removeprefix("canned:"))
        match action:
            case "take":
                await _take(visit, held)
            case "reply":
                return await _reply(visit, held)
            case "transfer" | "release":
                return await _hand_on(visit, held, action)
            case "close":
                await _close(visit, held)
            case _:
                return await _render(visit, held)
    except (HandoverMoved, HandoverGone):
        action = "moved"
    return _go(held, action)


async def _take(visit: Visit, held: Handover) -> None:
    async with visit.database.begin() as tx:
        if await lifecycle.take(tx, held.id, staff=visit.staff.email, duty=visit.duty, now=visit.now):
            await send_notice(tx, visit.queue, held, Notice.TAKEN, now=visit.now)
            await visit.record(tx, "handover.take", f"handover:{held.id}")


async def _reply(visit: Visit, held: Handover) -> Response:
    text = visit.form.get("text")
    canned = await _find_canned(visit, visit.form.get("canned"))
    message_id = _read_uuid(visit.form.get("message"))
    if not text or len(text) > LONGEST_REPLY or message_id is None:
        return await _render(visit, held, text=text, canned=canned, problem="text", status=422)
    async with visit.database.begin() as tx:
        heard = await lifecycle.hear_staff(
            tx,
            visit.cipher,
            held.id,
            text,
            message_id=message_id,
            staff=visit.staff.email,
            file_id=canned.file_id if canned is not None else None,
            duty=visit.duty,
            now=visit.now,
        )
        if heard is not None:
            await send_reply(tx, visit.queue, heard, message_id, now=visit.now)
            await visit.record(tx, "handover.reply", f"handover:{held.id}", message=str(message_id))
    return _go(held, "")


async def _hand_on(visit: Visit, held: Handover, action: str) -> Response:
    to = visit.form.get("to") if action == "transfer" else None
    async with visit.database.begin() as tx:
        if to is not None and to not in await list_colleagues(tx, visit.staff.email):
            return await _render(visit, held, problem="to", status=422)
        # Whoever looks after the accounts frees a chat whose member of staff went home.
        holder = None if visit.may(ADMINISTRATORS) else visit.staff.email
        await lifecycle.hand_on(tx, held.id, staff=holder, to=to, duty=visit.duty, now=visit.now)
        await visit.record(tx, f"handover.{action}", f"handover:{held.id}", to=to or "")
    return RedirectResponse(f"/console/chats?done={action}", status_code=303)


async def _close(visit: Visit, held: Handover) -> None:
    async with visit.database.begin() as tx:
        closed = await lifecycle.close(tx, held.id, staff=visit.staff.email, now=visit.now)
        if closed is not None:
            await send_notice(tx, visit.queue, closed, Notice.CLOSED, now=visit.now)
            await visit.record(tx, "handover.close", f"handover:{held.id}")


async def _insert_canned(visit: Visit, held: Handover, canned_id: str) -> Response:
    """Put a canned reply after what is typed already; nothing is sent."""
    canned = await _find_canned(visit, canned_id)
    if canned is None:
        return await _render(visit, held, text=visit.form.get("text"))
    async with visit.database.begin() as tx:
        switches = await load_switches(tx)
    placeholders = list_placeholders(visit.duty, switches, held.channel, today=visit.today)
    typed = visit.form.get("text")
    text = f"{typed}\n\n{fill_placeholders(canned.text, placeholders)}".strip()
    return await _render(visit, held, text=text, canned=canned)


async def _find_canned(visit: Visit, canned_id: str) -> CannedReply | None:
    async with visit.database.begin() as tx:
        return next((each for each in await list_canned(tx) if str(each.id) == canned_id), None)


async def _render_news(
    visit: Visit, name: str, template: str, show: Callable[[], Awaitable[dict[str, Any]]]
) -> Response:
    """Return a part of a page when it differs from what is seen; nothing (204) where it does not for a while."""
    seen = visit.request.query_params.get("seen", "")
    with visit.bells.follow(name) as bell:
        html = await _render_part(visit, template, show)
        if _mark(html) == seen:
            with suppress(TimeoutError):
                async with asyncio.timeout(visit.hold_s):
                    await bell.wait()
            html = await _render_part(visit, template, show)
    if _mark(html) == seen:
        return Response(status_code=204)
    return Response(html.replace(_MARK, _mark(html)), media_type="text/html")


async def _render_part(visit: Visit, template: str, show: Callable[[], Awaitable[dict[str, Any]]]) -> str:
    return bytes(visit.render(template, **await show()).body).decode()


def _mark(html: str) -> str:
    return blake2b(html.encode(), digest_size=8).hexdigest()


async def _show_queue(visit: Visit) -> dict[str, Any]:
    async with visit.database.begin() as tx:
        switches = await load_switches(tx)
        waiting = await list_waiting(tx, visit.cipher, visit.staff.email, now=visit.now)
    hours = visit.duty.find_hours(switches)
    return {
        "mark": _MARK,
        "waiting": [each for each in waiting if each.held.state is HandoverState.REQUESTED],
        "mine": [each for each in waiting if each.held.taken_by == visit.staff.email],
        "others": [each for each in waiting if each.held.taken_by not in (None, visit.staff.email)],
        "is_open": hours.is_open(visit.now),
        "opening": hours.find_opening(visit.now),
    }


async def _show_messages(visit: Visit, held: Handover) -> dict[str, Any]:
    may_read = held.state is HandoverState.REQUESTED or held.taken_by == visit.staff.email
    async with visit.database.begin() as tx:
        messages = await list_messages(tx, visit.cipher, held.id) if may_read else []
    return {
        "mark": _MARK,
        "held": held,
        "may_read": may_read,
        "messages": [(each, describe_delivery(each)) for each in messages],
    }


async def _render(
    visit: Visit,
    held: Handover,
    *,
    text: str = "",
    canned: CannedReply | None = None,
    done: str = "",
    problem: str = "",
    status: int = 200,
) -> Response:
    async with visit.database.begin() as tx:
        ready = await list_canned(tx)
        colleagues = await list_colleagues(tx, visit.staff.email)
    return visit.render(
        "_reply.html" if visit.by_htmx else "chat.html",
        status=status,
        text=text,
        chosen=canned,
        message_id=uuid4(),
        ready=ready,
        colleagues=colleagues,
        is_mine=held.state is HandoverState.TAKEN and held.taken_by == visit.staff.email,
        may_free=held.state is HandoverState.TAKEN and visit.may(ADMINISTRATORS),
        longest=LONGEST_REPLY,
        done=done,
        problem=problem,
        **await _show_messages(visit, held),
    )


async def _get(visit: Visit) -> Handover:
    chat_id = _read_uuid(visit.request.path_params.get("chat_id", ""))
    if chat_id is None:
        raise PageNotFound
    async with visit.database.begin() as tx:
        found = await find_handover(tx, chat_id)
    if found is None:
        raise PageNotFound
    return found


def _read_uuid(sent: str) -> UUID | None:
    try:
        return UUID(sent)
    except ValueError:
        return None


def _read_done(visit: Visit) -> str:
    done = visit.request.query_params.get("done", "")
    return done if done in DONE else ""


def _go(held: Handover, done: str) -> Response:
    said = f"?done={done}" if done in DONE else ""
    return RedirectResponse(f"/console/chats/{held.id}{said}", status_code=303)


PAGES = [show_chats, show_chat, show_messages, work_on_chat]
