"""Builds what talks to Zalo, what receives for other processes, and the words of what we start."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager

from fastapi import FastAPI, Request, Response

from bot.applications.messages import REFERENCE as APPLICATION_NOTICE
from bot.applications.messages import ApplicationNotices
from bot.broadcasts.messages import REFERENCE as BROADCAST
from bot.broadcasts.messages import BroadcastMessages
from bot.channels.inbox.intake import Intake
from bot.channels.telegram.webhook import PATH as TELEGRAM_PATH
from bot.channels.telegram.webhook import make_webhook, make_webhook_router
from bot.channels.zalo.channel import OpenedZalo, ZaloAccount, open_zalo
from bot.channels.zalo.client import ZaloHosts
from bot.channels.zalo.webhook import make_webhook_router as make_zalo_webhook_router
from bot.channels.zalo_bot.webhook import make_webhook_router as make_zalo_bot_webhook_router
from bot.clock import Clock, read_clock
from bot.delivery.message_source import MessageSource
from bot.domain.messages import Channel
from bot.handover.replies import MESSAGE, NOTICE, HandoverNotices, StaffReplies
from bot.questions.tell import REFERENCE as ANSWERED
from bot.questions.tell import AnsweredQuestions
from bot.reminders.messages import REFERENCE as REMINDER
from bot.reminders.messages import ReminderMessages
from bot.settings import Settings
from bot.statistics.heartbeat import RECEIVE, beating
from bot.storage.data_keys import open_cipher
from bot.storage.database import Database
from bot.storage.encryption import Cipher
from bot.wiring.shipped import load_communes, load_duty


def find_zalo_account(settings: Settings) -> ZaloAccount | None:
    """Return the Official Account of the settings, None where Zalo is off."""
    if not settings.zalo_app_id:
        return None
    return ZaloAccount(
        app_id=settings.zalo_app_id,
        app_secret=settings.zalo_app_secret,
        oa_secret=settings.zalo_oa_secret,
        hosts=ZaloHosts(
            oauth=settings.zalo_oauth_base.rstrip("/"),
            api=settings.zalo_api_base.rstrip("/"),
            business=settings.zalo_business_base.rstrip("/"),
        ),
        template_ids=settings.zalo_templates,
        shows_list=settings.zalo_list_buttons,
    )


@asynccontextmanager
async def open_zalo_account(settings: Settings, *, clock: Clock = read_clock) -> AsyncIterator[OpenedZalo | None]:
    """Give what talks to Zalo with a database of its own, None where Zalo is off."""
    account = find_zalo_account(settings)
    if account is None:
        yield None
        return
    database = Database(settings.database_url)
    cipher = open_cipher(settings)
    try:
        async with open_zalo(account, database=database, cipher=cipher, clock=clock) as opened:
            yield opened
    finally:
        await database.close()


def make_message_sources(cipher: Cipher, *, base_url: str) -> Mapping[str, MessageSource]:
    """Build what gives the messages that we start their words, by the kind of reference."""
    return {
        REMINDER: ReminderMessages(),
        APPLICATION_NOTICE: ApplicationNotices(),
        BROADCAST: BroadcastMessages(load_communes),
        ANSWERED: AnsweredQuestions(),
        MESSAGE: StaffReplies(cipher, base_url=base_url),
        NOTICE: HandoverNotices(load_duty().rules.texts),
    }


@asynccontextmanager
async def open_receivers(
    settings: Settings, app: FastAPI
) -> AsyncIterator[Mapping[str, Callable[[Request], Awaitable[Response]]]]:
    """Add the webhooks to a web application while the block runs; what arrives is answered by other processes.

    Gives the ones that may be called very often, by their paths.
    """
    inbox = Database(settings.database_url)
    account = find_zalo_account(settings)
    intakes = {
        channel: Intake(inbox, channel, on_kept=lambda: None)
        for channel, is_received in (
            (Channel.TELEGRAM, settings.telegram_webhook_secret.get_secret_value()),
            (Channel.ZALO, account),
            (Channel.ZALO_BOT, settings.zalo_bot_webhook_secret.get_secret_value()),
        )
        if is_received
    }
    busiest: dict[str, Callable[[Request], Awaitable[Response]]] = {}
    if Channel.TELEGRAM in intakes:
        secret = settings.telegram_webhook_secret
        app.include_router(make_webhook_router(secret=secret, intake=intakes[Channel.TELEGRAM]))
        busiest[TELEGRAM_PATH] = make_webhook(secret=secret, intake=intakes[Channel.TELEGRAM])
    if account is not None:
        intake = intakes[Channel.ZALO]
        app.include_router(
            make_zalo_webhook_router(
                app_id=account.app_id, secret=account.oa_secret, intake=intake, clock=read_clock
            )
        )
    if Channel.ZALO_BOT in intakes:
        secret = settings.zalo_bot_webhook_secret
        app.include_router(make_zalo_bot_webhook_router(secret=secret, intake=intakes[Channel.ZALO_BOT]))
    try:
        async with beating(inbox, RECEIVE, describe=dict, clock=read_clock):
            yield busiest
    finally:
        for intake in intakes.values():
            await intake.stop()
        await inbox.close()
