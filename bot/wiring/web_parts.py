"""Builds what a web process has beside the core: the chat, the console, the messengers, the interfaces."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager

from fastapi import FastAPI

from bot.applications.sources import SourceSystems
from bot.broadcasts.wishes import load_choices
from bot.channels.telegram.channel import TelegramChannel
from bot.channels.web.assets import make_web_static
from bot.channels.web.my_data_page import make_my_data_router
from bot.channels.web.private_page import make_private_page_router
from bot.channels.web.public_pages import make_public_router
from bot.channels.web.routes import make_web_router
from bot.channels.zalo.channel import ZaloChannel, open_zalo
from bot.channels.zalo_bot.channel import ZaloBotChannel, open_zalo_bot
from bot.console.routes import make_console_router
from bot.delivery.queue import DeliveryQueue
from bot.delivery.reply_gate import ReplyGate
from bot.domain.lanes import PauseReason
from bot.domain.messages import Channel
from bot.gateways.applications.routes import make_applications_router
from bot.gateways.applications.sync import ApplicationSync
from bot.gateways.beneficiaries.routes import make_beneficiaries_router
from bot.gateways.beneficiaries.sync import BeneficiarySync
from bot.handover.canned import seed_canned
from bot.handover.rules import Duty
from bot.privacy.inventory import INVENTORY, load_inventory
from bot.reminders.rules import load_rules
from bot.settings import DATA
from bot.statistics.heartbeat import WEB, beating
from bot.storage.bells import Bells
from bot.storage.database import Database
from bot.storage.handovers import NOTIFY_CHANNEL as HANDOVER_BELL
from bot.storage.web_messages import NOTIFY_CHANNEL
from bot.wiring.core import Core
from bot.wiring.held_names import list_held_names
from bot.wiring.messengers import find_zalo_account, make_message_sources
from bot.wiring.renderings import list_renderings
from bot.wiring.shipped import (
    SOURCES,
    load_checklists,
    load_communes,
    load_duty,
    load_rules_of_data,
    name_topics,
)
from bot.wiring.skills import make_data_requests

_Messenger = TelegramChannel | ZaloChannel | ZaloBotChannel


@asynccontextmanager
async def _ringing_for_staff(core: Core, duty: Duty) -> AsyncIterator[Bells]:
    """Ring for pages of staff while the block runs; the canned replies that are shipped are there for them."""
    await seed_canned(core.database, duty.rules, now=core.clock())
    bells = Bells(core.database, HANDOVER_BELL)
    await bells.start()
    try:
        yield bells
    finally:
        await bells.stop()


def _add_web_chat(core: Core, app: FastAPI, listener: Bells) -> None:
    """Add the chat in the browser, and the pages for anybody."""
    settings = core.settings
    app.include_router(
        make_web_router(
            assistant=core.assistant,
            database=core.database,
            cipher=core.cipher,
            counter=core.counter,
            clock=core.clock,
            base_url=settings.base_url,
            listener=listener,
        )
    )
    app.include_router(
        make_public_router(
            database=core.database,
            catalogue=lambda: core.catalogue.current,
            checklists=load_checklists,
            clock=core.clock,
            base_url=settings.base_url,
        )
    )
    app.include_router(
        make_my_data_router(
            database=core.database,
            inventory=load_inventory(INVENTORY),
            cipher=core.cipher,
            clock=core.clock,
            base_url=settings.base_url,
            names=list_held_names(),
        )
    )
    app.include_router(
        make_private_page_router(
            database=core.database, cipher=core.cipher, clock=core.clock, base_url=settings.base_url
        )
    )


async def _build_messengers(core: Core, inbox: Database, stack: AsyncExitStack) -> dict[Channel, _Messenger]:
    """Build the messengers that are set up; what they hold open is closed with the stack."""
    settings = core.settings
    found: dict[Channel, _Messenger] = {}
    if settings.telegram_bot_token.get_secret_value():
        found[Channel.TELEGRAM] = TelegramChannel(
            token=settings.telegram_bot_token,
            api_base=settings.telegram_api_base,
            webhook_secret=settings.telegram_webhook_secret,
            public_url=settings.base_url,
            inbox=inbox,
            assistant=core.assistant,
            clock=core.clock,
            gate=ReplyGate(inbox, settings.paces, Channel.TELEGRAM),
        )
    account = find_zalo_account(settings)
    if account is not None:
        opened = await stack.enter_async_context(
            open_zalo(
                account,
                database=core.database,
                cipher=core.cipher,
                clock=core.clock,
                # Staff may have to act for templates alone (money, approval): answers go on.
                gate=ReplyGate(inbox, settings.paces, Channel.ZALO, heeds=(PauseReason.TOO_MANY,)),
            )
        )
        found[Channel.ZALO] = ZaloChannel(
            account,
            opened,
            inbox=inbox,
            database=core.database,
            cipher=core.cipher,
            assistant=core.assistant,
            sources=make_message_sources(core.cipher, base_url=settings.base_url),
            clock=core.clock,
        )
    if settings.zalo_bot_token.get_secret_value():
        client = await stack.enter_async_context(
            open_zalo_bot(
                settings.zalo_bot_token,
                api_base=settings.zalo_bot_api_base,
                database=core.database,
                clock=core.clock,
                gate=ReplyGate(inbox, settings.paces, Channel.ZALO_BOT),
            )
        )
        found[Channel.ZALO_BOT] = ZaloBotChannel(
            client,
            webhook_secret=settings.zalo_bot_webhook_secret,
            public_url=settings.base_url,
            inbox=inbox,
            database=core.database,
            assistant=core.assistant,
            clock=core.clock,
        )
    return found


def _add_console(core: Core, app: FastAPI, duty: Duty, bells: Bells) -> None:
    """Add what staff work in."""
    settings = core.settings
    app.include_router(
        make_console_router(
            database=core.database,
            cipher=core.cipher,
            clock=core.clock,
            base_url=settings.base_url,
            communes=load_communes,
            filed_rules=load_rules_of_data,
            news=load_choices(DATA / "news.yml"),
            renderings=list_renderings(),
            rules=load_rules(DATA / "reminders"),
            topics=name_topics,
            queue=DeliveryQueue(settings.database_url),
            paces=settings.paces,
            duty=duty,
            requests=make_data_requests(core.cipher),
            bells=bells,
        )
    )


def _add_gateways(core: Core, app: FastAPI) -> None:
    """Add where other systems deliver what they know."""
    settings = core.settings
    app.include_router(
        make_applications_router(
            sync=ApplicationSync(settings.database_url, core.cipher, clock=core.clock),
            sources=SourceSystems.load(SOURCES),
            database=core.database,
            clock=core.clock,
        )
    )
    app.include_router(
        make_beneficiaries_router(
            sync=BeneficiarySync(settings.database_url, core.cipher, load_communes(), clock=core.clock),
            database=core.database,
            clock=core.clock,
        )
    )


@asynccontextmanager
async def open_web_parts(core: Core, app: FastAPI) -> AsyncIterator[Mapping[str, Callable[[], str]]]:
    """Add the web chat, the console and the messengers to a web application while the block runs.

    Gives, by name, how each is doing: for /readyz.
    """
    async with AsyncExitStack() as stack:
        inbox = Database(core.settings.database_url)  # its own: slow work must not delay an acknowledgement
        stack.push_async_callback(inbox.close)
        listener = Bells(core.database, NOTIFY_CHANNEL)
        stack.push_async_callback(listener.stop)
        duty = load_duty()
        bells = await stack.enter_async_context(_ringing_for_staff(core, duty))
        messengers = await _build_messengers(core, inbox, stack)
        for each in messengers.values():
            if each.router is not None:
                app.include_router(each.router)
        _add_web_chat(core, app, listener)
        _add_console(core, app, duty, bells)
        _add_gateways(core, app)
        app.mount("/static", make_web_static(), name="static")
        await listener.start()
        for each in messengers.values():
            stack.push_async_callback(each.stop)
            await each.start()

        def describe(channel: Channel) -> str:
            return messengers[channel].state.value if channel in messengers else "off"

        channels = {
            "web_push": lambda: "ok" if listener.is_listening else "away",
            "staff_chats": lambda: "ok" if bells.is_listening else "away",
            "telegram": lambda: describe(Channel.TELEGRAM),
            "zalo": lambda: describe(Channel.ZALO),
            "zalo_bot": lambda: describe(Channel.ZALO_BOT),
        }
        async with beating(core.database, WEB, describe=lambda: _describe_web(core, channels), clock=core.clock):
            yield channels


def _describe_web(core: Core, channels: Mapping[str, Callable[[], str]]) -> Mapping[str, str]:
    """Return how the parts of a web process are, and when each channel was heard last."""
    return {
        "understanding": "ok" if core.rasa.is_well else "away",
        **{name: state() for name, state in channels.items()},
        **{f"heard.{channel.value}": at.isoformat() for channel, at in core.counter.last_heard_at.items()},
    }
