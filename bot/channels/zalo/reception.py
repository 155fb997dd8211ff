"""One event of Zalo, from its object to the answer that was sent."""

from __future__ import annotations

from collections.abc import Mapping

import structlog

from bot.channels.inbox.intake import UpdateUnreadable
from bot.channels.inbox.replies import Replies, find_chosen, read_command
from bot.channels.numbered_choices import find_choice
from bot.channels.zalo import wording
from bot.channels.zalo.client import ZaloClient
from bot.channels.zalo.picture import ZaloPicture
from bot.channels.zalo.read_event import EventKind, ZaloEvent, find_event
from bot.channels.zalo.send import ZaloSender
from bot.clock import Clock
from bot.delivery.message_source import MessageSource
from bot.domain.answers import Answer, AnswerKind, Button
from bot.domain.messages import Channel, ChatAddress, CitizenMessage
from bot.domain.ports import TakesTurns
from bot.storage.choices import record_choices
from bot.storage.citizens import find_contact, record_way_closed, record_way_open
from bot.storage.database import Database
from bot.storage.encryption import Cipher
from bot.storage.inbox import ClaimedUpdate
from bot.storage.zalo_bells import StartedMessage, delete_bell, list_rung
from bot.storage.zalo_people import delete_phone, record_follow, record_interaction, record_phone

SEES_IT = Button(title="Xem", payload="zalo:see")
"""What a person writes to see the message that a template told of."""

log = structlog.get_logger()


class Reception:
    """Has each event answered.

    `sources`: what the messages say that a template told of, by the kind of reference.
    """

    def __init__(
        self,
        *,
        sender: ZaloSender,
        client: ZaloClient,
        assistant: TakesTurns,
        database: Database,
        cipher: Cipher,
        sources: Mapping[str, MessageSource],
        clock: Clock,
    ) -> None:
        self._sender = sender
        self._client = client
        self._database = database
        self._cipher = cipher
        self._sources = sources
        self._clock = clock
        self._replies = Replies(sender=sender, assistant=assistant, clock=clock)

    async def process(self, claimed: ClaimedUpdate) -> None:
        """Answer one event.

        Raises:
            UpdateUnreadable: it is no event that we know.
            DeliveryRefused, DeliveryDelayed, ChannelUnauthorised: the answer could not be sent.
        """
        event = find_event(claimed.payload)
        if event is None:
            raise UpdateUnreadable
        address = ChatAddress(channel=Channel.ZALO, chat=event.chat)
        if event.kind is EventKind.LEFT:
            await self._stop(address, event)
            return
        if not await self._note_interaction(address, event):
            return
        if event.kind is EventKind.GAVE_PHONE:
            answer = await self._take_phone(address, event)
            await self._sender.send(address, answer, idempotency_key=f"reply:{event.key}")
            return
        told_of = await self._send_what_was_told_of(address)
        if told_of and event.kind is EventKind.WROTE and find_choice(event.text, (SEES_IT,)) is not None:
            return
        await self._replies.answer(await self._read_message(address, event), key=event.key)

    async def _stop(self, address: ChatAddress, event: ZaloEvent) -> None:
        """Let nothing more leave for a person who left; the message a worker holds finds it before it goes."""
        now = self._clock()
        async with self._database.begin() as tx:
            await find_contact(tx, address, lock=True)
            if not await record_follow(tx, address.chat, follows=False, at=event.at, now=now):
                return  # they came back after this
            await record_choices(tx, address, (), now=now)
            await delete_phone(tx, address.chat)
            await record_way_closed(tx, address, now=now)

    async def _note_interaction(self, address: ChatAddress, event: ZaloEvent) -> bool:
        """Write that the person may be written to again; False for an event that their leaving overtook."""
        now = self._clock()
        async with self._database.begin() as tx:
            if event.kind is EventKind.FOLLOWED:
                if not await record_follow(tx, address.chat, follows=True, at=event.at, now=now):
                    return False
                await record_way_open(tx, address)
            elif event.kind is EventKind.WROTE:
                return await record_interaction(tx, address.chat, at=event.at, now=now)
        return True

    async def _take_phone(self, address: ChatAddress, event: ZaloEvent) -> Answer:
        now = self._clock()
        async with self._database.begin() as tx:
            contact = await find_contact(tx, address)
            is_kept = contact is not None and event.phone is not None
            if is_kept and event.phone is not None:
                await record_phone(tx, address.chat, event.phone, self._cipher, now=now)
        return Answer(kind=AnswerKind.SMALLTALK, text=wording.PHONE_KEPT if is_kept else wording.PHONE_NOT_KEPT)

    async def _send_what_was_told_of(self, address: ChatAddress) -> bool:
        """Send the messages that templates told of, now that they can be; tell whether there was one."""
        async with self._database.begin() as tx:
            rung = await list_rung(tx, address.chat)
        sent = False
        for started in rung:
            answer = await self._find_words(started)
            if answer is not None:
                await self._sender.send(address, answer, idempotency_key=f"told-of:{started.id}")
                sent = True
            async with self._database.begin() as tx:
                await delete_bell(tx, started.id)
        return sent

    async def _find_words(self, started: StartedMessage) -> Answer | None:
        source = next((self._sources[key] for key in started.message if key in self._sources), None)
        if source is None:
            return None
        async with self._database.begin() as tx:
            return await source.find_answer(tx, started.message)

    async def _read_message(self, address: ChatAddress, event: ZaloEvent) -> CitizenMessage:
        now = self._clock()
        if event.kind is EventKind.FOLLOWED:
            return CitizenMessage(address=address, received_at=now, command="start")
        if event.kind is EventKind.ASKED_ABOUT_DATA:
            log.warning("zalo.asked_about_data")
            return CitizenMessage(address=address, received_at=now, command="du_lieu")
        button = event.button
        if button is None and event.attachment is None:
            button = await find_chosen(self._database, address, event.text, at=event.at)
        command, text = read_command(event.text)
        return CitizenMessage(
            address=address,
            received_at=now,
            text="" if button is not None else text,
            button=button,
            command=command if button is None else None,
            attachment=event.attachment,
            picture=ZaloPicture(self._client, event.picture_url) if event.picture_url is not None else None,
        )
