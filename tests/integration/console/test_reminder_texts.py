"""What a reminder says is edited by one, published by another, and said by every process that answers."""

from __future__ import annotations

import asyncio
import shutil
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.content.live import LiveCatalogue
from bot.content.seed import seed_content
from bot.domain.content import ContentKind
from bot.reminders.published import PublishedRules
from bot.reminders.subscribe import GivenConsent, subscribe
from bot.settings import DATA
from bot.skills.reminder.skill import ReminderSkill
from bot.storage.database import Database
from bot.storage.encryption import Cipher
from bot.storage.tables import ReminderRow
from tests.conftest import MovedClock
from tests.integration.console.conftest import Browser, record_gate
from tests.support.skill_chat import RULES, TOPICS, SkillChat

RULE = "health-card-end"
PATH = f"/console/reminders/{RULE}"
WORDS = "Thẻ bảo hiểm y tế hết hạn ngày **{event_on}**. Mang thẻ cũ tới Bảo hiểm xã hội."


@pytest.fixture
async def seeded(seeded: Database, tmp_path: Path) -> Database:
    """The database of the console with the reminders as they are shipped."""
    shutil.copytree(DATA / "reminders", tmp_path / "data" / "reminders")
    await seed_content(seeded, tmp_path / "data")
    return seeded


async def save(browser: Browser, **typed: str) -> str:
    response = await browser.post(f"{PATH}/texts", {**await browser.read_form(PATH), **typed})
    assert response.status_code == 303, response.text
    return response.headers["location"]


async def publish(reviewer: Browser, database: Database) -> None:
    await record_gate(database, RULE, kind=ContentKind.REMINDER)
    response = await reviewer.decide(f"/console/reviews/reminder/{RULE}", do="publish")
    assert response.headers["location"] == f"{PATH}?done=published"


async def test_words_published_by_another_are_in_the_next_reminder_that_is_opened(
    editor: Browser, reviewer: Browser, seeded: Database, cipher: Cipher, clock: MovedClock
) -> None:
    live, told = LiveCatalogue(seeded), asyncio.Event()
    await live.start()
    live.follow(lambda _: told.set())
    rules = PublishedRules(RULES, lambda: live.current.reminders)
    chat = SkillChat(seeded, [ReminderSkill(rules=rules, topics=TOPICS, cipher=cipher)], clock)
    try:
        opened = await remind(seeded, chat, cipher, clock)
        assert "Mang thẻ cũ" not in (await chat.starts("reminder", opened)).text

        assert await save(editor, details=WORDS) == f"{PATH}?done=submitted"
        assert "Chờ duyệt" in (await editor.get("/console/reminders")).text
        review = (await reviewer.get(f"/console/reviews/reminder/{RULE}")).text
        assert "Mang thẻ cũ" in review
        assert "Trên Telegram" in review
        assert "Mang thẻ cũ" not in (await chat.starts("reminder", opened)).text
        told.clear()
        await publish(reviewer, seeded)
        await asyncio.wait_for(told.wait(), 10)
        said = (await chat.starts("reminder", opened)).text
        assert said.startswith("Thẻ bảo hiểm y tế hết hạn ngày **31/12/2026**. Mang thẻ cũ tới Bảo hiểm xã hội.")

        told.clear()
        history = f"/console/history/reminder/{RULE}"
        assert "Dùng lại bản 1" in (await reviewer.get(history)).text
        back = await reviewer.send(history, to="1", revision="2")
        assert back.headers["location"] == f"{PATH}?done=published"
        await asyncio.wait_for(told.wait(), 10)
        assert "Mang thẻ cũ" not in (await chat.starts("reminder", opened)).text
    finally:
        await live.stop()


async def remind(database: Database, chat: SkillChat, cipher: Cipher, clock: MovedClock) -> str:
    """Let a citizen ask to be reminded, and return what the button of the first message opens."""
    async with database.begin() as tx:
        await subscribe(
            tx,
            rule=RULES[RULE],
            address=chat.address,
            facts={"ends_on": date(2026, 12, 31)},
            consents=[GivenConsent(purpose="reminders", wording_sha256="0" * 64)],
            cipher=cipher,
            now=clock(),
        )
        return str(await tx.scalar(select(ReminderRow.id).order_by(ReminderRow.due_at).limit(1)))


async def test_what_staff_wrote_stays_when_data_changes(
    editor: Browser, reviewer: Browser, seeded: Database, tmp_path: Path
) -> None:
    await save(editor, details=WORDS)
    await publish(reviewer, seeded)
    file = tmp_path / "data" / "reminders" / "benefits.yml"
    file.write_text(file.read_text(encoding="utf-8").replace("Xã bắt đầu", "Phường bắt đầu"), encoding="utf-8")
    report = await seed_content(seeded, tmp_path / "data")
    assert (report.changed, report.edited) == (1, (f"reminder:{RULE}",))
    assert WORDS in (await editor.get(PATH)).text
    assert "Phường bắt đầu" in (await editor.get("/console/reminders/household-review")).text


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("", "Cần ít nhất 1 ký tự."),
        ("Dài " * 300, "Dài quá 900 ký tự."),
        ("Ngày {event_on} bạn đủ {age} tuổi.", "Không điền được {age}. Chỉ dùng được {event_on}, {title}."),
        ("Ngày {ngay}.", "Không điền được {ngay}."),
        ("Ngày {event_on!r}.", "Không điền được {event_on}."),
        ("Ngày {event_on.", "Có dấu { hoặc } bị lẻ."),
        ("Phí {{can-cuoc.le-phi.doi}}.", "Lời nhắc không lấy tham số trong {{ }}."),
    ],
)
async def test_what_could_not_be_sent_is_said_beside_the_field(editor: Browser, typed: str, message: str) -> None:
    fields = {**await editor.read_form(PATH), "details_past": typed}
    response = await editor.post(f"{PATH}/texts", fields)
    assert response.status_code == 422
    assert message in response.text
    assert 'href="#details_past"' in response.text
    assert typed.strip() in response.text, "what was typed is still there"


async def test_a_text_is_shown_as_each_messenger_shows_it_while_it_is_typed(editor: Browser) -> None:
    fields = {**await editor.read_form(PATH), "details": "Hết hạn **{event_on}**.", "details_past": "{age}"}
    shown = (await editor.post(f"{PATH}/preview", fields)).text
    assert "Hết hạn <strong>15/03/2027</strong>." in shown
    assert "Trên Zalo OA" in shown
    assert "Không nhắc việc này nữa" in shown
    assert "Không điền được {age}" in shown


async def test_two_people_editing_the_same_reminder_lose_nothing(editor: Browser, second_editor: Browser) -> None:
    opened_by_both = await second_editor.read_form(PATH)
    await save(editor, details="Bản của Lan, ngày {event_on}.")
    response = await second_editor.post(f"{PATH}/texts", {**opened_by_both, "details": "Bản của Minh."})
    assert response.status_code == 409
    assert "Người khác đã lưu trong lúc bạn soạn" in response.text
    assert "Bản của Minh." in response.text
    assert (await editor.read_form(PATH))["details"] == "Bản của Lan, ngày {event_on}."
    await save(second_editor, details="Bản của Minh.")
    assert (await editor.read_form(PATH))["details"] == "Bản của Minh."
    assert await save(editor, do="drop") == f"{PATH}?done=dropped"
    assert "Bản của Minh." not in (await editor.get(PATH)).text


async def test_who_wrote_it_cannot_publish_it(reviewer: Browser, seeded: Database) -> None:
    await save(reviewer, details=WORDS)
    await record_gate(seeded, RULE, kind=ContentKind.REMINDER)
    refused = await reviewer.decide(f"/console/reviews/reminder/{RULE}", do="publish")
    assert refused.status_code == 409
    assert "Bạn đã soạn bản này" in refused.text
