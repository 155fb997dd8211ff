"""Builds and runs the processes that send what we start and look for what is due."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from datetime import timedelta

from bot.channels.telegram.channel import open_sender
from bot.channels.web.push import WebSender
from bot.channels.zalo_bot.channel import open_zalo_bot
from bot.clock import Clock, read_clock
from bot.delivery.queue import DeliveryQueue
from bot.delivery.run import run_delivery_worker
from bot.delivery.worker import DeliveryWorker
from bot.domain.messages import Channel
from bot.domain.ports import Sender
from bot.evaluation.model_trainer import ModelTrainer
from bot.evaluation.questions import read_held_out
from bot.evaluation.retrain import Retrainer
from bot.evaluation.review import GateRunner
from bot.reminders.rules import load_rules
from bot.settings import DATA, Settings
from bot.statistics.heartbeat import DELIVERY, beating
from bot.storage.data_keys import follow_keys, open_cipher
from bot.storage.database import Database
from bot.timetable import Look, list_looks, run_timetable
from bot.wiring.core import open_understanding
from bot.wiring.messengers import make_message_sources, open_zalo_account
from bot.wiring.shipped import load_duty

RENEWS_EVERY = timedelta(minutes=5)


async def run_delivery(settings: Settings, *, clock: Clock = read_clock) -> None:
    """Send the messages that we start, until cancelled."""
    database = Database(settings.database_url)
    queue = DeliveryQueue(settings.database_url)
    cipher = open_cipher(settings)
    keys = asyncio.create_task(follow_keys(cipher, settings), name="keys.follow")
    async with AsyncExitStack() as stack:
        stack.callback(keys.cancel)
        stack.push_async_callback(database.close)
        senders: dict[Channel, Sender] = {Channel.WEB: WebSender(database, cipher)}
        if settings.telegram_bot_token.get_secret_value():
            senders[Channel.TELEGRAM] = await stack.enter_async_context(
                open_sender(settings.telegram_bot_token, api_base=settings.telegram_api_base)
            )
        paid_senders: dict[Channel, Sender] = {}
        if Channel.TELEGRAM in senders and Channel.TELEGRAM in settings.paces.paid:
            paid_senders[Channel.TELEGRAM] = await stack.enter_async_context(
                open_sender(settings.telegram_bot_token, api_base=settings.telegram_api_base, is_paid=True)
            )
        zalo = await stack.enter_async_context(open_zalo_account(settings, clock=clock))
        if zalo is not None:
            senders[Channel.ZALO] = zalo.sender
        if settings.zalo_bot_token.get_secret_value():
            zalo_bot = await stack.enter_async_context(
                open_zalo_bot(
                    settings.zalo_bot_token, api_base=settings.zalo_bot_api_base, database=database, clock=clock
                )
            )
            senders[Channel.ZALO_BOT] = zalo_bot.sender
        worker = DeliveryWorker(
            database=database,
            queue=queue,
            senders=senders,
            paid_senders=paid_senders,
            paces=settings.paces,
            sources=make_message_sources(cipher, base_url=settings.base_url),
            clock=clock,
        )
        await stack.enter_async_context(beating(database, DELIVERY, describe=dict, clock=clock))
        await run_delivery_worker(worker, queue)


async def run_schedule(settings: Settings, *, clock: Clock = read_clock) -> None:
    """Look for what is due, until cancelled; of many such processes one looks, the others wait."""
    database = Database(settings.database_url)
    queue = DeliveryQueue(settings.database_url)
    cipher = open_cipher(settings)
    keys = asyncio.create_task(follow_keys(cipher, settings), name="keys.follow")
    try:
        gate = GateRunner(database, lambda: open_understanding(settings, database), lambda: read_held_out().golden)
        retrainer = Retrainer(
            database,
            ModelTrainer(settings),
            lambda: open_understanding(settings, database),
            read_held_out,
            nlu_url=settings.nlu_url,
            data_dir=DATA,
        )
        looks = list_looks(
            database,
            queue,
            load_rules(DATA / "reminders"),
            cipher,
            gate,
            retrainer=retrainer,
            paces=settings.paces,
            handovers_kept=load_duty().rules.kept_for,
            tombstones_dir=settings.tombstones_dir,
        )
        async with open_zalo_account(settings, clock=clock) as zalo:
            if zalo is not None:
                looks = (*looks, Look(name="renew-zalo-token", every=RENEWS_EVERY, work=zalo.tokens.renew_if_old))
            await run_timetable(database, queue, looks, clock=clock)
    finally:
        keys.cancel()
        await asyncio.gather(keys, return_exceptions=True)
        await database.close()
