"""Several reminders of one person, and every subscription kept right while rules change and years pass."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from bot.clock import hanoi_date
from bot.domain.notice_code import find_notice_code
from bot.domain.switches import Switches
from bot.reminders.plan import Planned, plan_due_reminders
from bot.reminders.rules import ReminderRule
from bot.reminders.sweep import sweep_subscriptions
from bot.storage.database import Database
from bot.storage.encryption import Cipher
from bot.storage.switches import record_switches
from bot.storage.tables import ConsentEventRow, ReminderRow, ReminderSubscriptionRow
from tests.conftest import MovedClock
from tests.support.deliveries import Post
from tests.support.skill_chat import RULES, SkillChat, make_reminder_skills

TET_FIRST = datetime(2027, 1, 7, 1, tzinfo=UTC)
"""8 o'clock in Hanoi, thirty days before Tết 2027."""


@dataclass
class Office:
    """The timetable's two looks on a database."""

    post: Post
    cipher: Cipher
    rules: dict[str, ReminderRule]

    async def plan(self) -> Planned:
        return await plan_due_reminders(self.post.database, self.post.queue, self.rules, self.post.clock())

    async def sweep(self) -> int:
        return await sweep_subscriptions(self.post.database, self.rules, self.cipher, self.post.clock())

    async def list_waiting(self) -> list[tuple[str, str]]:
        async with self.post.database.begin() as tx:
            rows = await tx.scalars(
                select(ReminderRow).where(ReminderRow.state == "waiting").order_by(ReminderRow.due_at)
            )
            return [(row.rule_id, hanoi_date(row.due_at).isoformat()) for row in rows]


@pytest.fixture
def office(post: Post, cipher: Cipher) -> Office:
    return Office(post, cipher, dict(RULES))


async def set_reminder(chat: SkillChat, rule: str, who: str = "Cho tôi", *more: str) -> None:
    """Go through the whole conversation."""
    await chat.starts("reminders", rule)
    await chat.presses(who)
    await chat.presses("Đồng ý")
    if who != "Cho tôi":
        await chat.presses("Người đó đã đồng ý")
    for said in more:
        await chat.writes(said)
    assert chat.answer is not None
    assert "✅ Tôi sẽ nhắc" in chat.answer.text


async def test_what_falls_on_one_day_is_one_message_that_opens_all(
    chat: SkillChat, office: Office, post: Post, clock: MovedClock
) -> None:
    await set_reminder(chat, "tet-support")
    await set_reminder(chat, "health-card-end", "Cho tôi", "06/02/2027")
    clock.set(TET_FIRST)
    assert await office.plan() == Planned(planned=1)
    await post.deliver()
    [(_, notice, _)] = post.sender.sent
    assert notice.text.startswith("Bạn có 2 lời nhắc mới. Chạm để xem.")
    opened = await chat.presses_payload(notice.buttons[0].payload)
    assert "Mùng một Tết là ngày **06/02/2027**" in opened.text
    assert "Thẻ bảo hiểm y tế dùng tới ngày **06/02/2027**" in opened.text
    assert opened.text.count("Vì sao bạn nhận tin này") == 2
    await chat.presses("Không nhắc việc này nữa: Thẻ bảo hiểm y tế hết hạn")
    assert await office.list_waiting() == [("tet-support", "2027-01-22")]
    opened = await chat.presses_payload(notice.buttons[0].payload)
    assert "Thẻ bảo hiểm" not in opened.text


async def test_no_more_than_one_message_a_day_and_four_a_month(
    chat: SkillChat, office: Office, post: Post, clock: MovedClock
) -> None:
    for number in range(6):
        await set_reminder(chat, "health-card-end", "Cho con, cháu", f"{10 + number}/02/2027")
    days = []
    clock.set(datetime(2027, 1, 10, 1, tzinfo=UTC))
    for _ in range(30):
        if (await office.plan()).planned:
            days.append(hanoi_date(clock()))
        clock.move(timedelta(days=1))
    assert len(days) == 4
    assert len(set(days)) == 4
    await post.deliver()


async def test_at_night_it_waits_for_the_morning(chat: SkillChat, office: Office, clock: MovedClock) -> None:
    await set_reminder(chat, "tet-support")
    clock.set(TET_FIRST + timedelta(hours=15))  # the scheduler comes up at 23:00
    assert await office.plan() == Planned(postponed=1)
    assert await office.plan() == Planned()
    clock.set(TET_FIRST + timedelta(days=1))
    assert await office.plan() == Planned(planned=1)


async def test_two_schedulers_after_three_days_judge_each_reminder_once(
    office: Office, database: Database, cipher: Cipher, clock: MovedClock, post: Post
) -> None:
    for number in range(6):
        chat = SkillChat(database, make_reminder_skills(cipher), clock, chat=str(number))
        await set_reminder(chat, "tet-support")
        await set_reminder(chat, "health-card-end", "Cho tôi", "06/02/2027")
    clock.set(TET_FIRST + timedelta(days=3))
    looks = await asyncio.gather(*(office.plan() for _ in range(4)))
    assert sum(look.planned for look in looks) == 6
    await post.deliver()
    assert sorted(to for to, _, _ in post.sender.sent) == [str(number) for number in range(6)]


async def test_a_changed_rule_moves_what_waits_and_leaves_what_was_sent(
    chat: SkillChat, office: Office, post: Post, clock: MovedClock
) -> None:
    await set_reminder(chat, "health-card-end", "Cho tôi", "06/02/2027")
    assert await office.sweep() == 0, "what is right already is not read"
    clock.set(TET_FIRST)
    await office.plan()
    await post.deliver()
    changed = RULES["health-card-end"].model_copy(update={"offsets": (timedelta(days=20), timedelta(days=1))})
    office.rules["health-card-end"] = changed
    assert await office.sweep() == 1
    assert await office.list_waiting() == [("health-card-end", "2027-01-17"), ("health-card-end", "2027-02-05")]
    assert await office.sweep() == 0
    office.rules["health-card-end"] = RULES["health-card-end"]
    assert await office.sweep() == 1
    assert await office.list_waiting() == [("health-card-end", "2027-01-30"), ("health-card-end", "2027-02-05")]
    assert await office.plan() == Planned()


async def test_what_comes_every_year_is_planned_again_after_it_passed(
    chat: SkillChat, office: Office, clock: MovedClock
) -> None:
    await set_reminder(chat, "tet-support")
    clock.set(datetime(2027, 2, 6, 3, tzinfo=UTC))
    assert await office.sweep() == 0
    clock.set(datetime(2027, 2, 7, 3, tzinfo=UTC))
    assert await office.sweep() == 1
    assert await office.list_waiting() == [("tet-support", "2027-12-27"), ("tet-support", "2028-01-11")]


async def test_what_lies_far_ahead_is_written_when_it_comes_near(
    chat: SkillChat, office: Office, clock: MovedClock
) -> None:
    await set_reminder(chat, "health-card-end", "Cho tôi", "31/12/2029")
    assert await office.list_waiting() == []
    answer = await chat.starts("my-data")
    assert "01/12/2029" in answer.text, "what is told does not depend on what is written"
    clock.set(datetime(2028, 12, 1, 3, tzinfo=UTC))
    assert await office.sweep() == 1
    assert await office.list_waiting() == [("health-card-end", "2029-12-01")]


async def test_several_sweeps_at_once_plan_each_subscription_once(
    office: Office, database: Database, cipher: Cipher, clock: MovedClock
) -> None:
    for number in range(5):
        chat = SkillChat(database, make_reminder_skills(cipher), clock, chat=str(number))
        await set_reminder(chat, "tet-support")
    office.rules["tet-support"] = RULES["tet-support"].model_copy(update={"offsets": (timedelta(days=10),)})
    swept = await asyncio.gather(*(office.sweep() for _ in range(3)))
    assert sum(swept) == 5
    assert await office.list_waiting() == [("tet-support", "2027-01-27")] * 5


async def test_about_another_both_agree_and_it_is_kept_that_they_did(chat: SkillChat, database: Database) -> None:
    await chat.starts("reminders", "tet-support")
    await chat.presses("Cho cha mẹ, ông bà")
    await chat.presses("Đồng ý")
    assert chat.answer is not None
    assert "cha mẹ, ông bà" in chat.answer.text
    await chat.presses("Chưa hỏi")
    async with database.begin() as tx:
        assert list(await tx.scalars(select(ReminderSubscriptionRow))) == []
    await set_reminder(chat, "tet-support", "Cho cha mẹ, ông bà")
    async with database.begin() as tx:
        purposes = list(await tx.scalars(select(ConsentEventRow.purpose).order_by(ConsentEventRow.id)))
        assert purposes == ["reminders", "reminders-ward"]


async def test_two_children_have_each_their_own(chat: SkillChat, office: Office, database: Database) -> None:
    await set_reminder(chat, "birth-registration", "Cho con, cháu", "20/11/2026")
    await set_reminder(chat, "birth-registration", "Cho con, cháu", "22/11/2026")
    async with database.begin() as tx:
        about = sorted(await tx.scalars(select(ReminderSubscriptionRow.about)))
    assert about == ["child", "child:2"]
    assert len(await office.list_waiting()) == 6


async def test_a_day_that_cannot_be_is_asked_again(chat: SkillChat) -> None:
    await chat.starts("reminders", "birth-registration")
    await chat.presses("Cho tôi")
    await chat.presses("Đồng ý")
    assert "chưa tới" in (await chat.writes("20/11/2030")).text
    assert "chưa đọc được" in (await chat.writes("hôm qua")).text
    assert "không còn kịp nhắc" in (await chat.writes("20/1/2026")).text


async def test_a_message_is_known_by_its_code(
    chat: SkillChat, office: Office, post: Post, clock: MovedClock
) -> None:
    await set_reminder(chat, "tet-support")
    clock.set(TET_FIRST)
    await office.plan()
    await post.deliver()
    code = find_notice_code(post.sender.sent[0][1].text)
    assert code is not None
    await chat.starts("verify")
    assert "Đúng là tin của Trợ lý 06, gửi ngày 07/01/2027" in (await chat.writes(code.lower())).text
    await chat.starts("verify")
    assert "không gửi tin nào" in (await chat.writes("06-2222-2222")).text


async def test_what_staff_turned_off_cannot_be_set(chat: SkillChat, post: Post, clock: MovedClock) -> None:
    async with post.database.begin() as tx:
        off = Switches(rules_off=frozenset({"tet-support"}))
        assert await record_switches(tx, off, version=0, staff="an@a.vn", now=clock())
    assert "đang tạm dừng" in (await chat.starts("reminders", "tet-support")).text
    await set_reminder(chat, "household-review")
