"""Telegram refuses, is away or asks to wait; the channel is stopped, dies and starts again."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import pytest

from bot.channels.telegram.channel import ChannelState, TelegramChannel
from bot.channels.telegram.read_raw import read_raw
from bot.domain.messages import Channel
from bot.storage.database import Database
from bot.storage.inbox import claim_next, record_update
from tests.conftest import MovedClock
from tests.integration.channels.conftest import FakeAssistant
from tests.integration.channels.telegram_talk import all_settled, is_ready, list_rows, make_channel, until
from tests.support.telegram_emulator import Citizen, Emulator


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

    async def has_turned() -> bool:
        return bool(assistant.turns)

    await until(has_turned)
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
