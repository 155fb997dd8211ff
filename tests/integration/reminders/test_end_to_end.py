"""One reminder from the wish to the message: exactly one, to whom it belongs, and never against a no."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from bot.delivery.queue import DeliveryQueue
from bot.delivery.run import run_delivery_worker
from bot.delivery.worker import LEASE
from bot.domain.ports import DeliveryRefused, RefusalReason
from bot.reminders.plan import Planned, end_finished_subscriptions, plan_due_reminders
from bot.storage.database import Database
from bot.storage.deliveries import claim_deliveries
from bot.storage.encryption import Cipher
from bot.storage.tables import DeliveryRow, ReminderRow
from bot.timetable import list_looks, run_timetable
from tests.conftest import MovedClock, Owner
from tests.integration.reminders.conftest import subscribe
from tests.integration.reminders.test_card_reminder_skill import count_personal, dump
from tests.support.deliveries import Post
from tests.support.gate import idle_gate, idle_retrainer
from tests.support.skill_chat import RULES, SkillChat, make_reminder_skills

FIRST = datetime(2027, 2, 3, 1, 0, tzinfo=UTC)
SECOND = datetime(2027, 2, 26, 1, 0, tzinfo=UTC)
EVENT_ENDS = datetime(2027, 3, 5, 17, 0, tzinfo=UTC)


async def plan(post: Post) -> Planned:
    return await plan_due_reminders(post.database, post.queue, RULES, post.clock())


async def list_reminder_states(database: Database) -> list[str]:
    async with database.begin() as tx:
        return list(await tx.scalars(select(ReminderRow.state).order_by(ReminderRow.due_at)))


async def test_exactly_one_message_when_the_moment_comes(chat: SkillChat, post: Post, clock: MovedClock) -> None:
    await subscribe(chat)
    clock.set(FIRST - timedelta(seconds=1))
    assert not await plan(post)
    clock.set(FIRST)
    assert await plan(post) == Planned(planned=1)
    await post.deliver()
    [(to, notice, key)] = post.sender.sent
    assert to == "42"
    assert notice.text.startswith("Bạn có một lời nhắc mới. Chạm để xem.\n\nMã tin: 06-")
    assert key.startswith("reminder:")
    for _ in range(3):
        assert not await plan(post)
        await post.sweep()
        await post.deliver()
    assert len(post.sender.sent) == 1

    answer = await chat.presses_payload(notice.buttons[0].payload)
    for told in ("05/03/2027", "25 tuổi", "Vì sao bạn nhận tin này", "23/11/2026", "05/03/2002", "20/04/2021"):
        assert told in answer.text
    assert answer.private
    assert answer.sources
    assert answer.checked_on is not None


async def test_all_three_come_one_after_another(chat: SkillChat, post: Post, clock: MovedClock) -> None:
    await subscribe(chat)
    for moment in (FIRST, SECOND, datetime(2027, 3, 4, 1, tzinfo=UTC)):
        clock.set(moment)
        assert (await plan(post)).planned == 1
        await post.deliver()
    clock.set(datetime(2028, 1, 1, tzinfo=UTC))
    assert not await plan(post)
    assert len(set(post.sender.keys)) == 3


async def test_after_a_long_stop_one_message_is_enough(
    chat: SkillChat, post: Post, clock: MovedClock, database: Database
) -> None:
    await subscribe(chat)
    clock.set(SECOND + timedelta(days=3))
    assert await plan(post) == Planned(planned=1, superseded=1)
    await post.deliver()
    assert len(post.sender.sent) == 1
    assert await list_reminder_states(database) == ["superseded", "planned", "waiting"]


async def test_what_is_no_longer_useful_is_never_sent(
    chat: SkillChat, post: Post, clock: MovedClock, database: Database
) -> None:
    await subscribe(chat)
    clock.set(EVENT_ENDS)
    assert await plan(post) == Planned(expired=3)
    await post.deliver()
    assert post.sender.sent == []
    assert await list_reminder_states(database) == ["expired"] * 3


async def test_two_schedulers_plan_each_reminder_once(
    post: Post, clock: MovedClock, database: Database, cipher: Cipher
) -> None:
    for number in range(8):
        await subscribe(SkillChat(database, make_reminder_skills(cipher), clock, chat=str(number)))
    clock.set(FIRST)
    looks = await asyncio.gather(*(plan(post) for _ in range(5)))
    assert sum(look.planned for look in looks) == 8
    await asyncio.gather(post.deliver(), post.sweep())
    assert sorted(to for to, _, _ in post.sender.sent) == [str(number) for number in range(8)]
    assert len(set(post.sender.keys)) == 8


async def test_consent_withdrawn_between_plan_and_send(chat: SkillChat, post: Post, clock: MovedClock) -> None:
    await subscribe(chat)
    clock.set(FIRST)
    await plan(post)
    assert "Đã dừng mọi lời nhắc" in (await chat.starts("stop-reminders")).text
    await post.deliver()
    assert post.sender.sent == []
    assert await post.list_states() == [("cancelled", "consent-withdrawn")]


@pytest.mark.parametrize("is_heard", [True, False])
async def test_stop_between_claim_and_send(
    chat: SkillChat, post: Post, clock: MovedClock, *, is_heard: bool
) -> None:
    """T37: sending to who left. Where nothing can be heard the worker asks again before each message."""
    await subscribe(chat)
    clock.set(FIRST)
    await plan(post)
    async with post.holding(is_heard=is_heard):
        assert "Đã dừng mọi lời nhắc" in (await chat.starts("stop-reminders")).text
    assert post.sender.sent == []
    assert await post.list_states() == [("cancelled", "consent-withdrawn")]


async def test_stop_while_a_worker_holds_the_row(chat: SkillChat, post: Post, clock: MovedClock) -> None:
    await subscribe(chat)
    clock.set(FIRST)
    await plan(post)

    async with post.database.begin() as tx:
        job_id = await tx.scalar(select(DeliveryRow.job_id))
        assert job_id is not None
        held = await claim_deliveries(tx, job_id=job_id, worker="gone", limit=9, lease=LEASE, now=clock())
    assert len(held) == 1
    await chat.starts("stop-reminders")
    # That worker never came back: whoever takes the row over asks consent again.
    await post.execute("UPDATE deliveries SET claimed_until = now() - interval '1 second'")
    await post.deliver()
    await post.sweep()
    await post.deliver()
    assert post.sender.sent == []
    assert await post.list_states() == [("cancelled", "consent-withdrawn")]


async def test_stopping_cancels_what_waits_and_forgets_the_dates(
    chat: SkillChat, post: Post, clock: MovedClock, database: Database
) -> None:
    await subscribe(chat)
    await chat.starts("stop-reminders")
    assert await list_reminder_states(database) == ["cancelled"] * 3
    clock.set(FIRST)
    assert not await plan(post)
    assert "không có gì phải dừng" in (await chat.starts("stop-reminders")).text


async def test_a_blocked_citizen_gets_no_more_until_writing_again(
    chat: SkillChat, post: Post, clock: MovedClock
) -> None:
    await subscribe(chat)
    post.sender.failures = [DeliveryRefused(RefusalReason.BLOCKED)]
    clock.set(FIRST)
    await plan(post)
    await post.deliver()
    assert await post.list_states() == [("failed", "blocked")]
    await chat.starts("card-reminder")
    clock.set(SECOND)
    await plan(post)
    await post.deliver()
    assert len(post.sender.sent) == 1


async def test_details_are_shown_only_where_they_belong(
    chat: SkillChat, post: Post, clock: MovedClock, database: Database, cipher: Cipher
) -> None:
    """T7: somebody else's application, reminder, page."""
    await subscribe(chat)
    clock.set(FIRST)
    await plan(post)
    await post.deliver()
    payload = post.sender.sent[0][1].buttons[0].payload
    stranger = SkillChat(database, make_reminder_skills(cipher), clock, chat="666")
    refused = (await stranger.presses_payload(payload)).text
    assert "không tìm thấy" in refused
    for forged in (str(uuid4()), "x", "", "' OR 1=1", f"{uuid4()}:later"):
        assert (await stranger.starts("reminder", forged)).text == refused
    assert (await stranger.presses_payload(f"{payload}:later")).text == refused
    await chat.starts("stop-reminders")
    assert (await chat.presses_payload(payload)).text == refused


async def test_remind_me_later(chat: SkillChat, post: Post, clock: MovedClock) -> None:
    await subscribe(chat)
    clock.set(FIRST)
    await plan(post)
    await post.deliver()
    await chat.presses_payload(post.sender.sent[0][1].buttons[0].payload)
    assert "06/02/2027" in (await chat.presses("Nhắc lại sau 3 ngày")).text
    await chat.presses_payload(f"{post.sender.sent[0][1].buttons[0].payload}:later")
    clock.set(FIRST + timedelta(days=3))
    assert await plan(post) == Planned(planned=1)
    await post.deliver()
    assert len(post.sender.sent) == 2


async def test_my_data_shows_it_masked_and_deletes_all_of_it(
    chat: SkillChat, post: Post, clock: MovedClock, database: Database
) -> None:
    """T38: deleted data comes back."""
    assert "không lưu" in (await chat.starts("my-data")).text
    await subscribe(chat)
    clock.set(FIRST)
    await plan(post)
    answer = await chat.starts("my-data")
    assert "••/••/2002" in answer.text
    assert "05/03/2002" not in answer.text
    assert "26/02/2027" in answer.text
    assert answer.private
    assert "Xóa hết những gì" in (await chat.presses("Xóa hết")).text
    assert "bấm **Xóa hết**" in (await chat.writes("ok")).text
    assert "không xóa gì" in (await chat.presses("Không xóa")).text
    assert (await count_personal(database))["citizens"] == 1
    await chat.starts("my-data", "delete")
    assert "Đã xóa hết lúc 08:00 ngày 03/02/2027" in (await chat.presses("Xóa hết")).text
    assert sum((await count_personal(database)).values()) == 0
    await post.deliver()
    assert post.sender.sent == []
    assert "reminder" not in await dump(database)


async def test_dates_are_forgotten_a_month_after_the_event(
    chat: SkillChat, database: Database, clock: MovedClock
) -> None:
    await subscribe(chat)
    rule = RULES["card-exchange"]
    clock.set(datetime(2027, 4, 4, 1, tzinfo=UTC))
    assert await end_finished_subscriptions(database, rule, clock()) == 0
    clock.set(datetime(2027, 4, 5, 1, tzinfo=UTC))
    assert await end_finished_subscriptions(database, rule, clock()) == 1
    assert await list_reminder_states(database) == ["cancelled"] * 3


async def test_a_scheduler_that_dies_before_the_commit_plans_nothing(
    chat: SkillChat, post: Post, clock: MovedClock, owner: Owner
) -> None:
    await subscribe(chat)
    clock.set(FIRST)
    async with owner() as tx:
        await tx.execute(
            text("CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no'; END $$")
        )
        await tx.execute(
            text("CREATE TRIGGER fail BEFORE UPDATE ON reminders FOR EACH ROW EXECUTE FUNCTION fail()")
        )
    with pytest.raises(DBAPIError):
        await plan(post)
    assert await post.list_states() == []
    async with owner() as tx:
        await tx.execute(text("DROP TRIGGER fail ON reminders"))
    assert await plan(post) == Planned(planned=1)
    await post.deliver()
    assert len(post.sender.sent) == 1


async def test_the_running_processes_deliver_within_ten_seconds(
    chat: SkillChat, post: Post, cipher: Cipher, clock: MovedClock, tmp_path: Path
) -> None:
    await subscribe(chat)
    gate, retrainer = idle_gate(post.database), idle_retrainer(post.database)
    looks = list_looks(
        post.database,
        post.queue,
        RULES,
        cipher,
        gate,
        retrainer=retrainer,
        handovers_kept=timedelta(days=7),
        tombstones_dir=tmp_path,
    )
    schedule = asyncio.create_task(
        run_timetable(post.database, DeliveryQueue(post.url), looks[:2], clock=clock), name="schedule"
    )
    queue = DeliveryQueue(post.url)
    deliver = asyncio.create_task(run_delivery_worker(post.make_worker(), queue), name="deliver")
    await asyncio.sleep(3)
    assert post.sender.sent == []
    clock.set(FIRST)
    due = time.monotonic()
    while not post.sender.sent:
        assert time.monotonic() - due < 10
        await asyncio.sleep(0.05)
    await asyncio.sleep(3)
    assert len(post.sender.sent) == 1
    stopped = time.monotonic()
    for task in (schedule, deliver):
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
    assert time.monotonic() - stopped < 5
