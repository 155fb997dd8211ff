"""The interview as a citizen meets it: presses, types, goes back, leaves, comes back, and nothing is kept."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import text

from bot.skills.benefits import wording
from bot.storage.database import Database
from tests.conftest import MovedClock
from tests.support.skill_chat import SkillChat


async def answer_all(chat: SkillChat, *replies: str) -> None:
    """Press the button of that title, else type the words."""
    for reply in replies:
        if reply in chat.titles:
            await chat.presses(reply)
        else:
            await chat.writes(reply)


async def test_a_mother_of_a_near_poor_household_finds_three_programmes(chat: SkillChat) -> None:
    await chat.starts("benefits")
    await answer_all(chat, "Cho tôi", "1991", "Hộ cận nghèo", "Không khuyết tật", "Không đi học", "Có")
    await answer_all(chat, "Không", "Không", "Chưa")
    assert chat.answer is not None
    told = chat.answer.text
    assert "Trợ cấp người đơn thân nghèo nuôi con" in told
    assert "540.000 đồng một tháng cho mỗi con" in told
    assert "Bảo hiểm y tế do Nhà nước đóng" in told
    assert "Bảo hiểm y tế trả toàn bộ khi đi khám, hộ cận nghèo" in told
    assert any(source.document.startswith("Nghị định 335/2026") for source in chat.answer.sources)
    await chat.presses("Đơn thân nuôi con")
    assert "Vì sao" in chat.answer.text
    assert "thuộc hộ cận nghèo" in chat.answer.text
    assert [source.article for source in chat.answer.sources] == ["Điều 5 khoản 4, Điều 6 khoản 1, khoản 2"]
    assert {"Cách làm", "Giấy tờ cần có", "Về kết quả"} <= set(chat.titles)


async def test_a_daughter_learns_when_the_pension_of_her_mother_begins(chat: SkillChat) -> None:
    await chat.starts("benefits")
    await answer_all(chat, "Cho cha mẹ, ông bà", "14/3/1952", "Không thuộc diện nào", "Không khuyết tật")
    assert chat.answer is not None
    assert "lương hưu" in chat.answer.text, "it does not matter at 74, but will at 75"
    await answer_all(chat, "Không có", "Không", "Không", "Chưa")
    assert "Trợ cấp hưu trí xã hội: từ ngày **14/03/2027**, ít nhất 540.000 đồng" in chat.answer.text
    await chat.presses("Hưu trí xã hội")
    assert "Được từ ngày **14/03/2027**: từ đủ 75 tuổi" in chat.answer.text


async def test_typed_words_do_as_buttons_do_with_and_without_accents(chat: SkillChat) -> None:
    await chat.starts("benefits")
    await answer_all(chat, "cho toi", "sinh năm 1991", "khong thuoc dien nao")
    assert chat.answer is not None
    assert "khuyết tật" in chat.answer.text
    await chat.writes("tôi cũng chẳng biết nữa")
    assert wording.CHOOSE in chat.answer.text
    await chat.writes("không rõ")
    assert "đang học gì" in chat.answer.text


async def test_a_wrong_birth_date_is_asked_again(chat: SkillChat) -> None:
    await chat.starts("benefits")
    await answer_all(chat, "Cho tôi", "32/13/1990")
    assert chat.answer is not None
    assert wording.BIRTH_UNREADABLE in chat.answer.text
    await chat.writes("1/1/2030")
    assert wording.BIRTH_IN_FUTURE in chat.answer.text


async def test_back_goes_one_question_back_and_then_to_whom(chat: SkillChat) -> None:
    await chat.starts("benefits")
    await answer_all(chat, "Cho tôi", "1991", "Hộ nghèo", "Quay lại")
    assert chat.answer is not None
    assert "theo danh sách của xã" in chat.answer.text
    await answer_all(chat, "Quay lại", "Quay lại")
    assert "Cho con, cháu" in chat.titles


async def test_left_for_something_else_it_is_gone_on_with(chat: SkillChat) -> None:
    await chat.starts("benefits")
    await answer_all(chat, "Cho tôi", "1991", "Hộ nghèo")
    await chat.starts("benefits")
    assert chat.titles == ["Làm tiếp", "Làm lại từ đầu"]
    await chat.presses("Làm tiếp")
    assert chat.answer is not None
    assert "khuyết tật" in chat.answer.text


async def test_nothing_is_kept_and_what_was_typed_is_encrypted(
    chat: SkillChat, database: Database, clock: MovedClock
) -> None:
    await chat.starts("benefits")
    await answer_all(chat, "Cho tôi", "1991", "Hộ nghèo", "Nặng")
    async with database.begin() as tx:
        state = str(await tx.scalar(text("SELECT state::text FROM conversations")))
    assert "forms" in state
    assert not any(word in state for word in ("1991", "poor", "severe"))
    clock.move(timedelta(minutes=31))
    await chat.starts("benefits")
    assert "Cho tôi" in chat.titles, "the form is forgotten after half an hour"
    await chat.starts("benefits", "see:single-parent")
    assert chat.answer is not None
    assert chat.answer.text == wording.NOT_HERE


async def test_stop_forgets_at_once(chat: SkillChat, database: Database) -> None:
    await chat.starts("benefits")
    await answer_all(chat, "Cho tôi", "1991", "Thôi")
    assert chat.answer is not None
    assert chat.answer.text == wording.STOPPED
    async with database.begin() as tx:
        assert "forms" not in str(await tx.scalar(text("SELECT state::text FROM conversations")))


async def test_why_not_names_what_each_would_need(chat: SkillChat) -> None:
    await chat.starts("benefits")
    await answer_all(chat, "Cho tôi", "1991", "Không thuộc diện nào", "Không khuyết tật", "Không đi học")
    await answer_all(chat, "Không", "Không", "Chưa", "Vì sao không được")
    assert chat.answer is not None
    assert "Trợ cấp hưu trí xã hội: cần" in chat.answer.text
    assert "từ đủ 75 tuổi" in chat.answer.text
