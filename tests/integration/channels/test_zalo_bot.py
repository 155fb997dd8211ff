"""The Zalo bot against the stand-in: by webhook and by polling, wrapped and bare, and what Zalo withholds."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from pydantic import SecretStr
from sqlalchemy import select
from structlog.testing import capture_logs

from bot.channels.inbox.intake import InboxUnavailable, Intake, UpdateUnreadable
from bot.channels.zalo_bot import wording
from bot.channels.zalo_bot.channel import ZaloBotChannel, open_zalo_bot
from bot.channels.zalo_bot.polling import Poller
from bot.channels.zalo_bot.read_update import find_update
from bot.channels.zalo_bot.webhook import PATH, SECRET_HEADER, SecretUnusable, make_webhook_router
from bot.clock import read_clock
from bot.domain.messages import Channel, ChatAddress
from bot.domain.ports import ChannelUnauthorised, DeliveryDelayed, DeliveryRefused, RefusalReason
from bot.standins.zalo.account import Fault
from bot.standins.zalo.bot_api import BotChat
from bot.storage.database import Database
from bot.storage.inbox import ReceivedUpdate
from bot.storage.tables import InboundUpdateRow
from tests.integration.channels.conftest import FakeAssistant, served
from tests.support.zalo import BOT_TOKEN, Zalo, running_zalo

SECRET = SecretStr("bi-mat-cua-bot")
CHOICES = "\n\nNhắn số hoặc chữ để chọn:\n1. Lệ phí\n2. Hồ sơ"


@pytest.fixture
async def zalo() -> AsyncIterator[Zalo]:
    async with running_zalo() as zalo:
        yield zalo


@asynccontextmanager
async def talking(
    zalo: Zalo, database: Database, assistant: FakeAssistant, *, by_webhook: bool
) -> AsyncIterator[ZaloBotChannel]:
    app = FastAPI()
    async with (
        open_zalo_bot(SecretStr(BOT_TOKEN), api_base=zalo.url, database=database, clock=read_clock) as opened,
        served(app) as url,
    ):
        channel = ZaloBotChannel(
            opened,
            webhook_secret=SECRET if by_webhook else SecretStr(""),
            public_url=url,
            inbox=database,
            database=database,
            assistant=assistant,
            clock=read_clock,
        )
        if channel.router is not None:
            app.include_router(channel.router)
        await channel.start()
        async with asyncio.timeout(8):
            while channel.state != "ready":  # noqa: ASYNC110 -- a state, not an event
                await asyncio.sleep(0.01)
        yield channel
        await channel.stop()


async def reads(chat: BotChat, number: int) -> str:
    """Return the message of a number, counted from 1."""
    until = time.monotonic() + 8
    while len(chat.inbox) < number:
        assert time.monotonic() < until, "nothing came"
        await asyncio.sleep(0.01)
    return str(chat.inbox[number - 1]["text"])


@pytest.mark.parametrize(("by_webhook", "wraps"), [(True, True), (True, False), (False, True)])
async def test_a_question_and_a_choice(
    zalo: Zalo, database: Database, assistant: FakeAssistant, by_webhook: bool, wraps: bool
) -> None:
    zalo.bot.wraps = wraps
    chat = zalo.bot_citizen()
    async with talking(zalo, database, assistant, by_webhook=by_webhook):
        first = zalo.bot.write(chat, text="đổi thẻ")
        assert await reads(chat, 1) == f"Bạn nói: đổi thẻ{CHOICES}"
        if by_webhook:
            assert [await zalo.bot.send_once(first) for _ in range(3)] == [200, 200, 200]
            assert await zalo.bot.send_once(first, secret="sai-mat-khau") == 403
        zalo.bot.write(chat, text="2")
        assert (await reads(chat, 2)).startswith("Bạn bấm: s:application-status")
        zalo.bot.write(chat, "sticker", sticker="s")
        assert (await reads(chat, 3)).startswith("Bạn gửi: sticker")
        zalo.bot.write(chat, "unsupported")
        assert await reads(chat, 4) == wording.WITHHELD
    assert len(assistant.turns) == 3


async def test_a_token_that_is_refused_is_told(zalo: Zalo, database: Database, assistant: FakeAssistant) -> None:
    async with open_zalo_bot(
        SecretStr("1:khac"), api_base=zalo.url, database=database, clock=read_clock
    ) as opened:
        channel = ZaloBotChannel(
            opened,
            webhook_secret=SecretStr(""),
            public_url="",
            inbox=database,
            database=database,
            assistant=assistant,
            clock=read_clock,
        )
        await channel.start()
        async with asyncio.timeout(8):
            while channel.state != "unauthorised":  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        await channel.stop()


@pytest.mark.parametrize(
    ("fault", "raised"),
    [
        (Fault("sendMessage", 401), ChannelUnauthorised()),
        (Fault("sendMessage", 429), DeliveryDelayed(30.0)),
        (Fault("sendMessage", 403), DeliveryDelayed()),
        (Fault("sendMessage", 400), DeliveryRefused(RefusalReason.MESSAGE_INVALID)),
        (Fault("sendMessage", status=502), DeliveryDelayed()),
    ],
)
async def test_ok_false_is_an_error_though_http_says_200(
    zalo: Zalo, database: Database, fault: Fault, raised: Exception
) -> None:
    chat = zalo.bot_citizen()
    zalo.bot.faults.append(fault)
    async with open_zalo_bot(
        SecretStr(BOT_TOKEN), api_base=zalo.url, database=database, clock=read_clock
    ) as opened:
        with pytest.raises(type(raised)) as caught:
            await opened.client.send_message(chat.chat_id, "chào")
    assert vars(caught.value) == vars(raised)
    assert chat.inbox == []


async def test_a_person_who_is_not_there(zalo: Zalo, database: Database) -> None:
    async with open_zalo_bot(
        SecretStr(BOT_TOKEN), api_base=zalo.url, database=database, clock=read_clock
    ) as opened:
        with pytest.raises(DeliveryRefused) as refused:
            await opened.client.send_message("khong-co", "chào")
        assert refused.value.reason is RefusalReason.NO_SUCH_CHAT


async def test_the_door(database: Database) -> None:
    intake = Intake(database, Channel.ZALO_BOT, on_kept=lambda: None)
    app = FastAPI()
    app.include_router(make_webhook_router(secret=SECRET, intake=intake))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://bot") as http:
        for given in (b"", b"sai", SECRET.get_secret_value().encode() + b"x", "mật".encode()):
            answer = await http.post(PATH, json={}, headers={SECRET_HEADER.encode(): given})
            assert answer.status_code == 403
        for body in (b"", b"[]", b"{}", b'{"ok":true,"result":{"event_name":"x"}}', b"x" * 70_000):
            answer = await http.post(PATH, content=body, headers={SECRET_HEADER: SECRET.get_secret_value()})
            assert answer.status_code == 200
    async with database.begin() as tx:
        assert await tx.scalar(select(InboundUpdateRow.id)) is None
    await intake.stop()


@pytest.mark.parametrize("secret", ["", "ngan", "x" * 257])
def test_a_secret_that_zalo_does_not_take_is_refused(database: Database, secret: str) -> None:
    with pytest.raises(SecretUnusable):
        make_webhook_router(
            secret=SecretStr(secret), intake=Intake(database, Channel.ZALO_BOT, on_kept=lambda: None)
        )


def update(**more: Any) -> dict[str, Any]:
    message = {"chat": {"id": "c1"}, "message_id": "m1", "date": 1732300000000, "text": "a", **more}
    return {"event_name": "message.text.received", "message": message}


def test_groups_and_bots_are_nothing_to_us() -> None:
    assert find_update(update(chat={"id": "c1", "chat_type": "GROUP"})) is None
    assert find_update(update(**{"from": {"id": "1", "is_bot": True}})) is None
    assert find_update({**update(), "event_name": "message.deleted"}) is None


@pytest.mark.parametrize("raw", [None, {}, {"ok": True, "result": {}}, update(chat={}), update(date="mai")])
def test_what_is_no_update_is_said_to_be_none(raw: Any) -> None:
    with pytest.raises(UpdateUnreadable):
        find_update(raw)


def test_an_update_without_an_id_has_a_key_of_its_own() -> None:
    first, same, other = (find_update(update(message_id=None, text=text)) for text in ("a", "a", "b"))
    assert first is not None
    assert same is not None
    assert other is not None
    assert first.key == same.key != other.key


async def test_a_long_answer_comes_in_parts(zalo: Zalo, database: Database) -> None:
    from bot.domain.answers import Answer, AnswerKind

    chat = zalo.bot_citizen()
    async with open_zalo_bot(
        SecretStr(BOT_TOKEN), api_base=zalo.url, database=database, clock=read_clock
    ) as opened:
        zalo.bot.faults.append(Fault("sendMessage", delay_s=0))
        answer = Answer(kind=AnswerKind.ANSWER, text="Một câu dài. " * 400)
        address = ChatAddress(channel=Channel.ZALO_BOT, chat=chat.chat_id)
        await opened.sender.send(address, answer, idempotency_key="k")
    assert len(chat.inbox) == 3
    assert all(message["text"].endswith("Một câu dài.") for message in chat.inbox)


class ClosedIntake(Intake):
    """Keeps nothing until it is open."""

    is_open = False

    async def keep(self, updates: Sequence[ReceivedUpdate]) -> None:
        if not self.is_open:
            raise InboxUnavailable
        await super().keep(updates)


async def test_what_was_given_is_kept_also_where_polling_is_handed_on(zalo: Zalo, database: Database) -> None:
    """Zalo gives an update once. The database is away, so another process polls from then on."""
    intake = ClosedIntake(database, Channel.ZALO_BOT, on_kept=lambda: None)
    async with open_zalo_bot(
        SecretStr(BOT_TOKEN), api_base=zalo.url, database=database, clock=read_clock
    ) as opened:
        polling = asyncio.create_task(Poller(opened.client, intake, poll_s=5).run())
        chat = BotChat("c-handed-on", "An")
        zalo.bot.chats[chat.chat_id] = chat
        zalo.bot.write(chat, text="a")
        await asyncio.sleep(0.3)
        polling.cancel()
        await asyncio.gather(polling, return_exceptions=True)
        intake.is_open = True
        async with asyncio.timeout(5):
            while True:
                async with database.begin() as tx:
                    if (await tx.execute(select(InboundUpdateRow.chat))).scalars().all() == [chat.chat_id]:
                        break
                await asyncio.sleep(0.05)
        await intake.stop()


async def test_stopping_waits_for_what_was_given(
    zalo: Zalo, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Polling was handed on twice; the database comes back while the channel stops."""
    intake = ClosedIntake(database, Channel.ZALO_BOT, on_kept=lambda: None)
    chats = [BotChat(f"c-{number}", "An") for number in (1, 2)]
    async with open_zalo_bot(
        SecretStr(BOT_TOKEN), api_base=zalo.url, database=database, clock=read_clock
    ) as opened:
        poller = Poller(opened.client, intake, poll_s=5)
        for chat in chats:
            zalo.bot.chats[chat.chat_id] = chat
            polling = asyncio.create_task(poller.run())
            zalo.bot.write(chat, text="a")
            await asyncio.sleep(0.3)
            polling.cancel()
            await asyncio.gather(polling, return_exceptions=True)
        asyncio.get_running_loop().call_later(0.3, setattr, intake, "is_open", True)
        with capture_logs() as logs:
            await poller.stop()
        assert logs == []
        async with database.begin() as tx:
            kept = set((await tx.execute(select(InboundUpdateRow.chat))).scalars())
        assert kept == {chat.chat_id for chat in chats}

        intake.is_open = False
        monkeypatch.setattr("bot.channels.zalo_bot.polling.KEEPS_WITHIN_S", 0.2)
        polling = asyncio.create_task(poller.run())
        zalo.bot.write(chats[0], text="b")
        await asyncio.sleep(0.3)
        polling.cancel()
        await asyncio.gather(polling, return_exceptions=True)
        with capture_logs() as logs:
            await poller.stop()
        assert [(log["event"], log["updates"]) for log in logs] == [("zalo_bot.updates_lost", 1)]
        await intake.stop()
