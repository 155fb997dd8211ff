"""Sending to Zalo: an ordinary message while the person may be written to, a template after that."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Mapping
from hashlib import sha256
from typing import Any

import structlog
from prometheus_client import Counter
from sqlalchemy.exc import SQLAlchemyError

from bot.channels.inbox.recent import Recent
from bot.channels.numbered_choices import render_choices
from bot.channels.pauses import Pauses
from bot.channels.plain_parts import render_plain_parts
from bot.channels.zalo.attach_picture import PictureUploads, takes_picture
from bot.channels.zalo.client import ZaloClient
from bot.channels.zalo.errors import Remedy, ZaloRefused, choose_outcome, find_meaning
from bot.channels.zalo.read_event import QUERY_PREFIX
from bot.channels.zalo.templates import FilledTemplate, Templates
from bot.channels.zalo.tokens import TokenKeeper
from bot.clock import Clock
from bot.delivery.reply_gate import ReplyGate
from bot.domain.answers import Answer, AttachedFile, Button
from bot.domain.messages import Channel, ChatAddress
from bot.domain.ports import ChannelUnauthorised, DeliveryDelayed, DeliveryRefused, RefusalReason
from bot.storage.choices import record_choices
from bot.storage.database import Database
from bot.storage.encryption import Cipher
from bot.storage.zalo_bells import StartedMessage, find_started, record_bell
from bot.storage.zalo_people import (
    ZaloPerson,
    find_person,
    find_phone,
    record_replies_left,
    record_window_closed,
)

LONGEST_MESSAGE = 2000
LIST_AT_MOST = 5
_TITLE_LONGEST = 100
_REMEMBERED = 10_000

log = structlog.get_logger()
_sent = Counter("troly06_zalo_sent_total", "Messages that Zalo took, by how they went", ["way"])


class ZaloSender:
    """Sends as one Official Account; the port `bot.domain.ports.Sender`.

    `shows_list`: also send the choices as Zalo's list of buttons, where the OA may.
    """

    channel = Channel.ZALO

    def __init__(
        self,
        *,
        client: ZaloClient,
        tokens: TokenKeeper,
        templates: Templates,
        database: Database,
        cipher: Cipher,
        clock: Clock,
        shows_list: bool = False,
        gate: ReplyGate | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._client = client
        self._tokens = tokens
        self._templates = templates
        self._database = database
        self._cipher = cipher
        self._clock = clock
        self._shows_list = shows_list
        self._pauses = Pauses(gate, monotonic=monotonic)
        self._parts_sent: Recent[int] = Recent(_REMEMBERED)
        self._pictures = PictureUploads(client)

    @property
    def is_unauthorised(self) -> bool:
        """Tell whether Zalo refused us a moment ago."""
        return self._pauses.is_unauthorised

    async def send(self, address: ChatAddress, answer: Answer, *, idempotency_key: str) -> None:
        """Hand one message to Zalo, in several parts where it is long.

        Zalo knows no idempotency key. Here it lets a second try go on after the last part that arrived.

        Raises:
            DeliveryRefused: it will never be delivered.
            DeliveryDelayed: not now.
            ChannelUnauthorised: Zalo refuses our token, or staff must act on Zalo's pages.
        """
        parts = render_plain_parts(render_choices(answer), longest=LONGEST_MESSAGE)
        if not parts:
            raise DeliveryRefused(RefusalReason.MESSAGE_INVALID)
        person, started = await self._look_up(address, idempotency_key)
        template = self._templates.find(started, now=self._clock()) if started is not None else None
        can_be_written_to = person is not None and person.can_be_written_to(self._clock())
        # Where no template is set Zalo itself decides: it may know of a visit that we missed.
        if can_be_written_to or template is None:
            if await self._send_message(address, parts, answer, idempotency_key, person):
                return
            await self._write(lambda tx: record_window_closed(tx, address.chat, now=self._clock()))
        if started is None or template is None:
            raise DeliveryRefused(RefusalReason.OUTSIDE_WINDOW)
        await self._send_template(address, started, template, idempotency_key)

    async def _look_up(self, address: ChatAddress, key: str) -> tuple[ZaloPerson | None, StartedMessage | None]:
        try:
            async with self._database.begin() as tx:
                return await find_person(tx, address.chat), await find_started(tx, key)
        except (SQLAlchemyError, OSError) as error:
            raise DeliveryDelayed from error

    async def _send_message(
        self, address: ChatAddress, parts: list[str], answer: Answer, key: str, person: ZaloPerson | None
    ) -> bool:
        """Tell whether it was sent; False where the person may not be written to."""
        # Written first: whoever answers at once must find what the numbers stand for.
        await self._write(lambda tx: record_choices(tx, address, answer.buttons, now=self._clock()))
        told: dict[str, Any] = {}
        try:
            for number in range(self._parts_sent.find(key) or 0, len(parts)):
                if number == 0 and answer.file is not None and takes_picture(answer.file):
                    told = await self._send_with_picture(address.chat, parts[number], answer.file)
                else:
                    told = await self._send_text(address.chat, parts[number])
                self._parts_sent.keep(key, number + 1)
        except ZaloRefused as refused:
            if find_meaning(refused.code).does is Remedy.TEMPLATE:
                return False
            raise self._note(refused) from None
        self._parts_sent.forget(key)
        _sent.labels("free" if person is not None and person.is_free(self._clock()) else "billed").inc()
        await self._note_quota(address.chat, told)
        if self._shows_list and answer.buttons:
            await self._send_list(address.chat, answer.buttons)
        return True

    async def _send_text(self, chat: str, text: str, **above: Any) -> dict[str, Any]:
        return await self._ask(lambda access: self._client.send_message(access, chat, {"text": text, **above}))

    async def _send_with_picture(self, chat: str, text: str, picture: AttachedFile) -> dict[str, Any]:
        """Send a text with a picture above it, or alone where Zalo does not take that: the words say it all."""
        try:
            attachment = await self._ask(lambda access: self._pictures.attach(access, picture, now=self._clock()))
        except ZaloRefused as refused:
            log.warning("zalo.picture_not_uploaded", code=refused.code)
            return await self._send_text(chat, text)
        try:
            return await self._send_text(chat, text, attachment=attachment)
        except ZaloRefused as refused:
            if find_meaning(refused.code).reason is not RefusalReason.MESSAGE_INVALID:
                raise
            log.warning("zalo.picture_not_shown", code=refused.code)
            self._pictures.forget(picture)
            return await self._send_text(chat, text)

    async def _send_list(self, chat: str, buttons: tuple[Button, ...]) -> None:
        elements = [
            {
                # Zalo refuses an element without a subtitle (-201), and buttons that stand outside of one (-233).
                "title": button.title[:_TITLE_LONGEST],
                "subtitle": button.title[:_TITLE_LONGEST],
                "buttons": [
                    {
                        "title": button.title[:_TITLE_LONGEST],
                        "type": "oa.query.hide",
                        "payload": f"{QUERY_PREFIX}{button.payload}",
                    }
                ],
            }
            for button in buttons[:LIST_AT_MOST]
        ]
        attachment = {"type": "template", "payload": {"template_type": "list", "elements": elements}}
        try:
            await self._ask(lambda access: self._client.send_message(access, chat, {"attachment": attachment}))
        except (ZaloRefused, DeliveryDelayed) as error:
            # The text before it has every choice in it, so nothing is lost.
            log.warning("zalo.list_not_shown", error=str(error))

    async def _send_template(
        self, address: ChatAddress, started: StartedMessage, template: FilledTemplate, key: str
    ) -> None:
        try:
            try:
                await self._ask(
                    lambda access: self._client.send_template(
                        access, address.chat, template_id=template.id, data=template.data
                    )
                )
                way = "template"
            except ZaloRefused as refused:
                if find_meaning(refused.code).does not in (Remedy.PHONE, Remedy.TEMPLATE):
                    raise
                phone = await self._find_phone(address.chat)
                if phone is None:
                    raise
                await self._ask(
                    lambda access: self._client.send_template_by_phone(
                        access,
                        phone,
                        template_id=template.id,
                        data=template.data,
                        tracking_id=sha256(key.encode()).hexdigest()[:48],
                    )
                )
                way = "template-by-phone"
        except ZaloRefused as refused:
            raise self._note(refused) from None
        _sent.labels(way).inc()
        await self._write(lambda tx: record_bell(tx, address.chat, started, now=self._clock()))

    async def _find_phone(self, chat: str) -> str | None:
        try:
            async with self._database.begin() as tx:
                return await find_phone(tx, chat, self._cipher)
        except (SQLAlchemyError, OSError) as error:
            raise DeliveryDelayed from error

    async def _note_quota(self, chat: str, told: Mapping[str, Any]) -> None:
        quota = told.get("quota")
        left = quota.get("remain") if isinstance(quota, dict) else None
        if isinstance(left, int) and not isinstance(left, bool):
            await self._write(lambda tx: record_replies_left(tx, chat, left))

    async def _write(self, write: Callable[[Any], Awaitable[None]]) -> None:
        try:
            async with self._database.begin() as tx:
                await write(tx)
        except (SQLAlchemyError, OSError) as error:
            raise DeliveryDelayed from error

    async def _ask(self, call: Callable[[str], Awaitable[dict[str, Any]]]) -> dict[str, Any]:
        """Call with the token of now; where Zalo refuses it, once more with a new one."""
        self._pauses.check()
        try:
            pair = await self._tokens.get_pair()
            try:
                return await call(pair.access)
            except ZaloRefused as refused:
                if find_meaning(refused.code).does is not Remedy.REFRESH:
                    raise
                pair = await self._tokens.renew(pair.version)
                return await call(pair.access)
        except ChannelUnauthorised as error:
            self._pauses.note(error)
            raise

    def _note(self, refused: ZaloRefused) -> DeliveryRefused | DeliveryDelayed | ChannelUnauthorised:
        """Return what a refusal means, and remember what it means for the messages after this one."""
        outcome = choose_outcome(refused.code, now=self._clock())
        self._pauses.note(outcome)
        said = log.error if isinstance(outcome, ChannelUnauthorised) else log.warning
        event = "zalo.staff_needed" if isinstance(outcome, ChannelUnauthorised) else "zalo.refused"
        said(event, code=refused.code, means=find_meaning(refused.code).means)
        return outcome
