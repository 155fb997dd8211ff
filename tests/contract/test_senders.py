"""What every Sender promises: the fake that other tests stand on, and each messenger's against its stand-in."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Protocol
from uuid import uuid4

import pytest
from pydantic import SecretStr

from bot.channels.numbered_choices import INVITATION
from bot.channels.telegram.channel import open_sender
from bot.channels.zalo.channel import open_zalo
from bot.channels.zalo.errors import BACK_OFF_S
from bot.channels.zalo_bot.channel import open_zalo_bot
from bot.channels.zalo_bot.client import QUOTA_PAUSE_S
from bot.clock import read_clock
from bot.domain.answers import Answer, AnswerKind, AttachedFile, Button
from bot.domain.messages import Channel, ChatAddress
from bot.domain.ports import ChannelUnauthorised, DeliveryDelayed, DeliveryRefused, RefusalReason, Sender
from bot.standins.zalo.account import Fault
from bot.storage.database import Database
from bot.storage.encryption import Cipher
from tests.support.senders import FakeSender
from tests.support.telegram_emulator import Emulator, running_emulator
from tests.support.zalo import BOT_TOKEN, CHALLENGE, VERIFIER, Zalo, running_zalo

CHAT = ChatAddress(channel=Channel.TELEGRAM, chat="4242")
REMINDER = Answer(
    kind=AnswerKind.FORM,
    text="Bạn có một lời nhắc mới.",
    buttons=(Button(title="Xem", payload="s:card-reminder"),),
)


class Place(Protocol):
    """A sender, and a way to look at and to disturb where it sends."""

    sender: Sender
    chat: ChatAddress

    async def list_texts(self) -> list[str]: ...
    async def will_refuse(self, reason: RefusalReason) -> None: ...
    async def will_delay(self, seconds: float | None) -> float | None:
        """Let the next send be delayed, and return the pause that is named: not every messenger lets us choose."""
        ...

    async def will_be_unauthorised(self) -> None: ...


class FakePlace:
    chat = CHAT

    def __init__(self) -> None:
        self.fake = FakeSender()
        self.sender: Sender = self.fake

    async def list_texts(self) -> list[str]:
        return self.fake.list_texts(CHAT.chat)

    async def will_refuse(self, reason: RefusalReason) -> None:
        self.fake.fail_with([DeliveryRefused(reason)])

    async def will_delay(self, seconds: float | None) -> float | None:
        self.fake.fail_with([DeliveryDelayed(seconds)])
        return seconds

    async def will_be_unauthorised(self) -> None:
        self.fake.fail_with([ChannelUnauthorised()])


REFUSALS = {
    RefusalReason.BLOCKED: (403, "Forbidden: bot was blocked by the user"),
    RefusalReason.NO_SUCH_CHAT: (400, "Bad Request: chat not found"),
    RefusalReason.MESSAGE_INVALID: (400, "Bad Request: BUTTON_DATA_INVALID"),
}


class TelegramPlace:
    chat = CHAT

    def __init__(self, sender: Sender, emulator: Emulator) -> None:
        self.sender = sender
        self.emulator = emulator
        self.citizen = emulator.citizen(chat=int(CHAT.chat))

    async def list_texts(self) -> list[str]:
        try:
            return [(await self.citizen.reads(within_s=0.3)).text]
        except AssertionError:
            return []

    async def will_refuse(self, reason: RefusalReason) -> None:
        code, description = REFUSALS[reason]
        await self.emulator.fails("sendMessage", code=code, description=description)

    async def will_delay(self, seconds: float | None) -> float | None:
        if seconds is None:
            await self.emulator.fails("sendMessage", code=502)
        else:
            await self.emulator.fails("sendMessage", code=429, retry_after=seconds)
        return seconds

    async def will_be_unauthorised(self) -> None:
        await self.emulator.fails("sendMessage", code=401, description="Unauthorized")


ZALO_REFUSALS = {
    RefusalReason.BLOCKED: -217,
    RefusalReason.NO_SUCH_CHAT: -227,
    RefusalReason.MESSAGE_INVALID: -201,
    RefusalReason.OUTSIDE_WINDOW: -230,
    RefusalReason.DECLINED: -244,
}


class ZaloPlace:
    def __init__(self, sender: Sender, zalo: Zalo) -> None:
        self.sender = sender
        self.zalo = zalo
        self.citizen = zalo.citizen()
        self.chat = ChatAddress(channel=Channel.ZALO, chat=self.citizen.person.user_id)
        zalo.events.interact(self.citizen.person)

    async def list_texts(self) -> list[str]:
        return [text.partition(f"\n\n{INVITATION}")[0] for text in self.citizen.list_texts()]

    async def will_refuse(self, reason: RefusalReason) -> None:
        self.zalo.fails("/message/cs", ZALO_REFUSALS[reason])

    async def will_delay(self, seconds: float | None) -> float | None:
        if seconds is None:
            self.zalo.fails("/message/cs", status=502)
            return None
        self.zalo.fails("/message/cs", -32)
        return BACK_OFF_S

    async def will_be_unauthorised(self) -> None:
        self.zalo.fails("/message/cs", -216, times=2)


ZALO_BOT_REFUSALS = {
    RefusalReason.BLOCKED: None,  # the platform has no word for it
    RefusalReason.NO_SUCH_CHAT: "chat not found",
    RefusalReason.MESSAGE_INVALID: "text is invalid",
}


class ZaloBotPlace:
    def __init__(self, sender: Sender, zalo: Zalo) -> None:
        self.sender = sender
        self.zalo = zalo
        self.citizen = zalo.bot_citizen()
        self.chat = ChatAddress(channel=Channel.ZALO_BOT, chat=self.citizen.chat_id)

    async def list_texts(self) -> list[str]:
        return [message["text"].partition(f"\n\n{INVITATION}")[0] for message in self.citizen.inbox]

    async def will_refuse(self, reason: RefusalReason) -> None:
        description = ZALO_BOT_REFUSALS[reason]
        if description is None:
            pytest.skip("the Zalo Bot Platform does not tell this")
        self.zalo.bot.faults.append(Fault("sendMessage", 400, description=description))

    async def will_delay(self, seconds: float | None) -> float | None:
        if seconds is None:
            self.zalo.bot.faults.append(Fault("sendMessage", status=502))
            return None
        self.zalo.bot.faults.append(Fault("sendMessage", 429))
        return QUOTA_PAUSE_S

    async def will_be_unauthorised(self) -> None:
        self.zalo.bot.faults.append(Fault("sendMessage", 401))


@asynccontextmanager
async def zalo_bot_place(database: Database) -> AsyncIterator[Place]:
    token = SecretStr(BOT_TOKEN)
    async with (
        running_zalo() as zalo,
        open_zalo_bot(token, api_base=zalo.url, database=database, clock=read_clock) as opened,
    ):
        yield ZaloBotPlace(opened.sender, zalo)


@asynccontextmanager
async def zalo_place(database: Database, cipher: Cipher) -> AsyncIterator[Place]:
    async with (
        running_zalo() as zalo,
        open_zalo(zalo.make_account(), database=database, cipher=cipher, clock=read_clock) as opened,
    ):
        await opened.tokens.connect(zalo.account.consent(CHALLENGE), verifier=VERIFIER)
        yield ZaloPlace(opened.sender, zalo)


@pytest.fixture(params=["fake", "telegram", "telegram-paid", "zalo", "zalo-bot"])
async def place(request: pytest.FixtureRequest) -> AsyncIterator[Place]:
    if request.param == "fake":
        yield FakePlace()
        return
    if request.param in ("zalo", "zalo-bot"):
        database = Database(request.getfixturevalue("database_url"))
        is_oa = request.param == "zalo"
        opening = zalo_place(database, request.getfixturevalue("cipher")) if is_oa else zalo_bot_place(database)
        async with opening as place:
            yield place
        await database.close()
        return
    async with (
        running_emulator() as emulator,
        open_sender(
            SecretStr(emulator.token), api_base=emulator.url, is_paid=request.param == "telegram-paid"
        ) as sender,
    ):
        yield TelegramPlace(sender, emulator)


async def test_a_message_arrives(place: Place) -> None:
    assert place.sender.channel is place.chat.channel
    await place.sender.send(place.chat, REMINDER, idempotency_key="k1")
    assert await place.list_texts() == ["Bạn có một lời nhắc mới."]


@pytest.mark.parametrize("reason", list(REFUSALS))
async def test_a_refusal_says_why(place: Place, reason: RefusalReason) -> None:
    await place.will_refuse(reason)
    with pytest.raises(DeliveryRefused) as caught:
        await place.sender.send(place.chat, REMINDER, idempotency_key="k1")
    assert caught.value.reason is reason
    assert await place.list_texts() == []


async def test_a_named_pause_is_handed_on(place: Place) -> None:
    named = await place.will_delay(3)
    with pytest.raises(DeliveryDelayed) as caught:
        await place.sender.send(place.chat, REMINDER, idempotency_key="k1")
    assert caught.value.retry_after_s == named


async def test_an_outage_is_a_delay_and_the_next_try_arrives(place: Place) -> None:
    await place.will_delay(None)
    with pytest.raises(DeliveryDelayed):
        await place.sender.send(place.chat, REMINDER, idempotency_key="k1")
    await place.sender.send(place.chat, REMINDER, idempotency_key="k1")
    assert await place.list_texts() == ["Bạn có một lời nhắc mới."]


async def test_a_refused_token_stops_the_channel(place: Place) -> None:
    await place.will_be_unauthorised()
    with pytest.raises(ChannelUnauthorised):
        await place.sender.send(place.chat, REMINDER, idempotency_key="k1")


@pytest.fixture
async def telegram() -> AsyncIterator[TelegramPlace]:
    async with (
        running_emulator() as emulator,
        open_sender(SecretStr(emulator.token), api_base=emulator.url) as sender,
    ):
        yield TelegramPlace(sender, emulator)


async def test_telegram_is_left_alone_while_it_asks_for_a_pause_or_refuses_the_token(
    telegram: TelegramPlace,
) -> None:
    await telegram.will_delay(0.4)
    for _ in range(3):
        with pytest.raises(DeliveryDelayed):
            await telegram.sender.send(CHAT, REMINDER, idempotency_key="k1")
    assert len(await telegram.emulator.list_calls("sendMessage")) == 1
    time.sleep(0.45)  # noqa: ASYNC251 -- the sender measures real time
    await telegram.will_be_unauthorised()
    for _ in range(3):
        with pytest.raises(ChannelUnauthorised):
            await telegram.sender.send(CHAT, REMINDER, idempotency_key="k1")
    assert len(await telegram.emulator.list_calls("sendMessage")) == 2


async def test_telegram_goes_on_after_the_part_that_arrived(telegram: TelegramPlace) -> None:
    long = Answer(kind=AnswerKind.ANSWER, text="Một câu dài. " * 700, buttons=REMINDER.buttons, private=True)
    await telegram.emulator.fails("sendMessage", code=200)
    await telegram.emulator.fails("sendMessage", code=502)
    with pytest.raises(DeliveryDelayed):
        await telegram.sender.send(CHAT, long, idempotency_key="k1")
    await telegram.sender.send(CHAT, long, idempotency_key="k1")
    parts = [await telegram.citizen.reads() for _ in range(3)]
    await telegram.citizen.hears_nothing(for_s=0.1)
    assert " ".join(part.text for part in parts) == long.text.strip()
    assert all(part.protected and part.text.endswith("Một câu dài.") for part in parts)
    assert [part.buttons for part in parts] == [(), (), ("Xem",)]


@pytest.mark.parametrize("chat", ["", "abc", "@kenh"])
async def test_telegram_has_no_chat_of_another_form(telegram: TelegramPlace, chat: str) -> None:
    with pytest.raises(DeliveryRefused) as caught:
        await telegram.sender.send(ChatAddress(channel=Channel.TELEGRAM, chat=chat), REMINDER, idempotency_key="k")
    assert caught.value.reason is RefusalReason.NO_SUCH_CHAT


async def test_telegram_sends_a_file_after_its_words(telegram: TelegramPlace) -> None:
    file = AttachedFile(id=uuid4(), name="Mẫu đơn.pdf", media_type="application/pdf", content=b"%PDF-1.7 empty")
    await telegram.sender.send(CHAT, replace(REMINDER, file=file), idempotency_key="k1")
    assert (await telegram.citizen.reads()).text == REMINDER.text
    assert (await telegram.citizen.reads()).text == "📎 Mẫu đơn.pdf, 14 byte"


async def test_telegram_sends_a_picture_with_its_words_on_it(telegram: TelegramPlace) -> None:
    picture = AttachedFile(id=uuid4(), name="anh.png", media_type="image/png", content=b"\x89PNG")
    news = replace(REMINDER, file=picture, buttons=(Button(title="Dừng", payload="s:news:stop"),))
    for key in ("k1", "k2"):  # as it is, then by the id that Telegram gave it
        await telegram.sender.send(CHAT, news, idempotency_key=key)
        heard = await telegram.citizen.reads()
        assert (heard.text, heard.buttons) == (f"🖼 Ảnh\n{REMINDER.text}", ("Dừng",))
    await telegram.citizen.hears_nothing(for_s=0.1)


async def test_telegram_sends_only_the_file_again_where_it_was_what_failed(telegram: TelegramPlace) -> None:
    file = AttachedFile(id=uuid4(), name="a.pdf", media_type="application/pdf", content=b"%PDF-")
    await telegram.emulator.fails("sendDocument", code=502)
    with pytest.raises(DeliveryDelayed):
        await telegram.sender.send(CHAT, replace(REMINDER, file=file), idempotency_key="k1")
    await telegram.sender.send(CHAT, replace(REMINDER, file=file), idempotency_key="k1")
    assert [(await telegram.citizen.reads()).text for _ in range(2)] == [REMINDER.text, "📎 a.pdf, 5 byte"]
    await telegram.citizen.hears_nothing(for_s=0.1)
