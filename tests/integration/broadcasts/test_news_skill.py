"""A citizen chooses to get news, sees what is held, and stops."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from bot.domain.broadcast import PURPOSE
from bot.domain.messages import Channel
from bot.storage.citizens import find_contact
from bot.storage.consents import ConsentAction, find_consent
from bot.storage.database import Database
from bot.storage.encryption import Cipher
from bot.storage.news import NewsWish, find_news_wish
from bot.storage.tables import CitizenRow
from tests.conftest import MovedClock
from tests.support.skill_chat import SkillChat, make_reminder_skills


@pytest.fixture
def chat(database: Database, cipher: Cipher, clock: MovedClock) -> SkillChat:
    return SkillChat(database, make_reminder_skills(cipher), clock)


async def find_wish(database: Database, chat: SkillChat) -> NewsWish | None:
    async with database.begin() as tx:
        contact = await find_contact(tx, chat.address)
        return await find_news_wish(tx, [contact.id]) if contact is not None else None


async def test_all_that_can_be_chosen(chat: SkillChat, database: Database) -> None:
    await chat.starts("news")
    await chat.presses("Đồng ý")
    await chat.writes("phuong hoan kiem, ha noi")
    await chat.writes("1958")
    await chat.presses("Hộ cận nghèo")
    await chat.writes("có người từ 75 tuổi")
    await chat.presses("Tiếp")
    answer = await chat.presses("Trợ cấp, hỗ trợ")
    assert "Bạn sẽ nhận tin cho Phường Hoàn Kiếm, Thành phố Hà Nội về: Trợ cấp, hỗ trợ" in answer.text
    assert await find_wish(database, chat) == NewsWish(
        topics=("tro-cap",),
        province_code="01",
        commune_code="00070",
        birth_year=1958,
        groups=("near-poor", "elderly"),
    )
    held = (await chat.starts("my-data")).text
    assert "Nhận tin của chính quyền: bạn đồng ý" in held
    assert "nơi ở Phường Hoàn Kiếm, Thành phố Hà Nội, năm sinh 1958, hộ cận nghèo" in held
    assert (await chat.starts("news")).text.startswith("Bạn đang nhận tin")


async def test_all_may_be_skipped(chat: SkillChat, database: Database) -> None:
    await chat.starts("news")
    await chat.writes("ok")
    await chat.writes("đồng ý")
    for title in ("Bỏ qua", "Bỏ qua", "Tiếp", "Mọi việc"):
        await chat.presses(title)
    wish = await find_wish(database, chat)
    assert wish is not None
    assert (wish.province_code, wish.birth_year, wish.groups, len(wish.topics)) == (None, None, (), 4)


async def test_places_as_people_write_them(chat: SkillChat) -> None:
    await chat.starts("news")
    await chat.presses("Đồng ý")
    assert "không tìm thấy nơi này" in (await chat.writes("sao hỏa")).text
    assert (await chat.writes("tân an")).text.startswith("Có mấy nơi cùng tên")
    await chat.presses(chat.titles[0])
    assert "sinh năm nào" in (chat.answer.text if chat.answer is not None else "")
    assert "4 chữ số" in (await chat.writes("năm rồng")).text
    assert "4 chữ số" in (await chat.writes("1066")).text
    assert (await chat.writes("thôi")).text.startswith("Được, tôi dừng")


async def test_a_no_keeps_nothing(chat: SkillChat, database: Database) -> None:
    await chat.starts("news")
    await chat.presses("Không")
    async with database.begin() as tx:
        assert await tx.scalar(select(func.count()).select_from(CitizenRow)) == 0


@pytest.mark.parametrize("way", ["news", "stop-reminders", "my-data"])
async def test_stopping_forgets_at_once(chat: SkillChat, database: Database, way: str) -> None:
    await chat.starts("news")
    for title in ("Đồng ý", "Bỏ qua", "Bỏ qua", "Tiếp", "Mọi việc"):
        await chat.presses(title)
    if way == "my-data":
        await chat.starts("my-data", "delete")
        await chat.presses("Xóa hết")
    else:
        await chat.starts(way, "stop" if way == "news" else "")
    assert await find_wish(database, chat) is None
    async with database.begin() as tx:
        contact = await find_contact(tx, chat.address)
        if contact is not None:
            last = await find_consent(tx, citizen_id=contact.citizen_id, purpose=PURPOSE)
            assert last is not None
            assert last.action is ConsentAction.WITHDRAWN
    assert "không có gì phải dừng" in (await chat.starts("news", "stop")).text


async def test_where_nothing_can_be_sent_later(database: Database, cipher: Cipher, clock: MovedClock) -> None:
    terminal = SkillChat(database, make_reminder_skills(cipher), clock, channel=Channel.TERMINAL)
    assert "không nhắn cho bạn sau này được" in (await terminal.starts("news")).text
