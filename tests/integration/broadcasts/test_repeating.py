"""A broadcast that is repeated: every run is a row of its own, and nothing goes that nobody approved."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from bot.broadcasts import lifecycle
from bot.broadcasts.lifecycle import OwnBroadcast
from bot.clock import HANOI
from bot.domain.broadcast import Audience, Broadcast, BroadcastState, Repeat, choose_next_run
from bot.storage.broadcasts import list_broadcasts
from tests.integration.broadcasts.conftest import CONTENT, Studio


async def write(studio: Studio, *, repeat: Repeat, in_hours: int = 1) -> UUID:
    broadcast_id = uuid4()
    async with studio.database.begin() as tx:
        saved = await lifecycle.save(
            tx,
            broadcast_id,
            CONTENT,
            Audience(),
            send_at=studio.clock() + timedelta(hours=in_hours),
            version=0,
            author="chi@a.vn",
            now=studio.clock(),
            submit=True,
            repeat=repeat,
        )
        await lifecycle.approve(tx, broadcast_id, version=saved.version, approver="dung@a.vn")
    return broadcast_id


async def list_waiting(studio: Studio) -> list[Broadcast]:
    async with studio.database.begin() as tx:
        return await list_broadcasts(tx, BroadcastState.SUBMITTED)


async def test_the_next_run_is_written_and_waits_for_approval(studio: Studio) -> None:
    await studio.add_reader("an")
    first = await write(studio, repeat=Repeat.WEEKLY)
    assert await list_waiting(studio) == []
    studio.clock.move(timedelta(hours=1))
    await studio.send_all(looks=4)
    assert await studio.state(first) is BroadcastState.FINISHED
    assert len(studio.post.sender.sent) == 1
    [run] = await list_waiting(studio)
    before = await studio.find(first)
    assert before.send_at is not None
    assert run.send_at == before.send_at + timedelta(days=7)
    assert (run.content, run.audience, run.repeat, run.repeat_of) == (CONTENT, Audience(), Repeat.WEEKLY, first)
    assert run.code != before.code
    # A week later, nobody has approved it: nothing goes.
    studio.clock.move(timedelta(days=7))
    await studio.send_all(looks=4)
    assert len(studio.post.sender.sent) == 1
    async with studio.database.begin() as tx:
        with pytest.raises(OwnBroadcast):
            await lifecycle.approve(tx, run.id, version=run.version, approver="chi@a.vn")
    async with studio.database.begin() as tx:
        await lifecycle.approve(tx, run.id, version=run.version, approver="dung@a.vn")
    await studio.send_all(looks=4)
    assert len(studio.post.sender.sent) == 2
    assert [each.repeat_of for each in await list_waiting(studio)] == [run.id]


async def test_two_looks_write_one_next_run(studio: Studio) -> None:
    first = await studio.find(await write(studio, repeat=Repeat.MONTHLY))
    async with studio.database.begin() as tx:
        assert await lifecycle.write_next_run(tx, first, now=studio.clock()) is not None
    async with studio.database.begin() as tx:
        assert await lifecycle.write_next_run(tx, first, now=studio.clock()) is None
    assert len(await list_waiting(studio)) == 1


async def test_what_is_not_repeated_has_no_next_run(studio: Studio) -> None:
    await studio.add_reader("an")
    await write(studio, repeat=Repeat.NEVER)
    studio.clock.move(timedelta(hours=1))
    await studio.send_all(looks=4)
    assert await list_waiting(studio) == []


@pytest.mark.parametrize(
    ("repeat", "send_at", "now", "expected"),
    [
        (Repeat.WEEKLY, "2026-11-23 08:00", "2026-11-23 09:00", "2026-11-30 08:00"),
        (Repeat.WEEKLY, "2026-11-23 08:00", "2026-12-10 09:00", "2026-12-14 08:00"),
        (Repeat.MONTHLY, "2026-11-28 08:00", "2026-11-28 09:00", "2026-12-28 08:00"),
        (Repeat.MONTHLY, "2026-12-05 07:30", "2026-12-05 09:00", "2027-01-05 07:30"),
        (Repeat.MONTHLY, "2027-01-28 08:00", "2027-01-28 09:00", "2027-02-28 08:00"),
    ],
)
def test_when_the_next_run_goes(repeat: Repeat, send_at: str, now: str, expected: str) -> None:
    def read(moment: str) -> datetime:
        return datetime.fromisoformat(moment).replace(tzinfo=HANOI).astimezone(UTC)

    assert choose_next_run(read(send_at), repeat, now=read(now)) == read(expected)
