"""A citizen talks to the bot over the emulator, by polling and by webhook."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta

import pytest
from fastapi import FastAPI
from pydantic import SecretStr
from sqlalchemy import select

from bot.channels.telegram.channel import ChannelState, TelegramChannel
from bot.channels.telegram.read_raw import read_raw
from bot.domain.messages import Attachment, Channel, ChatAddress
from bot.storage.citizens import find_contact, record_contact
from bot.storage.database import Database
from bot.storage.inbox import claim_next, count_waiting, record_update
from bot.storage.tables import InboundUpdateRow
from tests.conftest import MovedClock
from tests.integration.channels.conftest import FakeAssistant, served
from tests.support.telegram_emulator import Citizen, Emulator

SECRET = "mot-bi-mat-dai"


async def until(condition, *, within_s: float = 8.0) -> None:
    """Wait until a condition holds."""
    async with asyncio.timeout(within_s):
        while not (await condition()):  # noqa: ASYNC110 -- what is waited for is in another process
            await asyncio.sleep(0.02)


async def all_settled(database: Database) -> bool:
    async with database.begin() as tx:
        return await count_waiting(tx, Channel.TELEGRAM) == 0


async def list_rows(database: Database) -> list[InboundUpdateRow]:
    async with database.begin() as tx:
        return list((await tx.execute(select(InboundUpdateRow).order_by(InboundUpdateRow.id))).scalars())


def make_channel(
    emulator: Emulator,
    database: Database,
    assistant: FakeAssistant,
    clock: MovedClock,
    *,
    secret: str = "",
    public_url: str = "",
    token: str = "",
) -> TelegramChannel:
    return TelegramChannel(
        token=SecretStr(token or emulator.token),
        api_base=emulator.url,
        webhook_secret=SecretStr(secret),
        public_url=public_url,
        inbox=database,
        assistant=assistant,
        clock=clock,
    )


async def has_turned(assistant: FakeAssistant) -> bool:
    return bool(assistant.turns)


async def is_ready(channel: TelegramChannel) -> bool:
    return channel.state is ChannelState.READY


@pytest.fixture(params=["polling", "webhook"])
async def channel(
    request: pytest.FixtureRequest,
    emulator: Emulator,
    database: Database,
    assistant: FakeAssistant,
    clock: MovedClock,
) -> AsyncIterator[TelegramChannel]:
    """The whole channel at work."""
    async with AsyncExitStack() as stack:
        if request.param == "polling":
            channel = make_channel(emulator, database, assistant, clock)
        else:
            app = FastAPI()
            address = await stack.enter_async_context(served(app))
            channel = make_channel(emulator, database, assistant, clock, secret=SECRET, public_url=address)
            assert channel.router is not None
            app.include_router(channel.router)
        await channel.start()
        await until(lambda: is_ready(channel))
        yield channel
        await channel.stop()


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


async def test_too_many_requests_is_waited_out_and_asked_once(
    channel: TelegramChannel, emulator: Emulator, assistant: FakeAssistant
) -> None:
    citizen = emulator.citizen()
    await emulator.fails("sendMessage", code=429, retry_after=1, chat=citizen.chat)
    started = time.monotonic()
    await citizen.writes("a")
    assert (await citizen.reads()).text == "Bạn nói: a"
    assert time.monotonic() - started >= 1
    assert len(assistant.turns) == 1


async def test_a_server_error_is_tried_again(
    channel: TelegramChannel, emulator: Emulator, assistant: FakeAssistant
) -> None:
    citizen = emulator.citizen()
    await emulator.fails("sendMessage", code=502, chat=citizen.chat)
    await citizen.writes("a")
    assert (await citizen.reads()).text == "Bạn nói: a"
    assert len(assistant.turns) == 1


async def test_a_citizen_who_blocked_us_does_not_hold_up_others(
    channel: TelegramChannel, emulator: Emulator, database: Database
) -> None:
    gone, here = emulator.citizen(), emulator.citizen()
    await emulator.fails(
        "sendMessage", code=403, description="Forbidden: bot was blocked by the user", chat=gone.chat
    )
    await gone.writes("a")
    await here.writes("b")
    assert (await here.reads()).text == "Bạn nói: b"
    await until(lambda: all_settled(database))
    assert sorted(str(row.failure) for row in await list_rows(database)) == ["None", "blocked"]


async def test_broken_markup_becomes_plain_text(channel: TelegramChannel, emulator: Emulator) -> None:
    """T15: broken or planted markup on Telegram."""
    citizen = emulator.citizen()
    await emulator.fails(
        "sendMessage", code=400, description="Bad Request: can't parse entities: oh", chat=citizen.chat
    )
    await citizen.writes("a <b> c")
    seen = await citizen.reads()
    assert (seen.text, seen.parse_mode) == ("Bạn nói: a <b> c", None)


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


async def test_what_was_kept_before_a_crash_is_answered_once_after_it(
    emulator: Emulator, database: Database, assistant: FakeAssistant, clock: MovedClock
) -> None:
    citizen: Citizen = emulator.citizen()
    message = {
        "message_id": 5,
        "date": int(time.time()),
        "chat": {"id": citizen.chat, "type": "private"},
        "from": {"id": citizen.chat, "is_bot": False, "first_name": "An"},
    }
    async with database.begin() as tx:
        await record_update(tx, read_raw({"update_id": 1, "message": {**message, "text": "trước"}}))
        await record_update(tx, read_raw({"update_id": 2, "message": {**message, "text": "sau"}}))
    async with database.begin() as tx:  # another worker took the first one and died
        await claim_next(tx, Channel.TELEGRAM, lease=timedelta(seconds=1))
    channel = make_channel(emulator, database, assistant, clock)
    await channel.start()
    assert [(await citizen.reads()).text for _ in range(2)] == ["Bạn nói: trước", "Bạn nói: sau"]
    await citizen.hears_nothing()
    await channel.stop()
    assert len(assistant.turns) == 2


async def test_a_stop_in_the_middle_finishes_what_is_in_flight(
    emulator: Emulator, database: Database, assistant: FakeAssistant, clock: MovedClock
) -> None:
    channel = make_channel(emulator, database, assistant, clock)
    await channel.start()
    await until(lambda: is_ready(channel))
    assistant.takes_s = 0.5
    citizen = emulator.citizen()
    await citizen.writes("a")
    await until(lambda: has_turned(assistant))
    await channel.stop()
    assert (await citizen.reads()).text == "Bạn nói: a"
    assert await all_settled(database)
    assert channel.state is ChannelState.STOPPED


async def test_a_start_without_telegram_is_tried_again(
    emulator: Emulator, database: Database, assistant: FakeAssistant, clock: MovedClock
) -> None:
    await emulator.fails("getMe", code=502)
    channel = make_channel(emulator, database, assistant, clock)
    await channel.start()
    assert channel.state is ChannelState.STARTING
    await until(lambda: is_ready(channel))
    await channel.stop()


async def test_a_refused_token_is_told_and_never_logged(
    emulator: Emulator, database: Database, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    """T27: a secret leaks."""
    caplog.set_level("DEBUG")
    await emulator.fails("getMe", code=401, description="Unauthorized", times=9)
    channel = make_channel(emulator, database, FakeAssistant(), MovedClock(datetime.now(UTC)))
    await channel.start()

    async def is_unauthorised() -> bool:
        return channel.state is ChannelState.UNAUTHORISED

    await until(is_unauthorised)
    await channel.stop()
    captured = capsys.readouterr()
    secret = emulator.token.split(":")[1]
    assert secret not in caplog.text + captured.out + captured.err
