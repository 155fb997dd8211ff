"""From approval to the last message: little by little, stopped at once, nobody twice."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from bot.broadcasts import lifecycle, release
from bot.broadcasts.estimate import estimate_finish
from bot.broadcasts.lifecycle import BroadcastMoved, OwnBroadcast
from bot.domain.broadcast import Audience, BroadcastState, Stage
from bot.domain.lanes import STANDARD_PACES
from bot.domain.messages import Channel
from bot.domain.ports import DeliveryRefused, RefusalReason
from bot.storage.broadcast_messages import Outcome
from bot.storage.broadcasts import find_sent_code
from bot.storage.encryption import Cipher
from tests.integration.broadcasts.conftest import CONTENT, Studio
from tests.support.deliveries import make_paces
from tests.support.skill_chat import SkillChat, make_reminder_skills


async def test_one_to_everybody(studio: Studio) -> None:
    await studio.add_reader("an", commune="00070")
    await studio.add_reader("binh", province=None)
    broadcast = await studio.approve()
    await studio.send_all(looks=5)
    texts = {chat: answer.text for chat, answer, _ in studio.post.sender.sent}
    found = await studio.find(broadcast)
    assert texts == {
        "an": f"📢 Công an Phường Hoàn Kiếm làm việc cả thứ bảy.\n\nMã tin: {found.code}",
        "binh": f"📢 Công an xã, phường của bạn làm việc cả thứ bảy.\n\nMã tin: {found.code}",
    }
    assert found.state is BroadcastState.FINISHED
    assert await studio.outcomes(broadcast) == [Outcome("sent", None, 2)]
    async with studio.database.begin() as tx:
        assert await find_sent_code(tx, found.code) == (found.created_at, 2)
    await studio.send_all(looks=2)
    assert len(studio.post.sender.sent) == 2


async def test_at_its_time(studio: Studio) -> None:
    await studio.add_reader("an")
    broadcast_id = uuid4()
    at = studio.clock() + timedelta(hours=2)
    async with studio.database.begin() as tx:
        await lifecycle.save(
            tx,
            broadcast_id,
            CONTENT,
            Audience(),
            send_at=at,
            version=0,
            author="a",
            now=studio.clock(),
            submit=True,
        )
        await lifecycle.approve(tx, broadcast_id, version=1, approver="b")
    assert await studio.plan() == 0
    studio.clock.set(at)
    assert await studio.plan() == 1


async def test_not_at_night(studio: Studio) -> None:
    await studio.add_reader("an")
    await studio.approve()
    studio.clock.set(datetime(2026, 11, 23, 14, 30, tzinfo=UTC))  # 21:30 in Hanoi
    await studio.send_all(looks=2)
    assert studio.post.sender.sent == []
    studio.clock.set(datetime(2026, 11, 24, 0, 0, tzinfo=UTC))
    await studio.send_all(looks=2)
    assert len(studio.post.sender.sent) == 1


async def add_many(studio: Studio, count: int) -> None:
    async with studio.database.begin() as tx:
        for statement in (
            "INSERT INTO citizens (id) SELECT gen_random_uuid() FROM generate_series(1, :count)",
            "INSERT INTO contacts (id, citizen_id, channel, chat) "
            "SELECT gen_random_uuid(), id, 'telegram', id::text FROM citizens",
            "INSERT INTO news_subscriptions (contact_id, topics, groups, created_at) "
            "SELECT id, '{can-cuoc}', '{}', now() FROM contacts",
            "INSERT INTO consent_events (citizen_id, purpose, action, wording_sha256, channel, happened_at) "
            "SELECT id, 'announcements', 'given', '', 'telegram', now() FROM citizens",
        ):
            await tx.execute(text(statement), {"count": count} if ":count" in statement else {})


async def test_a_hundred_first_then_a_hundredth_then_ten_minutes(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(release, "HELD_FROM", 500)
    await add_many(studio, 700)
    broadcast = await studio.approve()
    await studio.plan()
    assert await studio.let_out() == 100
    assert await studio.let_out() == 0, "until all of them are settled"
    await studio.post.deliver()
    for _ in range(3):
        await studio.let_out()
    found = await studio.find(broadcast)
    assert (found.stage, found.hold_until) == (Stage.HOLD, studio.clock() + timedelta(minutes=10))
    studio.clock.move(timedelta(minutes=9, seconds=59))
    assert await studio.let_out() == 0
    studio.clock.move(timedelta(seconds=1))
    await studio.let_out()
    assert await studio.let_out() == 300, "ten seconds of what Telegram allows"
    assert await studio.let_out() == 0, "they are still open"
    await studio.send_all(looks=6)
    assert await studio.outcomes(broadcast) == [Outcome("sent", None, 700)]
    assert len(set(studio.post.sender.keys)) == 700
    assert await studio.state(broadcast) is BroadcastState.FINISHED


async def test_stop_is_felt_at_once(studio: Studio) -> None:
    """T8: a stolen login sends a broadcast."""
    await add_many(studio, 50)
    broadcast = await studio.approve()
    await studio.plan()
    await studio.let_out()

    async def stop_at_the_third() -> None:
        if len(studio.post.sender.sent) == 3:
            async with studio.database.begin() as tx:
                await lifecycle.stop(tx, broadcast, now=studio.clock())

    studio.post.sender.before = stop_at_the_third
    with pytest.raises(BroadcastMoved):
        async with studio.database.begin() as tx:
            await lifecycle.resume(tx, broadcast)
    studio.post.paces = make_paces(30)
    studio.post.change_worker()
    await studio.post.deliver()
    assert len(studio.post.sender.sent) <= 3 + 9, "what was taken of the lane: a third of a second"
    await release.cancel_stopped(studio.database, studio.clock())
    outcomes = {(each.state, each.reason): each.messages for each in await studio.outcomes(broadcast)}
    assert set(outcomes) == {("sent", None), ("cancelled", "stopped")}
    assert sum(outcomes.values()) == 50
    for change in (lifecycle.pause, lifecycle.resume):
        with pytest.raises(BroadcastMoved):
            async with studio.database.begin() as tx:
                await change(tx, broadcast)
    await studio.send_all(looks=2)
    assert len(studio.post.sender.sent) == outcomes["sent", None]


async def test_pause_and_go_on(studio: Studio) -> None:
    await add_many(studio, 40)
    broadcast = await studio.approve()
    await studio.plan()
    await studio.let_out()
    async with studio.database.begin() as tx:
        await lifecycle.pause(tx, broadcast)
    await studio.post.deliver()
    assert await studio.let_out() == 0
    assert studio.post.sender.sent == []
    async with studio.database.begin() as tx:
        await lifecycle.resume(tx, broadcast)
    await studio.send_all(looks=5)
    assert await studio.outcomes(broadcast) == [Outcome("sent", None, 40)]


async def test_what_a_worker_holds_while_it_is_paused_waits_too(studio: Studio) -> None:
    await add_many(studio, 3)
    broadcast = await studio.approve()
    await studio.plan()
    await studio.let_out()
    async with studio.database.begin() as tx:
        await tx.execute(text("UPDATE broadcasts SET state = 'paused'"))
    await studio.post.deliver()
    assert await studio.outcomes(broadcast) == [Outcome("held", None, 3)]


@pytest.mark.parametrize(
    ("change", "outcome"),
    [("pause", Outcome("held", None, 3)), ("stop", Outcome("cancelled", "stopped", 3))],
)
async def test_what_a_worker_is_about_to_send_is_not_sent(studio: Studio, change: str, outcome: Outcome) -> None:
    await add_many(studio, 3)
    broadcast = await studio.approve()
    await studio.plan()
    await studio.let_out()
    async with studio.post.holding(), studio.database.begin() as tx:
        if change == "pause":
            await lifecycle.pause(tx, broadcast)
        else:
            await lifecycle.stop(tx, broadcast, now=studio.clock())
    assert studio.post.sender.sent == []
    assert await studio.outcomes(broadcast) == [outcome]


async def test_it_pauses_by_itself_where_too_much_fails(studio: Studio) -> None:
    await add_many(studio, 150)
    broadcast = await studio.approve()
    await studio.plan()
    await studio.let_out()
    invalid = DeliveryRefused(RefusalReason.MESSAGE_INVALID)
    studio.post.sender.failures = [invalid] * 30
    await studio.post.deliver()
    await studio.let_out()
    found = await studio.find(broadcast)
    assert (found.state, found.pause_reason) == (BroadcastState.PAUSED, "failing")
    async with studio.database.begin() as tx:
        await lifecycle.resume(tx, broadcast)
    await studio.send_all(looks=5)
    assert len(studio.post.sender.sent) == 120
    # Those for whom it failed may get it again; those who have it, not.
    again = await studio.approve(Audience(failed_of=broadcast))
    await studio.send_all(looks=5)
    assert await studio.outcomes(again) == [Outcome("sent", None, 30)]


async def test_who_withdraws_meanwhile_gets_nothing(studio: Studio) -> None:
    """T37: sending to who left."""
    contact = await studio.add_reader("an")
    broadcast = await studio.approve()
    await studio.plan()
    await studio.let_out()
    async with studio.database.begin() as tx:
        await tx.execute(text("DELETE FROM news_subscriptions WHERE contact_id = :id"), {"id": contact})
    await studio.post.deliver()
    assert await studio.outcomes(broadcast) == [Outcome("cancelled", "message-gone", 1)]


async def test_taking_back_the_consent_stops_a_message_that_a_worker_is_about_to_send(
    studio: Studio, cipher: Cipher
) -> None:
    for chat in ("an", "binh"):
        await studio.add_reader(chat)
    broadcast = await studio.approve()
    await studio.plan()
    await studio.let_out()
    chat = SkillChat(studio.database, make_reminder_skills(cipher), studio.clock, chat="an")
    assert "Đã rút đồng ý" in (await chat.starts("my-data", "withdraw-announcements")).text
    await studio.post.deliver()
    assert sorted(await studio.outcomes(broadcast), key=lambda each: each.state) == [
        Outcome("cancelled", "consent-withdrawn", 1),
        Outcome("sent", None, 1),
    ]


async def test_what_is_too_late_is_never_sent(studio: Studio) -> None:
    await studio.add_reader("an")
    broadcast = await studio.approve(content=replace(CONTENT, useful_for=timedelta(hours=1)))
    await studio.plan()
    studio.clock.move(timedelta(hours=2))
    await studio.post.sweep()
    await studio.send_all(looks=2)
    assert await studio.outcomes(broadcast) == [Outcome("expired", "too-late", 1)]
    assert await studio.state(broadcast) is BroadcastState.FINISHED


async def test_planning_that_dies_goes_on(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(release, "PLANNED_AT_ONCE", 10)
    await add_many(studio, 35)
    broadcast = await studio.approve()
    monkeypatch.setattr(release, "record_planned", None)
    with pytest.raises(TypeError):
        await studio.plan()
    monkeypatch.undo()
    monkeypatch.setattr(release, "PLANNED_AT_ONCE", 10)
    await studio.plan()
    assert (await studio.find(broadcast)).planned == 35
    assert await studio.outcomes(broadcast) == [Outcome("held", None, 35)]


async def save(
    studio: Studio, broadcast_id: UUID, *, version: int, author: str = "chi", body: str = "Một."
) -> int:
    async with studio.database.begin() as tx:
        saved = await lifecycle.save(
            tx,
            broadcast_id,
            replace(CONTENT, text=body),
            Audience(),
            send_at=None,
            version=version,
            author=author,
            now=studio.clock(),
            submit=True,
        )
    return saved.version


async def test_a_double_click_makes_one(studio: Studio) -> None:
    broadcast_id = uuid4()
    versions = await asyncio.gather(*(save(studio, broadcast_id, version=0) for _ in range(10)))
    assert set(versions) == {1}
    with pytest.raises(BroadcastMoved):
        await save(studio, broadcast_id, version=0, body="Khác.")
    assert await save(studio, broadcast_id, version=1, body="Khác.") == 2


async def test_nobody_approves_their_own(studio: Studio) -> None:
    """T8: a stolen login sends a broadcast."""
    broadcast_id = uuid4()
    await save(studio, broadcast_id, version=0)
    await save(studio, broadcast_id, version=1, author="dung", body="Hai.")
    for approver, version, problem in (
        ("chi", 2, OwnBroadcast),
        ("dung", 2, OwnBroadcast),
        ("em", 1, BroadcastMoved),
    ):
        with pytest.raises(problem):
            async with studio.database.begin() as tx:
                await lifecycle.approve(tx, broadcast_id, version=version, approver=approver)
    async with studio.database.begin() as tx:
        await lifecycle.approve(tx, broadcast_id, version=2, approver="em")
    with pytest.raises(BroadcastMoved):
        await save(studio, broadcast_id, version=2, body="Ba.")
    with pytest.raises(IntegrityError, match="approved_by_another"):
        async with studio.database.begin() as tx:
            await tx.execute(text("UPDATE broadcasts SET approved_by = 'chi'"))


async def test_stop_wins_over_everything(studio: Studio) -> None:
    await add_many(studio, 20)
    for _ in range(10):
        broadcast = await studio.approve()

        async def try_to(what: str, broadcast: UUID = broadcast) -> None:
            try:
                if what == "plan":
                    await studio.plan()
                elif what == "release":
                    await studio.let_out()
                else:
                    async with studio.database.begin() as tx:
                        await lifecycle.stop(tx, broadcast, now=studio.clock())
            except BroadcastMoved:
                pass

        await asyncio.gather(*(try_to(what) for what in ("plan", "release", "stop", "plan", "release")))
        assert await studio.state(broadcast) is BroadcastState.STOPPED
        await studio.post.deliver()
        await release.cancel_stopped(studio.database, studio.clock())
    assert studio.post.sender.sent == []


@pytest.mark.parametrize(
    ("count", "start", "finish"),
    [
        (0, "2026-11-23T02:00", "2026-11-23T02:00"),
        (3_000, "2026-11-23T02:00", "2026-11-23T02:01:40"),
        (1_000_000, "2026-11-23T02:00", "2026-11-23T11:25:33"),
        (2_000_000, "2026-11-23T02:00", "2026-11-24T06:41:06"),
        (3_000, "2026-11-23T15:00", "2026-11-24T00:01:40"),
    ],
)
def test_when_it_would_be_through(count: int, start: str, finish: str) -> None:
    begins = datetime.fromisoformat(start).replace(tzinfo=UTC)
    found = estimate_finish({Channel.TELEGRAM: count}, start=begins, paces=STANDARD_PACES)
    assert found.astimezone(UTC).replace(microsecond=0) == datetime.fromisoformat(finish).replace(tzinfo=UTC)
