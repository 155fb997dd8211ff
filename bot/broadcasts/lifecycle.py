"""The life of a broadcast: written by one, approved by another, let out, paused, stopped. Stop always wins.

Every change locks the row and names the version it was decided on, so that a double click, a repeated request or
two people at once make one change.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID, uuid5

from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.broadcast import (
    Audience,
    Broadcast,
    BroadcastContent,
    BroadcastState,
    Repeat,
    choose_next_run,
)
from bot.domain.notice_code import make_notice_code
from bot.storage.broadcast_messages import cancel_messages, hold_back
from bot.storage.broadcasts import claim_new, find_broadcast, record_draft, record_state

_CHANGEABLE = {BroadcastState.DRAFT, BroadcastState.SUBMITTED}
_ENDED = {BroadcastState.STOPPED, BroadcastState.FINISHED}
_MOST_OPEN = 100_000
"""More than any pace lets be open at once."""


class BroadcastGone(LookupError):
    """There is no such broadcast."""


class BroadcastMoved(Exception):
    """It is not what was looked at any more, or no longer where this can be done."""


class OwnBroadcast(Exception):
    """Who wrote it cannot approve it."""


async def save(
    tx: AsyncSession,
    broadcast_id: UUID,
    content: BroadcastContent,
    audience: Audience,
    *,
    send_at: datetime | None,
    version: int,
    author: str,
    now: datetime,
    submit: bool = False,
    repeat: Repeat = Repeat.NEVER,
) -> Broadcast:
    """Keep a broadcast; `submit`: and ask for approval. `broadcast_id`: drawn with the form. `version`: 0 if new.

    Its picture stays. Sending the same again changes nothing. Whoever saves other words becomes an author.
    Raises:
        BroadcastMoved: somebody else saved it, or it was approved meanwhile.
    """
    await claim_new(tx, broadcast_id)
    before = await find_broadcast(tx, broadcast_id, lock=True)
    if before is not None:
        content = replace(content, picture_id=before.content.picture_id)
    state = BroadcastState.SUBMITTED if submit else BroadcastState.DRAFT
    if before is not None:
        same = (before.content, before.audience, before.send_at, before.repeat) == (
            content,
            audience,
            send_at,
            repeat,
        )
        if same and before.state is state:
            return before
        if before.version != version or before.state not in _CHANGEABLE:
            raise BroadcastMoved(broadcast_id)
        authors: Sequence[str] = before.authors if same else [*before.authors, author]
    elif version:
        raise BroadcastMoved(broadcast_id)
    else:
        authors = [author]
    saved = Broadcast(
        id=broadcast_id,
        state=state,
        version=version + 1,
        content=content,
        audience=audience,
        authors=tuple(dict.fromkeys(authors)),
        send_at=send_at,
        repeat=repeat,
        repeat_of=before.repeat_of if before is not None else None,
        code=before.code if before is not None else make_notice_code(),
        created_at=before.created_at if before is not None else now,
    )
    await record_draft(tx, saved)
    return saved


async def set_picture(
    tx: AsyncSession, broadcast_id: UUID, picture_id: UUID | None, *, version: int, author: str
) -> None:
    """Put a picture on a broadcast that nobody has approved, or take it off; it is a draft again.

    Raises:
        BroadcastGone: there is none.
        BroadcastMoved: somebody else saved it, or it was approved meanwhile.
    """
    before = await find_broadcast(tx, broadcast_id, lock=True)
    if before is None:
        raise BroadcastGone(broadcast_id)
    if before.version != version or before.state not in _CHANGEABLE:
        raise BroadcastMoved(broadcast_id)
    await record_draft(
        tx,
        replace(
            before,
            state=BroadcastState.DRAFT,
            version=version + 1,
            content=replace(before.content, picture_id=picture_id),
            authors=tuple(dict.fromkeys([*before.authors, author])),
        ),
    )


async def approve(tx: AsyncSession, broadcast_id: UUID, *, version: int, approver: str) -> None:
    """Let a broadcast out, at once or at its time.

    Raises:
        BroadcastGone, BroadcastMoved: not there, or not what was read.
        OwnBroadcast: the approver wrote some of it.
    """
    broadcast = await _claim(tx, broadcast_id, BroadcastState.SUBMITTED, version=version)
    if approver in broadcast.authors:
        raise OwnBroadcast(broadcast_id)
    await record_state(tx, broadcast_id, BroadcastState.APPROVED, approved_by=approver)


async def give_back(tx: AsyncSession, broadcast_id: UUID, *, version: int, note: str) -> None:
    """Give a broadcast back to its authors, with what is to be done.

    Raises:
        BroadcastGone, BroadcastMoved: not there, or not what was read.
    """
    await _claim(tx, broadcast_id, BroadcastState.SUBMITTED, version=version)
    await record_state(tx, broadcast_id, BroadcastState.DRAFT, note=note)


async def pause(tx: AsyncSession, broadcast_id: UUID, *, reason: str = "") -> None:
    """Let nothing more out. What a worker is just sending goes; what waits is taken back.

    Raises:
        BroadcastGone, BroadcastMoved: not there, or not being sent.
    """
    await _claim(tx, broadcast_id, BroadcastState.SENDING)
    await record_state(tx, broadcast_id, BroadcastState.PAUSED, pause_reason=reason)
    await hold_back(tx, broadcast_id)


async def resume(tx: AsyncSession, broadcast_id: UUID) -> None:
    """Go on where it was paused.

    Raises:
        BroadcastGone, BroadcastMoved: not there, or not paused.
    """
    await _claim(tx, broadcast_id, BroadcastState.PAUSED)
    await record_state(tx, broadcast_id, BroadcastState.SENDING, pause_reason="")


async def stop(tx: AsyncSession, broadcast_id: UUID, *, now: datetime) -> None:
    """End it for good, whatever it is doing. What a worker is just sending goes, nothing after it.

    Raises:
        BroadcastGone: there is none.
        BroadcastMoved: it has ended already, or never began.
    """
    broadcast = await find_broadcast(tx, broadcast_id, lock=True)
    if broadcast is None:
        raise BroadcastGone(broadcast_id)
    if broadcast.state in _ENDED | _CHANGEABLE:
        raise BroadcastMoved(broadcast_id)
    await record_state(tx, broadcast_id, BroadcastState.STOPPED, settled_at=now)
    # What is held may be a million rows: the timetable cancels those. These could go out any moment.
    await cancel_messages(tx, broadcast_id, state="waiting", limit=_MOST_OPEN, now=now)


async def write_next_run(tx: AsyncSession, broadcast: Broadcast, *, now: datetime) -> Broadcast | None:
    """Write the next run of a repeated broadcast, waiting for approval like any other; None where there is none.

    Its id follows from the run before, so that looking twice makes one.
    """
    if broadcast.repeat is Repeat.NEVER or broadcast.send_at is None:
        return None
    run_id = uuid5(broadcast.id, "next run")
    await claim_new(tx, run_id)
    if await find_broadcast(tx, run_id) is not None:
        return None
    run = Broadcast(
        id=run_id,
        state=BroadcastState.SUBMITTED,
        version=1,
        content=broadcast.content,
        audience=broadcast.audience,
        authors=broadcast.authors,
        send_at=choose_next_run(broadcast.send_at, broadcast.repeat, now=now),
        repeat=broadcast.repeat,
        repeat_of=broadcast.id,
        code=make_notice_code(),
        created_at=now,
    )
    await record_draft(tx, run)
    return run


async def _claim(
    tx: AsyncSession, broadcast_id: UUID, state: BroadcastState, *, version: int | None = None
) -> Broadcast:
    broadcast = await find_broadcast(tx, broadcast_id, lock=True)
    if broadcast is None:
        raise BroadcastGone(broadcast_id)
    if broadcast.state is not state or version not in (None, broadcast.version):
        raise BroadcastMoved(broadcast_id)
    return broadcast
