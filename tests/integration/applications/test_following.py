"""Looking up, following, being told once, and seeing one's own applications without being asked again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select, text

from bot.applications.push import push_changes
from bot.domain.messages import Channel
from bot.storage.tables import ApplicationFollowRow, DeliveryRow
from tests.integration.applications.conftest import (
    BORN,
    CODE,
    FOUR,
    Town,
    follow,
    look_up,
    make_row,
    make_town_skills,
)
from tests.support.skill_chat import SkillChat

OTHER = "H12.34.56-261102-0002"
NEUTRAL = "Một hồ sơ bạn theo dõi vừa có thay đổi. Bấm nút để xem."


@pytest.mark.parametrize("secret", [FOUR, BORN, "5-3-1985", "001085001234"])
async def test_code_and_secret_show_the_state(town: Town, secret: str) -> None:
    await town.source.sends(make_row())
    text_shown = await look_up(town.chat, "h12 34 56 261102 0001", secret)
    assert text_shown.startswith("⏳ Đang giải quyết")
    assert "Hẹn trả: 27/11/2026 (còn 3 ngày làm việc)" in text_shown
    assert town.chat.answer is not None
    assert town.chat.answer.private


async def test_a_late_application_says_what_the_office_must_do_and_by_which_law(town: Town) -> None:
    await town.source.sends(make_row(promised_on="2026-11-19"))
    shown = await look_up(town.chat)
    assert "quá hạn 2 ngày làm việc" in shown
    assert "khiếu nại" in shown
    assert town.chat.answer is not None
    assert [each.document for each in town.chat.answer.sources] == ["Nghị định 224/2026/NĐ-CP"]
    assert "Cách hỏi khi hồ sơ trễ" in town.chat.titles


async def test_old_data_is_said_to_be_old(town: Town) -> None:
    await town.source.sends(make_row(as_of="2026-11-21T10:00:00+07:00"))
    assert "cũ hơn mức nguồn hứa" in await look_up(town.chat)


async def test_the_history_is_shown(town: Town) -> None:
    await town.source.sends(make_row(state="Mới tiếp nhận", state_since="2026-11-02", as_of="2026-11-02"))
    await town.source.reports("Đang xử lý")
    assert "- 02/11/2026: Đã tiếp nhận" in await look_up(town.chat)


async def test_a_follower_is_told_once_and_reads_the_details_only_behind_the_button(town: Town) -> None:
    """T35: a lock screen that tells."""
    await town.source.sends(make_row())
    assert "Tôi sẽ báo bạn" in await follow(town.chat)
    await town.source.reports("Yêu cầu bổ sung")
    assert await town.tell() == [NEUTRAL]
    assert await town.tell() == []
    shown = await town.chat.presses_payload(town.last_button)
    assert shown.text.startswith("⚠️ Cần bổ sung giấy tờ")


async def test_nothing_is_kept_without_consent(town: Town) -> None:
    await town.source.sends(make_row())
    await look_up(town.chat)
    await town.chat.presses("Theo dõi hồ sơ này")
    await town.chat.presses("Không")
    async with town.database.begin() as tx:
        assert await tx.scalar(text("SELECT count(*) FROM contacts")) == 0
        assert await tx.scalar(select(func.count()).select_from(ApplicationFollowRow)) == 0


async def test_several_changes_at_once_make_one_message(town: Town) -> None:
    await town.source.sends(make_row(), make_row(OTHER))
    await follow(town.chat)
    await follow(town.chat, OTHER)
    now = town.clock().isoformat()
    await town.source.sends(
        *(make_row(code, state="Đã có kết quả", state_since=now, as_of=now) for code in (CODE, OTHER))
    )
    assert await town.tell() == ["2 hồ sơ bạn theo dõi vừa có thay đổi. Bấm nút để xem."]
    await town.chat.presses_payload(town.last_button)
    assert {CODE, OTHER} <= set(town.chat.titles)


async def test_what_changes_back_before_it_is_told_is_not_told(town: Town) -> None:
    await town.source.sends(make_row())
    await follow(town.chat)
    await town.source.reports("Chờ thanh toán")
    town.clock.move(timedelta(seconds=1))
    await town.source.reports("Đang xử lý")
    assert await town.tell() == []


async def test_at_night_only_what_is_urgent_rings(town: Town) -> None:
    await town.source.sends(make_row(), make_row(OTHER))
    await follow(town.chat)
    await follow(town.chat, OTHER)
    town.clock.set(datetime(2026, 11, 23, 15, 0, tzinfo=UTC))  # 22:00 in Hanoi
    await town.source.reports("Đã có kết quả")
    assert await town.tell() == []
    await town.source.reports("Yêu cầu bổ sung", OTHER, respond_by="2026-11-24")
    assert await town.tell() == [NEUTRAL]
    town.clock.set(datetime(2026, 11, 24, 0, 0, tzinfo=UTC))  # 7:00
    assert await town.tell() == [NEUTRAL]


async def test_a_new_deadline_for_the_citizen_is_a_change(town: Town) -> None:
    await town.source.sends(make_row(state="Yêu cầu bổ sung"))
    await follow(town.chat)
    await town.source.reports("Yêu cầu bổ sung", respond_by="2026-12-01")
    assert await town.tell() == [NEUTRAL]


async def test_unfollowing_ends_it_at_once(town: Town) -> None:
    await town.source.sends(make_row())
    await follow(town.chat)
    await town.chat.presses("Xem hồ sơ")
    assert "không theo dõi" in (await town.chat.presses("Không theo dõi nữa")).text
    await town.source.reports("Đã có kết quả")
    assert await town.tell() == []


async def test_a_change_between_looking_and_following_is_not_lost(town: Town) -> None:
    await town.source.sends(make_row())
    await look_up(town.chat)
    await town.source.reports("Đã có kết quả")
    await town.chat.presses("Theo dõi hồ sơ này")
    await town.chat.presses("Đồng ý")
    assert (await town.chat.presses("Xem hồ sơ")).text.startswith("✅ Đã có kết quả")
    assert await town.tell() == []


async def test_details_need_the_secret_again_after_thirty_days(town: Town) -> None:
    """T34: a citizen's account taken over."""
    await town.source.sends(make_row())
    await follow(town.chat)
    town.clock.move(timedelta(days=31))
    await town.source.reports("Đã có kết quả")
    await town.tell()
    asked = await town.chat.presses_payload(town.last_button)
    assert "Đã lâu bạn chưa xác nhận" in asked.text
    assert "Cấp đổi" not in asked.text
    assert (await town.chat.writes(FOUR)).text.startswith("✅ Đã có kết quả")
    assert (await town.chat.starts("application-status")).text.startswith("Các hồ sơ bạn xem được")


async def test_another_chat_can_use_none_of_the_buttons(town: Town) -> None:
    """T7, T34: somebody else's application, reminder, page; a citizen's account taken over."""
    await town.source.sends(make_row())
    await look_up(town.chat)
    assert town.chat.answer is not None
    stranger = SkillChat(town.database, make_town_skills(town.cipher), town.clock, chat="666")
    for button in town.chat.answer.buttons:
        if button.payload.startswith("s:application-status"):
            shown = await stranger.presses_payload(button.payload)
            assert not shown.private
            assert "Đang giải quyết" not in shown.text
    await follow(town.chat)
    show = next(each.payload for each in town.chat.answer.buttons if each.title == "Xem hồ sơ")
    assert not (await stranger.presses_payload(show)).private


async def test_a_ticket_ends_after_a_day(town: Town) -> None:
    await town.source.sends(make_row())
    await look_up(town.chat)
    town.clock.move(timedelta(days=2))
    assert "Nút này đã cũ" in (await town.chat.presses("Theo dõi hồ sơ này")).text


async def test_a_code_that_is_not_known_yet_is_told_when_it_comes(town: Town) -> None:
    assert "Tôi không tìm thấy" in await look_up(town.chat)
    await town.chat.presses("Theo dõi mã này")
    assert "16 ngày" in (await town.chat.presses("Đồng ý")).text
    town.clock.move(timedelta(days=3))
    await town.source.reports("Mới tiếp nhận")
    assert await town.match() == 1
    assert await town.tell() == [NEUTRAL]
    shown = await town.chat.presses_payload(town.last_button)
    assert shown.text.startswith("⏳ Đã tiếp nhận")


@pytest.mark.parametrize("exists", [True, False])
async def test_a_wrong_secret_and_an_unknown_code_wait_alike_and_end_alike(town: Town, exists: bool) -> None:
    if exists:
        await town.source.sends(make_row())
    await look_up(town.chat, secret="9999")
    await town.chat.presses("Theo dõi mã này")
    await town.chat.presses("Đồng ý")
    town.clock.move(timedelta(days=15))
    assert await town.match() == 0
    assert await town.tell() == []
    town.clock.move(timedelta(days=1))
    await town.match()
    assert await town.tell() == [NEUTRAL]
    shown = await town.chat.presses_payload(town.last_button)
    assert shown.text.startswith("Sau 16 ngày tôi vẫn không thấy hồ sơ khớp")


async def test_waiting_does_not_get_past_the_closed_door(town: Town) -> None:
    await town.source.sends(make_row())
    for _ in range(5):
        await look_up(town.chat, secret="9999")
    await look_up(town.chat, secret=FOUR)
    await town.chat.presses("Theo dõi mã này")
    await town.chat.presses("Đồng ý")
    assert await town.match() == 0


async def test_both_secrets_show_all_of_a_persons_applications_for_thirty_days(town: Town) -> None:
    await town.source.sends(
        make_row(), make_row(OTHER), make_row("H12.34.56-261102-0003", id_number="001085009999")
    )
    await look_up(town.chat)
    await town.chat.presses("Mọi hồ sơ của tôi")
    await town.chat.presses("Đồng ý")
    assert "cả hai" in (await town.chat.writes(FOUR)).text
    await town.chat.writes(f"{FOUR}, {BORN}")
    assert set(town.chat.titles) == {CODE, OTHER, "Tra hồ sơ khác"}
    assert (await town.chat.presses(OTHER)).private
    await town.chat.starts("application-status")
    assert OTHER in town.chat.titles
    town.clock.move(timedelta(days=31))
    assert "Bạn cho tôi mã hồ sơ" in (await town.chat.starts("application-status")).text


async def test_one_wrong_secret_of_the_two_shows_nothing(town: Town) -> None:
    await town.source.sends(make_row())
    await look_up(town.chat)
    await town.chat.presses("Mọi hồ sơ của tôi")
    await town.chat.presses("Đồng ý")
    assert "Tôi không tìm thấy" in (await town.chat.writes(f"{FOUR}, 06/03/1985")).text


async def test_where_nobody_can_be_reached_later_nothing_is_offered(town: Town) -> None:
    await town.source.sends(make_row())
    terminal = SkillChat(
        town.database, make_town_skills(town.cipher), town.clock, chat="t", channel=Channel.TERMINAL
    )
    await look_up(terminal)
    assert terminal.titles == ["Tra hồ sơ khác"]


async def test_a_batch_of_changes_makes_exactly_the_right_pushes_once(town: Town) -> None:
    """5,000 applications change in one delivery; 2,000 of them are followed, by 1,500 chats."""
    rows = [make_row(f"H12.34.56-261102-{number:06d}", id_number=None) for number in range(5_000)]
    await town.source.sends(*rows)
    async with town.database.begin() as tx:
        for statement in _FOLLOW_MANY:
            await tx.execute(text(statement))
    now = town.clock().isoformat()
    await town.source.sends(*({**row, "state": "Đã có kết quả", "state_since": now, "as_of": now} for row in rows))
    town.clock.move(timedelta(seconds=6))
    planned = [await push_changes(town.database, town.post.queue, town.clock()) for _ in range(2)]
    assert planned == [1_500, 0]
    async with town.database.begin() as tx:
        assert await tx.scalar(select(func.count()).select_from(DeliveryRow)) == 1_500
        assert await tx.scalar(text("SELECT count(DISTINCT contact_id) FROM deliveries")) == 1_500
        assert await tx.scalar(text("SELECT sum(cardinality(follow_ids)) FROM application_notices")) == 2_000


_FOLLOW_MANY = (
    "INSERT INTO citizens (id) SELECT gen_random_uuid() FROM generate_series(1, 1500)",
    """
    INSERT INTO contacts (id, citizen_id, channel, chat)
    SELECT gen_random_uuid(), id, 'telegram', row_number() OVER () FROM citizens
    """,
    """
    INSERT INTO application_follows (id, contact_id, code, code_key, application_id, told_state)
    SELECT gen_random_uuid(), contact.id, followed.code, followed.code_key, followed.id, followed.state
    FROM (SELECT *, row_number() OVER (ORDER BY code) AS number FROM applications) AS followed
    JOIN (SELECT id, row_number() OVER (ORDER BY chat) AS number FROM contacts) AS contact
        ON contact.number = (followed.number - 1) % 1500 + 1
    WHERE followed.number <= 2000
    """,
)


async def test_the_day_by_which_a_citizen_must_act_is_reminded_of(town: Town) -> None:
    await town.source.sends(make_row(state="Yêu cầu bổ sung", respond_by="2026-12-01"))
    await look_up(town.chat)
    await town.chat.presses("Nhắc tôi hạn này")
    assert "Tôi sẽ nhắc" in (await town.chat.presses("Đồng ý")).text
    async with town.database.begin() as tx:
        days = await tx.scalars(text("SELECT due_at::date FROM reminders ORDER BY due_at"))
        assert [str(day) for day in days] == ["2026-11-28", "2026-11-30"]
