"""The picture of a broadcast: put on, looked at, taken off; never fetched from an address."""

from __future__ import annotations

import asyncio

from fastapi import Response
from fastapi.responses import RedirectResponse

from bot.broadcasts.lifecycle import BroadcastGone, BroadcastMoved, set_picture
from bot.console.access import BROADCAST_READERS, BROADCASTERS
from bot.console.page import PageNotFound, Visit, page
from bot.console.pages.broadcast_form import read_id
from bot.console.picture import PictureRefused, remake_picture
from bot.console.request import read_number
from bot.domain.broadcast import TEXT_LONGEST_WITH_PICTURE
from bot.storage.broadcasts import find_broadcast
from bot.storage.canned_replies import find_file, record_file


@page("GET", "/broadcasts/{broadcast_id}/picture", access=BROADCAST_READERS)
async def show_picture(visit: Visit) -> Response:
    """The picture as citizens get it."""
    async with visit.database.begin() as tx:
        broadcast = await find_broadcast(tx, read_id(visit))
        held = broadcast.content.picture_id if broadcast is not None else None
        picture = await find_file(tx, held) if held is not None else None
    if picture is None:
        raise PageNotFound
    return Response(picture.content, media_type=picture.media_type)


@page("POST", "/broadcasts/{broadcast_id}/picture", access=BROADCASTERS, takes_file=True)
async def change_picture(visit: Visit) -> Response:
    """Put a picture on, or take it off; the broadcast is a draft again."""
    broadcast_id, version = read_id(visit), read_number(visit.form.get("version"))
    made = None
    if visit.form.get("do") != "drop":
        try:
            if visit.form.file is None:
                raise PictureRefused
            made = await asyncio.to_thread(remake_picture, visit.form.file.content)
        except PictureRefused:
            return _go(visit, "picture-refused")
    try:
        async with visit.database.begin() as tx:
            broadcast = await find_broadcast(tx, broadcast_id)
            if made is not None and broadcast and len(broadcast.content.text) > TEXT_LONGEST_WITH_PICTURE:
                return _go(visit, "picture-words")
            picture_id = None
            if made is not None:
                picture_id = await record_file(
                    tx,
                    name="thong-bao.jpg",
                    media_type="image/jpeg",
                    content=made,
                    staff=visit.staff.email,
                    now=visit.now,
                )
            await set_picture(tx, broadcast_id, picture_id, version=version, author=visit.staff.email)
            await visit.record(tx, "broadcast.picture", f"broadcast:{broadcast_id}", version=version + 1)
    except BroadcastGone as error:
        raise PageNotFound from error
    except BroadcastMoved:
        return _go(visit, "moved")
    return _go(visit, "picture")


def _go(visit: Visit, done: str) -> Response:
    return RedirectResponse(f"/console/broadcasts/{read_id(visit)}?done={done}", status_code=303)


PAGES = [show_picture, change_picture]
