"""What is answered on Zalo is taken from the lane of what we start, and what Zalo says is heard by both sides."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta

import pytest
from pydantic import SecretStr

from bot.channels.zalo.channel import open_zalo
from bot.channels.zalo_bot.channel import open_zalo_bot
from bot.clock import read_clock
from bot.delivery.reply_gate import ReplyGate
from bot.domain.answers import Answer, AnswerKind
from bot.domain.lanes import Paces, PauseReason
from bot.domain.messages import Channel, ChatAddress
from bot.domain.ports import DeliveryDelayed, Sender
from bot.standins.zalo.account import Fault
from bot.storage.database import Database
from bot.storage.encryption import Cipher
from bot.storage.lanes import claim_lane, ensure_lane, list_pauses, record_pause
from tests.support.zalo import BOT_TOKEN, CHALLENGE, VERIFIER, Zalo, running_zalo

LONG = Answer(kind=AnswerKind.FORM, text="Một câu dài vừa đủ để cắt. " * 200)
"""Three messages of at most 2,000 characters."""
SHORT = Answer(kind=AnswerKind.FORM, text="Chào bạn.")


@asynccontextmanager
async def answering(
    channel: Channel, database: Database, cipher: Cipher
) -> AsyncIterator[tuple[Zalo, Sender, ChatAddress]]:
    """Give what a process that answers sends through, at one message a second."""
    async with AsyncExitStack() as stack:
        zalo = await stack.enter_async_context(running_zalo())
        gate = ReplyGate(database, Paces(per_second={channel: 1.0}), channel)
        if channel is Channel.ZALO:
            account = await stack.enter_async_context(
                open_zalo(zalo.make_account(), database=database, cipher=cipher, clock=read_clock, gate=gate)
            )
            await account.tokens.connect(zalo.account.consent(CHALLENGE), verifier=VERIFIER)
            person = zalo.citizen().person
            zalo.events.interact(person)
            sender: Sender = account.sender
            chat = person.user_id
        else:
            token = SecretStr(BOT_TOKEN)
            bot = await stack.enter_async_context(
                open_zalo_bot(token, api_base=zalo.url, database=database, clock=read_clock, gate=gate)
            )
            sender, chat = bot.sender, zalo.bot_citizen().chat_id
        async with database.begin() as tx:
            await ensure_lane(tx, channel.value, channel)
        running = asyncio.create_task(gate.run())
        yield zalo, sender, ChatAddress(channel=channel, chat=chat)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


both = pytest.mark.parametrize("channel", [Channel.ZALO, Channel.ZALO_BOT])


@both
async def test_every_message_of_an_answer_is_taken_from_the_lane(
    channel: Channel, database: Database, cipher: Cipher
) -> None:
    async with answering(channel, database, cipher) as (_, sender, chat):
        await sender.send(chat, LONG, idempotency_key="reply:1")
        until = time.monotonic() + 10
        while True:
            async with database.begin() as tx:
                lane = await claim_lane(tx, channel.value)
            if lane.taken_until - lane.now > timedelta(seconds=1.5):
                return
            assert time.monotonic() < until
            await asyncio.sleep(0.05)


class CountingGate(ReplyGate):
    """Counts what it is told of."""

    counted = 0

    def count_sent(self) -> None:
        self.counted += 1


async def test_every_call_is_counted_also_what_is_refused_and_repeated(database: Database, cipher: Cipher) -> None:
    gate = CountingGate(database, Paces(), Channel.ZALO)
    async with (
        running_zalo() as zalo,
        open_zalo(zalo.make_account(), database=database, cipher=cipher, clock=read_clock, gate=gate) as account,
    ):
        await account.tokens.connect(zalo.account.consent(CHALLENGE), verifier=VERIFIER)
        person = zalo.citizen().person
        zalo.events.interact(person)
        address = ChatAddress(channel=Channel.ZALO, chat=person.user_id)
        gate.counted = 0
        zalo.fails("/message/cs", -216)  # the token: a new one is asked for, and the message sent again
        await account.sender.send(address, SHORT, idempotency_key="reply:1")
        assert len(person.inbox) == 1
        assert gate.counted == 3
        zalo.fails("/message/cs", -32)
        with pytest.raises(DeliveryDelayed):
            await account.sender.send(address, SHORT, idempotency_key="reply:2")
        assert gate.counted == 4


@both
async def test_too_many_said_to_who_answers_holds_who_delivers(
    channel: Channel, database: Database, cipher: Cipher
) -> None:
    async with answering(channel, database, cipher) as (zalo, sender, chat):
        if channel is Channel.ZALO:
            zalo.fails("/message/cs", -32)
        else:
            zalo.bot.faults.append(Fault("sendMessage", 429))
        with pytest.raises(DeliveryDelayed):
            await sender.send(chat, SHORT, idempotency_key="reply:1")
        until = time.monotonic() + 10
        while True:
            async with database.begin() as tx:
                pauses = await list_pauses(tx)
            if [(pause.channel, pause.reason) for pause in pauses] == [(channel, PauseReason.TOO_MANY)]:
                return
            assert time.monotonic() < until, pauses
            await asyncio.sleep(0.05)


@both
async def test_too_many_said_to_who_delivers_holds_who_answers(
    channel: Channel, database: Database, cipher: Cipher
) -> None:
    async with answering(channel, database, cipher) as (_, sender, chat):
        async with database.begin() as tx:
            await record_pause(tx, channel, lasts=timedelta(seconds=20), reason=PauseReason.TOO_MANY)
        until = time.monotonic() + 10
        waits: float | None = None
        while waits is None:
            assert time.monotonic() < until
            try:
                await sender.send(chat, SHORT, idempotency_key=f"reply:{time.monotonic()}")
            except DeliveryDelayed as delayed:
                waits = delayed.retry_after_s
            await asyncio.sleep(0.05)
    assert 5 < waits <= 20
