"""Writing a broadcast: words, audience with a live count, time; sent for approval."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

from fastapi import Response
from fastapi.responses import RedirectResponse

from bot.broadcasts.estimate import estimate_channels, estimate_finish
from bot.broadcasts.lifecycle import BroadcastMoved, save
from bot.broadcasts.messages import PLACEHOLDERS, render
from bot.console.access import BROADCASTERS
from bot.console.broadcast_form import (
    ACTIVE_DAYS,
    CHANNELS,
    USEFUL_DAYS,
    BroadcastFields,
    ReadBroadcast,
    read_broadcast,
    read_fields,
    show_broadcast,
)
from bot.console.page import PageNotFound, Visit, page
from bot.console.preview import Shown, render_markup, show_on_messengers
from bot.console.request import read_number
from bot.console.shelf import load_shelf
from bot.content.publish import Problem
from bot.domain.answers import PayloadTooLong
from bot.domain.broadcast import TEXT_LONGEST_WITH_PICTURE, Broadcast, BroadcastContent, BroadcastState
from bot.storage.broadcast_audience import measure_reach, sample_audience
from bot.storage.broadcasts import find_broadcast, list_broadcasts
from bot.storage.news import NewsWish
from vietnamese.normalise import fold, normalise

SAMPLE = 5
_SAMPLE_CODE = "Mã tin: 06-XXXX-XXXX"


def read_id(visit: Visit) -> UUID:
    """Return the id of the broadcast in the address."""
    try:
        return UUID(visit.request.path_params["broadcast_id"])
    except ValueError as error:
        raise PageNotFound from error


@page("GET", "/broadcasts/new", access=BROADCASTERS)
async def begin_broadcast(visit: Visit) -> Response:  # noqa: ARG001 -- a page takes a visit
    """Draw an id, so that sending the form twice makes one broadcast."""
    return RedirectResponse(f"/console/broadcasts/{uuid4()}/edit", status_code=303)


@page("GET", "/broadcasts/{broadcast_id}/edit", access=BROADCASTERS)
async def edit_broadcast(visit: Visit) -> Response:
    """The form, empty or as it was saved."""
    broadcast = await _find(visit)
    if broadcast is None:
        return await _render(visit, BroadcastFields(), version=0)
    if broadcast.state not in (BroadcastState.DRAFT, BroadcastState.SUBMITTED):
        return RedirectResponse(f"/console/broadcasts/{broadcast.id}", status_code=303)
    return await _render(
        visit, show_broadcast(broadcast, visit.communes()), version=broadcast.version, note=broadcast.note
    )


@page("POST", "/broadcasts/{broadcast_id}/edit", access=BROADCASTERS)
async def save_broadcast(visit: Visit) -> Response:
    """Keep a broadcast, or say what is wrong with it."""
    broadcast_id, titles = read_id(visit), await _list_titles(visit)
    fields = read_fields(visit.form, titles=titles)
    version = read_number(visit.form.get("version"))
    action = visit.form.get("do")
    read = _read(visit, fields, titles)
    held = await _find(visit)
    if held and held.content.picture_id and len(fields.text) > TEXT_LONGEST_WITH_PICTURE:
        message = f"Tin có ảnh dài nhất {TEXT_LONGEST_WITH_PICTURE} ký tự. Rút ngắn lại, hoặc bỏ ảnh trước."
        read = replace(read, problems=(*read.problems, Problem(place="text", message=message)))
    if action not in ("save", "submit"):
        return await _render(visit, fields, version=version)
    if read.problems:
        return await _render(visit, fields, version=version, problems=read.problems, status=422)
    try:
        async with visit.database.begin() as tx:
            saved = await save(
                tx,
                broadcast_id,
                read.content,
                read.audience,
                send_at=read.send_at,
                version=version,
                author=visit.staff.email,
                now=visit.now,
                submit=action == "submit",
                repeat=read.repeat,
            )
            if saved.version != version:
                await visit.record(tx, f"broadcast.{action}", f"broadcast:{broadcast_id}", version=saved.version)
    except BroadcastMoved:
        return await _render(visit, fields, version=version, moved=True, status=409)
    return RedirectResponse(f"/console/broadcasts/{broadcast_id}?done={action}", status_code=303)


@page("POST", "/broadcasts/{broadcast_id}/preview", access=BROADCASTERS)
async def preview_broadcast(visit: Visit) -> Response:
    """Whom it would reach now, and what they would see."""
    titles = await _list_titles(visit)
    fields = read_fields(visit.form, titles=titles)
    return visit.render("_broadcast_preview.html", **await _show_reach(visit, fields, titles))


async def _find(visit: Visit) -> Broadcast | None:
    async with visit.database.begin() as tx:
        return await find_broadcast(tx, read_id(visit))


def _read(visit: Visit, fields: BroadcastFields, titles: Mapping[str, str]) -> ReadBroadcast:
    return read_broadcast(
        fields,
        choices=visit.news,
        communes=visit.communes(),
        titles=titles,
        now=visit.now,
    )


async def _list_titles(visit: Visit) -> dict[str, str]:
    async with visit.database.begin() as tx:
        return (await load_shelf(tx, today=visit.today)).titles


def _show_on_messengers(visit: Visit, fields: BroadcastFields, titles: Mapping[str, str]) -> list[Shown]:
    buttons = tuple(
        # What is still being typed leads nowhere yet.
        (title, leads)
        for title, leads in fields.buttons
        if title and (leads in titles or leads.startswith("https://"))
    )
    content = BroadcastContent(title=fields.title, text=fields.text, topic=fields.topic, buttons=buttons)
    try:
        answer = render(content, NewsWish(topics=()), visit.communes, code=_SAMPLE_CODE)
    except PayloadTooLong:  # an address that is still being typed
        return []
    return show_on_messengers(answer, visit.renderings)


async def _show_reach(visit: Visit, fields: BroadcastFields, titles: Mapping[str, str]) -> dict[str, Any]:
    read = _read(visit, fields, titles)
    communes = visit.communes()
    async with visit.database.begin() as tx:
        reach = await measure_reach(tx, read.audience, now=visit.now)
        sample = await sample_audience(tx, read.audience, limit=SAMPLE, now=visit.now)
    named = [
        {
            "channel": each.channel,
            "place": communes.get(each.commune_code or "") or communes.provinces.get(each.province_code or ""),
            "birth_year": each.birth_year,
        }
        for each in sample
    ]
    start = max(read.send_at or visit.now, visit.now)
    shown = fields.text
    for name, instead in PLACEHOLDERS.items():
        shown = shown.replace(name, instead)
    return {
        "reach": reach,
        "sample": named,
        "finish": estimate_finish(reach.by_channel, start=start, paces=visit.paces),
        "estimates": estimate_channels(reach.by_channel, start=start, paces=visit.paces),
        "on_messengers": _show_on_messengers(visit, fields, titles) if shown else (),
        "shown": render_markup(f"📢 {shown}") if shown else None,
        "buttons": [title for title, unit in fields.buttons if title and unit],
        "length": len(fields.text),
    }


async def _render(
    visit: Visit,
    fields: BroadcastFields,
    *,
    version: int,
    problems: tuple[Problem, ...] = (),
    moved: bool = False,
    note: str = "",
    status: int = 200,
) -> Response:
    async with visit.database.begin() as tx:
        earlier = await list_broadcasts(
            tx, BroadcastState.FINISHED, BroadcastState.SENDING, BroadcastState.STOPPED, limit=30
        )
    titles = await _list_titles(visit)
    beside: dict[str, str] = {}
    for problem in problems:
        beside.setdefault(problem.place, problem.message)
    return visit.render(
        "broadcast_form.html",
        status=status,
        id=read_id(visit),
        fields=fields,
        version=version,
        problems=problems,
        beside=beside,
        moved=moved,
        note=note,
        earlier=earlier,
        choices=visit.news,
        provinces=dict(sorted(visit.communes().provinces.items(), key=_by_name)),
        titles=titles,
        useful_days=USEFUL_DAYS,
        active_days=ACTIVE_DAYS,
        channels=CHANNELS,
        placeholders=PLACEHOLDERS,
        **await _show_reach(visit, fields, titles),
    )


def _by_name(province: tuple[str, str]) -> str:
    return fold(normalise(province[1].removeprefix("Thành phố ")))


PAGES = [begin_broadcast, edit_broadcast, save_broadcast, preview_broadcast]
