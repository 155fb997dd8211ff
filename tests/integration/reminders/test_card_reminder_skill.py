"""Consent, two dates, the result, the subscription: what is said and what is kept."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select, text

from bot.domain.messages import Channel
from bot.storage.database import Database
from bot.storage.encryption import Cipher
from bot.storage.retention import forget_expired_forms
from bot.storage.tables import CitizenRow, ConsentEventRow, ReminderRow, ReminderSubscriptionRow, Table
from tests.conftest import MovedClock
from tests.integration.reminders.conftest import subscribe
from tests.support.skill_chat import CONSENTS, SkillChat, make_reminder_skills

PERSONAL = ("citizens", "contacts", "consent_events", "reminder_subscriptions", "reminders", "deliveries")


async def count_personal(database: Database) -> dict[str, int]:
    """Count the rows of each table that holds something of a citizen."""
    async with database.begin() as tx:
        return {
            name: await tx.scalar(select(func.count()).select_from(Table.metadata.tables[name])) or 0
            for name in PERSONAL
        }


async def dump(database: Database) -> str:
    """Return every row of every table as text."""
    async with database.begin() as tx:
        parts = [
            str((await tx.execute(text(f"SELECT t::text FROM {name} t"))).all())  # noqa: S608
            for name in Table.metadata.tables
        ]
    return "\n".join(parts)


async def test_the_whole_conversation(chat: SkillChat, database: Database) -> None:
    answer = await chat.starts("card-reminder")
    assert answer.text == CONSENTS["reminders"].text
    assert chat.titles == ["Đồng ý", "Không"]
    assert "ngày sinh" in (await chat.presses("Đồng ý")).text
    assert "ngày cấp" in (await chat.writes("ngày 5 tháng 3 năm 2002")).text
    answer = await chat.writes("20-04-2021")
    assert answer.text.startswith("**05/03/2027** là ngày bạn phải đổi thẻ. Ngày đó bạn đủ 25 tuổi.")
    assert "theo ngày in trên thẻ" in answer.text
    assert "CMND" in answer.text, "the card is older than the law, so its old kinds are named"
    assert answer.sources[0].document == "Luật Căn cước 26/2023/QH15"
    assert answer.sources[0].article == "Điều 21 khoản 1, khoản 2"
    assert answer.private
    assert sum((await count_personal(database)).values()) == 0, "nothing is kept before the wish to be reminded"
    answer = await chat.presses("Nhắc tôi")
    assert "8 giờ các ngày 03/02/2027, 26/02/2027 và 04/03/2027" in answer.text
    assert await count_personal(database) == {
        "citizens": 1,
        "contacts": 1,
        "consent_events": 1,
        "reminder_subscriptions": 1,
        "reminders": 3,
        "deliveries": 0,
    }
    async with database.begin() as tx:
        ledger = await tx.scalar(select(ConsentEventRow))
    assert ledger is not None
    assert (ledger.purpose, ledger.action) == ("reminders", "given")
    assert ledger.wording_sha256 == CONSENTS["reminders"].sha256


async def test_dates_are_stored_only_encrypted(chat: SkillChat, database: Database) -> None:
    await subscribe(chat)
    whole = await dump(database)
    for plain in ("2002-03-05", "2021-04-20", "5/3/2002"):
        assert plain not in whole
        assert plain.encode().hex() not in whole


@pytest.mark.parametrize("said", ["ok", "ừ", "yes", "consent-yes", "có", "5/3/2002", "👍", "được", ""])
async def test_only_the_words_themselves_are_consent(chat: SkillChat, said: str) -> None:
    await chat.starts("card-reminder")
    assert "bấm **Đồng ý**" in (await chat.writes(said)).text
    assert chat.titles == ["Đồng ý", "Không"]


@pytest.mark.parametrize("said", ["Đồng ý", "dong y", "Tôi đồng ý."])
async def test_consent_may_be_typed_in_so_many_words(chat: SkillChat, said: str) -> None:
    await chat.starts("card-reminder")
    assert "ngày sinh" in (await chat.writes(said)).text


async def test_an_old_consent_button_is_no_wish_to_be_reminded(chat: SkillChat, database: Database) -> None:
    await chat.starts("card-reminder")
    await chat.presses("Đồng ý")
    await chat.writes("5/3/2002")
    await chat.writes("20/4/2021")
    assert "Nhắc tôi" in (await chat.presses_payload("f:consent-yes")).text
    assert sum((await count_personal(database)).values()) == 0


@pytest.mark.parametrize("how", ["Không", "khong dong y"])
async def test_no_is_no(chat: SkillChat, database: Database, how: str) -> None:
    await chat.starts("card-reminder")
    answer = await (chat.presses(how) if how == "Không" else chat.writes(how))
    assert "không lưu gì" in answer.text
    assert sum((await count_personal(database)).values()) == 0


@pytest.mark.parametrize("word", ["thôi", "Hủy", "dừng", "huy", "Thôi."])
@pytest.mark.parametrize("steps", [0, 1, 2, 3])
async def test_a_cancel_word_closes_the_form_at_every_step(
    chat: SkillChat, database: Database, word: str, steps: int
) -> None:
    await chat.starts("card-reminder")
    for said in ("đồng ý", "5/3/2002", "20/4/2021")[:steps]:
        await chat.writes(said)
    assert "đã dừng" in (await chat.writes(word)).text
    assert "2002" not in await dump(database)


@pytest.mark.parametrize(
    ("birth", "says"),
    [
        ("5.3.85", "bốn chữ số"),
        ("31/2/1985", "Không có ngày này"),
        ("24/11/2026", "chưa tới"),
        ("abc", "chưa thấy ngày nào"),
        ("1/1/1985 và 2/2/2020", "nhiều ngày"),
    ],
)
async def test_a_birth_date_that_cannot_be_is_asked_again(chat: SkillChat, birth: str, says: str) -> None:
    await chat.starts("card-reminder")
    await chat.presses("Đồng ý")
    assert says in (await chat.writes(birth)).text
    assert "ngày cấp" in (await chat.writes("5/3/1985")).text


async def test_an_issue_date_before_birth_or_to_come_is_asked_again(chat: SkillChat) -> None:
    await chat.starts("card-reminder")
    await chat.presses("Đồng ý")
    await chat.writes("5/3/2012")
    assert "chưa tới" in (await chat.writes("24/11/2026")).text
    assert "trước ngày sinh 05/03/2012" in (await chat.writes("20/4/2011")).text
    assert "ngày sinh" in (await chat.presses("Sửa ngày sinh")).text
    await chat.writes("5/3/2002")
    assert "05/03/2027" in (await chat.writes("20/4/2021")).text


@pytest.mark.parametrize(
    ("birth", "issued", "says"),
    [
        ("1/11/1968", "23/11/2026", "đã đủ 58 tuổi thì dùng không thời hạn"),
        ("10/5/2001", "1/3/2021", "đã tới hạn đổi từ ngày **10/05/2026**"),
        ("23/11/2001", "1/3/2021", "đã tới hạn đổi từ ngày **23/11/2026**"),
        ("24/11/2001", "1/3/2021", "gần quá nên không còn kịp nhắc"),
    ],
)
async def test_where_there_is_nothing_to_remind_of_nothing_is_offered_or_kept(
    chat: SkillChat, database: Database, birth: str, issued: str, says: str
) -> None:
    await chat.starts("card-reminder")
    await chat.presses("Đồng ý")
    await chat.writes(birth)
    assert says in (await chat.writes(issued)).text
    assert "Nhắc tôi" not in chat.titles
    assert birth[-4:] not in await dump(database)


async def test_a_terminal_gets_the_date_only(database: Database, cipher: Cipher, clock: MovedClock) -> None:
    chat = SkillChat(database, make_reminder_skills(cipher), clock, channel=Channel.TERMINAL)
    assert "không nhắn cho bạn sau này được" in (await chat.starts("card-reminder")).text
    await chat.presses("Đồng ý")
    await chat.writes("5/3/2002")
    answer = await chat.writes("20/4/2021")
    assert "05/03/2027" in answer.text
    assert "không nhắc" in answer.text
    assert "Nhắc tôi" not in chat.titles
    assert sum((await count_personal(database)).values()) == 0


async def test_not_wanted_keeps_nothing(chat: SkillChat, database: Database) -> None:
    await chat.starts("card-reminder")
    await chat.presses("Đồng ý")
    await chat.writes("5/3/2002")
    await chat.writes("20/4/2021")
    await chat.presses("Không cần")
    assert sum((await count_personal(database)).values()) == 0
    assert "2002" not in await dump(database)


async def test_a_form_left_alone_is_forgotten_without_another_message(
    chat: SkillChat, database: Database, clock: MovedClock
) -> None:
    await chat.starts("card-reminder")
    await chat.presses("Đồng ý")
    await chat.writes("5/3/2002")
    kept = await dump(database)
    assert "forms" in kept
    assert "2002" not in kept, "what was typed is encrypted"
    clock.move(timedelta(minutes=31))
    async with database.begin() as tx:
        await forget_expired_forms(tx, now=clock())
    assert "forms" not in await dump(database)


async def test_new_dates_replace_the_old_ones(chat: SkillChat, database: Database) -> None:
    await subscribe(chat)
    assert "05/03/2027" in (await chat.starts("card-reminder")).text
    assert "Tính lại" in chat.titles
    await chat.presses("Tính lại")
    await chat.presses("Đồng ý")
    await chat.writes("6/3/2002")
    await chat.writes("20/4/2021")
    await chat.presses("Nhắc tôi")
    assert "06/03/2027" in (await chat.starts("card-reminder")).text
    async with database.begin() as tx:
        assert await tx.scalar(select(func.count()).select_from(CitizenRow)) == 1
        states = (await tx.execute(select(ReminderRow.state).order_by(ReminderRow.state))).scalars().all()
        ended = (
            await tx.execute(
                select(ReminderSubscriptionRow.facts_encrypted).where(
                    ReminderSubscriptionRow.ended_at.is_not(None)
                )
            )
        ).scalar_one()
    assert states == ["cancelled"] * 3 + ["waiting"] * 3
    assert ended == b"", "an ended subscription keeps no dates"
