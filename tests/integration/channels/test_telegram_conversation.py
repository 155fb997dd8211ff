"""A citizen talks to the bot over the emulator, by polling and by webhook."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest

from bot.channels.telegram.channel import TelegramChannel
from bot.domain.messages import Attachment, Channel, ChatAddress
from bot.storage.citizens import find_contact, record_contact
from bot.storage.database import Database
from tests.integration.channels.conftest import FakeAssistant
from tests.integration.channels.telegram_talk import all_settled, list_rows, until
from tests.support.telegram_emulator import Emulator


async def test_a_citizen_writes_presses_edits_and_sends_pictures(
    channel: TelegramChannel, emulator: Emulator, assistant: FakeAssistant, database: Database
) -> None:
    citizen = emulator.citizen(name="Trần <b>Thị & Tèo")
    await citizen.writes("/start can-cuoc_cap-doi")
    assert (await citizen.reads()).text == "Lệnh: start can-cuoc_cap-doi"

    await citizen.writes("làm thẻ hết bao nhiêu <b>tiền & <a href='https://lua.dao'>lệ phí</a>")
    seen = await citizen.reads()
    assert seen.text == "Bạn nói: làm thẻ hết bao nhiêu <b>tiền & <a href='https://lua.dao'>lệ phí</a>"
    assert seen.parse_mode == "HTML"
    assert seen.preview_off
    assert not seen.protected
    assert seen.rows == (("Lệ phí", "Hồ sơ"),)

    await citizen.presses("Lệ phí")
    assert (await citizen.reads()).text == "Bạn bấm: u:le-phi"
    assert len(await emulator.list_calls("answerCallbackQuery")) == 1

    await citizen.edits("lệ phí cấp đổi")
    assert (await citizen.reads()).text == "Sửa: lệ phí cấp đổi"

    for content, attachment in SENDABLE:
        await citizen.sends(**content)
        assert (await citizen.reads()).text == f"Bạn gửi: {attachment.value}"

    await citizen.hears_nothing(for_s=0.2)
    await until(lambda: all_settled(database))
    rows = await list_rows(database)
    assert len(rows) == 4 + len(SENDABLE)
    assert all(row.payload is None and row.processed_at and not row.failure for row in rows)
    assert [turn.address.chat for turn in assistant.turns] == [str(citizen.chat)] * len(rows)


FILE = {"file_id": "F1", "file_unique_id": "U1"}


SENDABLE = [
    ({"photo": [{**FILE, "width": 90, "height": 90}]}, Attachment.PHOTO),
    (
        {
            "sticker": {
                **FILE,
                "type": "regular",
                "width": 9,
                "height": 9,
                "is_animated": False,
                "is_video": False,
            }
        },
        Attachment.STICKER,
    ),
    ({"voice": {**FILE, "duration": 3}}, Attachment.VOICE),
    ({"document": FILE}, Attachment.DOCUMENT),
    ({"location": {"longitude": 105.8, "latitude": 21.0}}, Attachment.LOCATION),
    ({"contact": {"phone_number": "+84900000000", "first_name": "An"}}, Attachment.CONTACT),
    ({"dice": {"emoji": "🎲", "value": 3}}, Attachment.OTHER),
]


async def test_menu_of_commands_is_set(channel: TelegramChannel, emulator: Emulator) -> None:
    (call,) = await emulator.list_calls("setMyCommands")
    assert [name in str(call) for name in ("tra_cuu", "nhac_toi", "du_lieu", "dung", "tro_giup")] == [True] * 5


async def test_order_is_kept_and_chats_go_side_by_side(
    channel: TelegramChannel, emulator: Emulator, assistant: FakeAssistant
) -> None:
    assistant.takes_s = 0.3
    citizens = [emulator.citizen() for _ in range(4)]
    started = time.monotonic()
    for number in range(3):
        for citizen in citizens:
            await citizen.writes(f"câu {number}")
    for citizen in citizens:
        assert [(await citizen.reads()).text for _ in range(3)] == [f"Bạn nói: câu {n}" for n in range(3)]
    assert assistant.most_in_flight_per_chat == 1
    assert time.monotonic() - started < 12 * 0.3


async def test_a_repeated_update_does_nothing(
    channel: TelegramChannel, emulator: Emulator, assistant: FakeAssistant, database: Database
) -> None:
    citizen = emulator.citizen()
    update = {
        "update_id": 900,
        "message": {
            "message_id": 5,
            "date": int(time.time()),
            "chat": {"id": citizen.chat, "type": "private"},
            "from": {"id": citizen.chat, "is_bot": False, "first_name": "An"},
            "text": "một lần thôi",
        },
    }
    for _ in range(3):
        await emulator.deliver(update)
    assert (await citizen.reads()).text == "Bạn nói: một lần thôi"
    await emulator.deliver(update)
    await citizen.hears_nothing()
    assert len(assistant.turns) == 1
    assert len(await list_rows(database)) == 1


async def test_the_page_before_start_and_the_menu_button_are_set(
    channel: TelegramChannel, emulator: Emulator
) -> None:
    (description,) = await emulator.list_calls("setMyDescription")
    (short,) = await emulator.list_calls("setMyShortDescription")
    assert len(description["description"]) <= 512
    assert len(short["short_description"]) <= 120
    assert len(await emulator.list_calls("setChatMenuButton")) == 1


@pytest.mark.parametrize(("refused", "said"), [(False, "đã xóa tin đó"), (True, "bạn xóa giúp")])
async def test_a_message_that_should_not_lie_in_a_chat_is_deleted(
    channel: TelegramChannel, emulator: Emulator, assistant: FakeAssistant, refused: bool, said: str
) -> None:
    citizen = emulator.citizen()
    if refused:
        await emulator.fails("deleteMessage", code=400, description="Bad Request: message can't be deleted")
    await citizen.writes(assistant.deletes)
    assert said in (await citizen.reads()).text
    (call,) = await emulator.list_calls("deleteMessage")
    assert int(call["chat_id"]) == citizen.chat
    assert int(call["message_id"]) > 0
    assert len(assistant.turns) == 1


async def test_who_blocks_us_is_sent_nothing_until_they_unblock(
    channel: TelegramChannel, emulator: Emulator, assistant: FakeAssistant, database: Database
) -> None:
    citizen = emulator.citizen()
    address = ChatAddress(channel=Channel.TELEGRAM, chat=str(citizen.chat))
    async with database.begin() as tx:
        await record_contact(tx, address, now=datetime.now(UTC))

    async def stopped(is_stopped: bool) -> None:
        async def holds() -> bool:
            async with database.begin() as tx:
                contact = await find_contact(tx, address)
            return contact is not None and (contact.stopped_at is not None) is is_stopped

        await until(holds)

    await citizen.blocks()
    await stopped(True)
    await citizen.unblocks()
    await stopped(False)
    await citizen.hears_nothing(for_s=0.1)
    assert assistant.turns == []


async def test_a_group_hears_one_sentence(
    channel: TelegramChannel, emulator: Emulator, assistant: FakeAssistant
) -> None:
    member = emulator.member_of_group()
    await member.writes("/tra_cuu@troly06_bot")
    assert "nhắn riêng" in (await member.reads()).text
    await member.writes("trả lời đi")
    await member.hears_nothing()
    assert assistant.turns == []
    assert {int(call["chat_id"]) for call in await emulator.list_calls("leaveChat")} == {member.chat}


async def test_a_group_that_takes_us_in_is_told_and_left(
    channel: TelegramChannel, emulator: Emulator, assistant: FakeAssistant
) -> None:
    member = emulator.member_of_group()
    await member.unblocks()
    assert "nhắn riêng" in (await member.reads()).text

    async def has_left() -> bool:
        return len(await emulator.list_calls("leaveChat")) == 1

    await until(has_left)
    assert assistant.turns == []


async def test_updates_that_ask_for_nothing_are_settled(
    channel: TelegramChannel, emulator: Emulator, assistant: FakeAssistant, database: Database
) -> None:
    sender = {"id": 77, "is_bot": False, "first_name": "An"}
    chat = {"id": 77, "type": "private"}
    now = int(time.time())
    for update in (
        {"a_kind_of_the_future": {"from": sender, "x": [1]}},
        {"inline_query": {"id": "1", "from": sender, "query": "x", "offset": ""}},
        {"poll": {"id": "1"}},  # lacks what the library needs
        {"message": {"message_id": 1, "chat": chat}},  # lacks its date
        {"message": {"message_id": 1, "date": now, "chat": chat, "from": {**sender, "is_bot": True}, "text": "x"}},
        {"message": {"message_id": 1, "date": now, "chat": chat, "from": sender, "delete_chat_photo": True}},
        {"callback_query": {"id": "1", "from": sender, "chat_instance": "1", "data": "x"}},
    ):
        await emulator.deliver(update)
    citizen = emulator.citizen()
    await citizen.writes("còn đó không")
    assert (await citizen.reads()).text == "Bạn nói: còn đó không"
    await until(lambda: all_settled(database))
    assert len(await list_rows(database)) == 8
    assert [turn.text for turn in assistant.turns] == ["còn đó không"]


async def test_typing_is_shown_when_an_answer_takes_long(
    channel: TelegramChannel, emulator: Emulator, assistant: FakeAssistant
) -> None:
    citizen = emulator.citizen()
    await citizen.writes("nhanh")
    await citizen.reads()
    assert await emulator.list_calls("sendChatAction") == []
    assistant.takes_s = 1.3
    await citizen.writes("chậm")
    await citizen.reads()
    assert len(await emulator.list_calls("sendChatAction")) == 1
