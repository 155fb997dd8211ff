"""A conversation on Zalo against the stand-in: choices without buttons, windows, templates, follow and leave."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.channels.zalo.channel import OpenedZalo, ZaloChannel, open_zalo
from bot.channels.zalo.webhook import PATH
from bot.clock import read_clock
from bot.domain.answers import Answer, AnswerKind, Button
from bot.domain.delivery import NewDelivery
from bot.domain.messages import Channel, ChatAddress
from bot.domain.ports import ChannelUnauthorised, DeliveryDelayed, DeliveryRefused, RefusalReason
from bot.storage.citizens import find_contact, record_contact
from bot.storage.database import Database
from bot.storage.deliveries import record_deliveries
from bot.storage.encryption import Cipher
from bot.storage.inbox import count_waiting
from bot.storage.tables import ZaloBellRow, ZaloPhoneRow
from bot.storage.zalo_people import find_person, find_phone
from tests.integration.channels.conftest import FakeAssistant, served
from tests.support.zalo import CHALLENGE, VERIFIER, Zalo, ZaloCitizen, running_zalo

REMINDER = Answer(
    kind=AnswerKind.FORM,
    text="Bạn có một lời nhắc mới.",
    buttons=(Button(title="Xem", payload="s:reminder:1"),),
)
CHOICES = "\n\nNhắn số hoặc chữ để chọn:\n1. Lệ phí\n2. Hồ sơ"


class Words:
    """The port MessageSource: what each reference says."""

    async def find_answer(self, tx: AsyncSession, message: Mapping[str, Any]) -> Answer | None:  # noqa: ARG002
        return REMINDER if message["text"] == "nhắc" else None


@dataclass
class Talk:
    zalo: Zalo
    channel: ZaloChannel
    opened: OpenedZalo
    database: Database
    cipher: Cipher
    assistant: FakeAssistant
    citizen: ZaloCitizen
    app: FastAPI = field(default_factory=FastAPI)

    @property
    def address(self) -> ChatAddress:
        return ChatAddress(channel=Channel.ZALO, chat=self.citizen.person.user_id)

    async def send(self, answer: Answer = REMINDER, key: str = "k") -> None:
        await self.opened.sender.send(self.address, answer, idempotency_key=key)

    async def consents(self) -> None:
        async with self.database.begin() as tx:
            await record_contact(tx, self.address, now=read_clock())

    async def starts(self, text: str, key: str) -> None:
        """Write a message that we start into the table of deliveries."""
        async with self.database.begin() as tx:
            contact = await record_contact(tx, self.address, now=read_clock())
            new = NewDelivery(
                idempotency_key=key,
                contact_id=contact.id,
                channel=Channel.ZALO,
                purpose="reminders",
                message={"text": text},
                expires_at=read_clock() + timedelta(days=1),
                code="NH-1234",
            )
            await record_deliveries(tx, [new], job_id=1, now=read_clock())

    async def is_settled(self) -> None:
        """Wait until every event that came was worked off."""
        async with asyncio.timeout(8):
            while True:
                if not self.zalo.events.is_sending and await self.count_waiting() == 0:
                    return
                await asyncio.sleep(0.02)

    async def count_waiting(self) -> int:
        async with self.database.begin() as tx:
            return await count_waiting(tx, Channel.ZALO)


@pytest.fixture
async def talk(database: Database, cipher: Cipher, assistant: FakeAssistant) -> AsyncIterator[Talk]:
    async with running_zalo() as zalo:
        zalo.template("111", "ma", "ngay", says="Trợ lý 06 có lời nhắc (mã <ma>, ngày <ngay>). Nhắn XEM.")
        account = zalo.make_account(template_ids={"reminders": "111"})
        async with open_zalo(account, database=database, cipher=cipher, clock=read_clock) as opened:
            await opened.tokens.connect(zalo.account.consent(CHALLENGE), verifier=VERIFIER)
            channel = ZaloChannel(
                account,
                opened,
                inbox=database,
                database=database,
                cipher=cipher,
                assistant=assistant,
                sources={"text": Words()},
                clock=read_clock,
            )
            talk = Talk(zalo, channel, opened, database, cipher, assistant, zalo.citizen())
            talk.app.include_router(channel.router)
            async with served(talk.app) as url:
                zalo.events.url = url + PATH
                await channel.start()
                yield talk
                await channel.stop()


async def test_a_question_is_answered_and_a_choice_is_made_by_number_or_word(talk: Talk) -> None:
    await talk.citizen.writes("làm lại thẻ căn cước")
    assert await talk.citizen.reads() == f"Bạn nói: làm lại thẻ căn cước{CHOICES}"
    await talk.citizen.writes("1")
    assert (await talk.citizen.reads()).startswith("Bạn bấm: u:le-phi")
    await talk.citizen.writes("ho so")
    assert (await talk.citizen.reads()).startswith("Bạn bấm: s:application-status")
    await talk.citizen.writes("/du_lieu tất cả")
    assert (await talk.citizen.reads()).startswith("Lệnh: du_lieu tất cả")
    await talk.citizen.writes("#ma_u:khac")
    assert (await talk.citizen.reads()).startswith("Bạn bấm: u:khac")
    await talk.is_settled()
    assert {entry["status"] for entry in talk.zalo.events.log} == {200}
    assert {entry["event"] for entry in talk.zalo.events.log} == {"user_send_text", "oa_send_text"}
    assert len(talk.assistant.turns) == 5


async def test_events_that_come_again_or_late_are_answered_once_and_choose_nothing_new(talk: Talk) -> None:
    first = await talk.citizen.writes("câu một")
    await talk.citizen.reads()
    for _ in range(3):
        await talk.zalo.events.send_once(first, retry=1)
    late = {**first, "message": {"text": "1", "msg_id": "late"}}
    late["timestamp"] = str(int(first["timestamp"]) - 60_000)
    await talk.zalo.events.send_once(late)
    assert (await talk.citizen.reads()).startswith("Bạn nói: 1")  # typed before the choices were shown
    await talk.is_settled()
    assert len(talk.assistant.turns) == 2


async def test_stickers_and_places_are_what_they_are(talk: Talk) -> None:
    await talk.citizen.sends("sticker", attachments=[{"type": "sticker", "payload": {"id": "1"}}])
    assert (await talk.citizen.reads()).startswith("Bạn gửi: sticker")
    await talk.citizen.sends("location", attachments=[{"type": "location", "payload": {"coordinates": {}}}])
    assert (await talk.citizen.reads()).startswith("Bạn gửi: location")


async def test_who_follows_is_greeted_who_leaves_hears_nothing_more_at_once(talk: Talk) -> None:
    await talk.consents()
    talk.zalo.events.follow(talk.citizen.person, follows=True)
    assert (await talk.citizen.reads()).startswith("Lệnh: start")
    left = talk.zalo.events.follow(talk.citizen.person, follows=False)
    await talk.is_settled()
    async with talk.database.begin() as tx:
        contact = await find_contact(tx, talk.address)
    assert contact is not None
    assert contact.stopped_at is not None
    # The follow from before comes once more, late: it undoes nothing.
    early = {**left, "event_name": "follow", "timestamp": str(int(left["timestamp"]) - 5000)}
    assert await talk.zalo.events.send_once(early) == 200
    await talk.is_settled()
    async with talk.database.begin() as tx:
        contact = await find_contact(tx, talk.address)
    assert contact is not None
    assert contact.stopped_at is not None
    with pytest.raises(DeliveryRefused) as refused:
        await talk.send()
    assert refused.value.reason is RefusalReason.OUTSIDE_WINDOW
    await talk.citizen.hears_nothing()
    talk.zalo.events.follow(talk.citizen.person, follows=True)
    assert (await talk.citizen.reads()).startswith("Lệnh: start")
    async with talk.database.begin() as tx:
        contact = await find_contact(tx, talk.address)
    assert contact is not None
    assert contact.stopped_at is None


async def test_a_phone_number_is_kept_only_of_who_agreed_and_goes_when_they_leave(talk: Talk) -> None:
    talk.zalo.events.interact(talk.citizen.person)
    talk.zalo.events.submit_info(talk.citizen.person)
    assert "không giữ số điện thoại" in await talk.citizen.reads()
    await talk.consents()
    talk.zalo.events.submit_info(talk.citizen.person, old_form=True)
    assert "chỉ dùng số điện thoại để báo tin" in await talk.citizen.reads()
    async with talk.database.begin() as tx:
        assert await find_phone(tx, talk.address.chat, talk.cipher) == "84912345678"
        stored = await tx.scalar(select(ZaloPhoneRow.phone_encrypted))
    assert stored is not None
    assert b"912345678" not in stored
    talk.zalo.events.follow(talk.citizen.person, follows=False)
    await talk.is_settled()
    async with talk.database.begin() as tx:
        assert await tx.scalar(select(ZaloPhoneRow.chat)) is None


async def test_who_uses_their_right_over_data_is_shown_what_is_held(talk: Talk) -> None:
    talk.zalo.events.interact(talk.citizen.person)
    talk.zalo.events.ask_about_data(talk.citizen.person, "user_data_subject_request")
    assert (await talk.citizen.reads()).startswith("Lệnh: du_lieu")


async def test_after_a_week_a_template_tells_of_it_and_the_message_follows(talk: Talk) -> None:
    await talk.citizen.writes("chào")
    await talk.citizen.reads()
    await talk.starts("nhắc", "reminder:1")
    talk.citizen.person.last_interaction_s -= 8 * 24 * 3600  # type: ignore[operator]
    await talk.send(key="reminder:1")  # our table still thinks that the window is open: Zalo says -230
    told = await talk.citizen.reads()
    assert told.startswith("Trợ lý 06 có lời nhắc (mã NH-1234, ngày ")
    async with talk.database.begin() as tx:
        person = await find_person(tx, talk.address.chat)
    assert person is not None
    assert person.last_interaction_at is None
    await talk.send(key="reminder:1")  # and now it is known, so Zalo is not asked again
    assert len(talk.zalo.list_calls("/message/cs")) == 2
    await talk.citizen.reads()
    await talk.citizen.writes("XEM")
    assert await talk.citizen.reads() == "Bạn có một lời nhắc mới.\n\nNhắn số hoặc chữ để chọn:\n1. Xem"
    await talk.is_settled()
    await talk.citizen.hears_nothing(for_s=0.1)
    async with talk.database.begin() as tx:
        assert await tx.scalar(select(ZaloBellRow.delivery_id)) is None
    await talk.citizen.writes("1")
    assert (await talk.citizen.reads()).startswith("Bạn bấm: s:reminder:1")


async def test_what_must_not_be_said_any_more_is_not_said_after_the_template(talk: Talk) -> None:
    talk.zalo.events.interact(talk.citizen.person)
    talk.citizen.person.last_interaction_s -= 8 * 24 * 3600  # type: ignore[operator]
    await talk.starts("hết", "reminder:2")
    await talk.send(key="reminder:2")
    await talk.citizen.reads()
    await talk.citizen.writes("xem")
    assert (await talk.citizen.reads()).startswith("Bạn nói: xem")


async def test_a_template_that_does_not_go_by_account_goes_by_phone(talk: Talk) -> None:
    talk.zalo.account.templates["111"].by_uid = False
    await talk.consents()
    talk.zalo.events.submit_info(talk.citizen.person)
    await talk.is_settled()
    await talk.starts("nhắc", "reminder:3")
    await talk.send(key="reminder:3")
    assert "NH-1234" in talk.citizen.list_texts()[-1]
    call = talk.zalo.list_calls("/message/template")[-1]
    assert (call["phone"], len(call["tracking_id"])) == ("84912345678", 48)


async def test_without_a_template_the_reason_is_one_that_staff_can_read(talk: Talk) -> None:
    talk.zalo.events.interact(talk.citizen.person)
    talk.citizen.person.last_interaction_s -= 8 * 24 * 3600  # type: ignore[operator]
    with pytest.raises(DeliveryRefused) as refused:
        await talk.send(key="nobody-wrote-this")
    assert refused.value.reason is RefusalReason.OUTSIDE_WINDOW
    assert not refused.value.reason.ends_contact


async def test_free_replies_are_counted_as_zalo_counts_them(talk: Talk) -> None:
    await talk.citizen.writes("chào")
    await talk.citizen.reads()
    await talk.is_settled()
    async with talk.database.begin() as tx:
        person = await find_person(tx, talk.address.chat)
    assert person is not None
    assert person.replies_left == 7
    assert person.is_free(read_clock())
    assert not person.is_free(read_clock() + timedelta(hours=49))
    assert person.can_be_written_to(read_clock() + timedelta(days=6, hours=23))
    assert not person.can_be_written_to(read_clock() + timedelta(days=7, minutes=1))


@pytest.mark.parametrize("code", [-216, -220, -124])
async def test_a_refused_token_is_renewed_and_the_message_goes_out(talk: Talk, code: int) -> None:
    talk.zalo.events.interact(talk.citizen.person)
    talk.zalo.fails("/message/cs", code)
    await talk.send()
    assert talk.citizen.list_texts() == ["Bạn có một lời nhắc mới.\n\nNhắn số hoặc chữ để chọn:\n1. Xem"]
    assert (await talk.opened.tokens.get_pair()).version == 2


async def test_a_quota_of_the_day_holds_this_message_and_no_other(talk: Talk) -> None:
    talk.zalo.events.interact(talk.citizen.person)
    talk.zalo.fails("/message/cs", -211)
    with pytest.raises(DeliveryDelayed) as delayed:
        await talk.send()
    assert not delayed.value.holds_channel
    assert 0 < (delayed.value.retry_after_s or 0) <= 31 * 3600
    await talk.send()


async def test_billing_is_for_staff_and_nothing_more_is_asked_for_a_minute(talk: Talk) -> None:
    talk.zalo.events.interact(talk.citizen.person)
    talk.zalo.fails("/message/cs", -320, times=50)
    for _ in range(5):
        with pytest.raises(ChannelUnauthorised):
            await talk.send()
    assert talk.zalo.account.faults[0].times == 49
    assert talk.channel.state == "unauthorised"


async def test_the_list_of_buttons_is_a_gift_and_never_a_condition(
    talk: Talk, database: Database, cipher: Cipher
) -> None:
    talk.zalo.events.interact(talk.citizen.person)
    account = talk.zalo.make_account(shows_list=True)
    async with open_zalo(account, database=database, cipher=cipher, clock=read_clock) as opened:
        await opened.sender.send(talk.address, REMINDER, idempotency_key="a")
        assert [message["kind"] for message in talk.citizen.person.inbox] == ["text", "list"]
        assert talk.citizen.person.inbox[1]["buttons"][0]["payload"] == "#ma_s:reminder:1"
        talk.zalo.account.lists_allowed = False
        await opened.sender.send(talk.address, REMINDER, idempotency_key="b")
    assert [message["kind"] for message in talk.citizen.person.inbox] == ["text", "list", "text"]
