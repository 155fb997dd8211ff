"""The one file that builds every object of the assistant."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

from fastapi import FastAPI, Request, Response

from bot.applications.calendar import load_calendar
from bot.applications.follow import PURPOSE as UPDATES
from bot.applications.lookup import ApplicationLookup
from bot.applications.messages import REFERENCE as APPLICATION_NOTICE
from bot.applications.messages import ApplicationNotices
from bot.applications.sources import SourceSystems
from bot.applications.states import load_words
from bot.benefits.rulebook import load_rulebook
from bot.broadcasts.messages import REFERENCE as BROADCAST
from bot.broadcasts.messages import BroadcastMessages
from bot.broadcasts.wishes import load_choices
from bot.channels.inbox.intake import Intake
from bot.channels.telegram.channel import TelegramChannel, open_sender
from bot.channels.telegram.webhook import PATH as TELEGRAM_PATH
from bot.channels.telegram.webhook import make_webhook, make_webhook_router
from bot.channels.web.assets import make_web_static
from bot.channels.web.my_data_page import make_my_data_router
from bot.channels.web.public_pages import make_public_router
from bot.channels.web.push import WebSender
from bot.channels.web.routes import make_web_router
from bot.channels.zalo.channel import OpenedZalo, ZaloAccount, ZaloChannel, open_zalo
from bot.channels.zalo.client import ZaloHosts
from bot.channels.zalo.webhook import make_webhook_router as make_zalo_webhook_router
from bot.channels.zalo_bot.channel import ZaloBotChannel, open_zalo_bot
from bot.channels.zalo_bot.webhook import make_webhook_router as make_zalo_bot_webhook_router
from bot.checklists.checklist import Checklists
from bot.clock import Clock, read_clock
from bot.console.routes import make_console_router
from bot.content.catalogue import load_catalogue
from bot.content.files import read_procedures
from bot.content.live import LiveCatalogue
from bot.content.standing import FiledRule, load_filed_rules
from bot.conversation.dialogue import Dialogue
from bot.conversation.turn import Assistant
from bot.conversation.with_staff import WithStaff
from bot.conversation.wording import PERSON
from bot.delivery.message_source import MessageSource
from bot.delivery.queue import DeliveryQueue
from bot.delivery.reply_gate import ReplyGate
from bot.delivery.run import run_delivery_worker
from bot.delivery.worker import DeliveryWorker
from bot.domain.broadcast import PURPOSE
from bot.domain.handover import PURPOSE as REPLIES
from bot.domain.messages import Channel
from bot.domain.ports import Sender
from bot.domain.question import PURPOSE as QUESTION
from bot.evaluation.model_trainer import ModelTrainer
from bot.evaluation.questions import read_held_out
from bot.evaluation.retrain import Retrainer
from bot.evaluation.review import GateRunner
from bot.gateways.applications.routes import make_applications_router
from bot.gateways.applications.sync import ApplicationSync
from bot.gateways.beneficiaries.routes import make_beneficiaries_router
from bot.gateways.beneficiaries.sync import BeneficiarySync
from bot.handover.canned import seed_canned
from bot.handover.replies import MESSAGE, NOTICE, HandoverNotices, StaffReplies
from bot.handover.rules import Duty, load_handover_rules
from bot.offices.duties import Duties
from bot.places.communes import Communes
from bot.privacy.inventory import INVENTORY, load_inventory
from bot.privacy.requests import DataRequests, load_deadlines
from bot.questions.tell import REFERENCE as ANSWERED
from bot.questions.tell import AnsweredQuestions
from bot.reminders.messages import REFERENCE as REMINDER
from bot.reminders.messages import ReminderMessages
from bot.reminders.rules import ConsentWording, load_consents, load_rules
from bot.scams.judge import ScamJudge
from bot.scams.knowledge import ScamKnowledge
from bot.settings import DATA, Settings
from bot.skills.application_status.following import Following
from bot.skills.application_status.linking import PURPOSE as LINK
from bot.skills.application_status.linking import Linking
from bot.skills.application_status.skill import ApplicationStatusSkill
from bot.skills.application_status.status_page import StatusPage
from bot.skills.benefits.skill import BenefitsSkill
from bot.skills.broadcast_trial.skill import BroadcastTrialSkill
from bot.skills.card_reminder.skill import CardReminderSkill
from bot.skills.checklist.skill import PURPOSE as CHECKLISTS
from bot.skills.checklist.skill import ChecklistSkill
from bot.skills.handover.skill import HandoverSkill
from bot.skills.my_data.skill import MyDataSkill
from bot.skills.my_data.stop import StopRemindersSkill
from bot.skills.news.skill import NewsSkill
from bot.skills.offices.skill import OfficesSkill
from bot.skills.question_notice.skill import QuestionNoticeSkill
from bot.skills.reminder.skill import ReminderSkill
from bot.skills.reminder.topics import list_topics
from bot.skills.reminders.skill import RemindersSkill
from bot.skills.scam_check.skill import ScamCheckSkill
from bot.skills.skill import Skill
from bot.skills.verify.skill import VerifySkill
from bot.statistics.heartbeat import DELIVERY, WEB, beating
from bot.statistics.turns import TurnCounter
from bot.storage.bells import Bells
from bot.storage.data_keys import follow_keys, open_cipher
from bot.storage.database import Database
from bot.storage.encryption import Cipher
from bot.storage.handovers import NOTIFY_CHANNEL as HANDOVER_BELL
from bot.storage.web_messages import NOTIFY_CHANNEL
from bot.timetable import Look, list_looks, run_timetable
from bot.understanding.broad_words import BroadWords
from bot.understanding.decision import Thresholds
from bot.understanding.ranking import Ranking
from bot.understanding.rasa import RasaClient
from bot.understanding.safety import SafetyRules
from bot.understanding.understand import Understanding

CARD_RULE = "card-exchange"
CALENDAR = DATA / "calendar" / "working-days.yml"
SOURCES = DATA / "applications" / "sources"
RENEWS_EVERY = timedelta(minutes=5)
OLD_COMMUNES = DATA / "places" / "old-communes.tsv"


@functools.cache
def load_office_duties() -> Duties:
    """Return which office does what."""
    return Duties.load(DATA / "offices" / "duties.yml")


@functools.cache
def load_checklists() -> Checklists:
    """Return what to bring for each procedure; read once, and only where it is used."""
    return Checklists(read_procedures(DATA))


@functools.cache
def load_communes() -> Communes:
    """Return today's places; the table is large, so it is read once and only where it is used."""
    return Communes.load(OLD_COMMUNES)


@functools.cache
def load_rules_of_data() -> tuple[FiledRule, ...]:
    """Return what of data/ stands on legal documents; many files, so read once and only where used."""
    return load_filed_rules(DATA)


@dataclass(frozen=True, slots=True, kw_only=True)
class Core:
    """What answers a citizen, whatever the channel."""

    settings: Settings
    database: Database
    cipher: Cipher
    catalogue: LiveCatalogue
    rasa: RasaClient
    understanding: Understanding
    assistant: Assistant
    counter: TurnCounter
    clock: Clock


@asynccontextmanager
async def open_core(settings: Settings, *, clock: Clock = read_clock) -> AsyncIterator[Core]:
    """Build the core on a migrated database, follow the content while the block runs, then close all of it."""
    database = Database(settings.database_url)
    cipher = open_cipher(settings)
    catalogue = LiveCatalogue(database)
    rasa = RasaClient(settings.nlu_url, timeout_ms=settings.nlu_timeout_ms)
    understanding = make_understanding(settings, rasa)
    catalogue.follow(understanding.follow, builder=understanding.index)
    duty = load_duty()
    scams = ScamJudge(ScamKnowledge.load(DATA / "scams"))
    skills = make_skills(cipher, catalogue, scams, duty, base_url=settings.base_url)
    dialogue = Dialogue(
        skills=skills,
        understanding=understanding,
        scams=scams,
        has_offices=lambda topic: load_office_duties().find_for_procedure(topic) is not None,
        has_checklist=lambda topic: load_checklists().name_of(topic) is not None,
    )
    counter = TurnCounter(database)
    assistant = Assistant(
        database=database,
        catalogue=catalogue,
        understanding=understanding,
        dialogue=dialogue,
        scams=scams,
        with_staff=WithStaff(duty=duty, cipher=cipher),
        cipher=cipher,
        counter=counter,
        clock=clock,
    )
    keys = asyncio.create_task(follow_keys(cipher, settings), name="keys.follow")
    try:
        await catalogue.start()
        counter.start()
        yield Core(
            settings=settings,
            database=database,
            cipher=cipher,
            catalogue=catalogue,
            rasa=rasa,
            understanding=understanding,
            assistant=assistant,
            counter=counter,
            clock=clock,
        )
    finally:
        keys.cancel()
        await asyncio.gather(keys, return_exceptions=True)
        await counter.stop()
        await catalogue.stop()
        await rasa.close()
        await database.close()


def make_understanding(settings: Settings, rasa: RasaClient) -> Understanding:
    """Build what reads messages; it knows nothing until it is given a catalogue."""
    return Understanding(
        rasa=rasa,
        safety=SafetyRules.load(DATA / "safety"),
        thresholds=Thresholds.load(DATA / "decision.yml"),
        ranking=Ranking.load(DATA / "ranking.json"),
        broad=BroadWords.load(DATA / "broad-words.yml"),
        kept_in=settings.models_dir / "retrieval",
    )


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
        )
    )


@asynccontextmanager
async def open_web_parts(core: Core, app: FastAPI) -> AsyncIterator[Mapping[str, Callable[[], str]]]:
    """Add the web chat, the console and the messengers to a web application while the block runs.

    Gives, by name, how each is doing: for /readyz.
    """
    settings = core.settings
    listener = Bells(core.database, NOTIFY_CHANNEL)
    duty = load_duty()
    inbox = Database(settings.database_url)  # its own: slow work must not delay an acknowledgement
    telegram = None
    if settings.telegram_bot_token.get_secret_value():
        telegram = TelegramChannel(
            token=settings.telegram_bot_token,
            api_base=settings.telegram_api_base,
            webhook_secret=settings.telegram_webhook_secret,
            public_url=settings.base_url,
            inbox=inbox,
            assistant=core.assistant,
            clock=core.clock,
            gate=ReplyGate(inbox, settings.paces, Channel.TELEGRAM),
        )
        if telegram.router is not None:
            app.include_router(telegram.router)
    stack = AsyncExitStack()
    bells = await stack.enter_async_context(_ringing_for_staff(core, duty))
    zalo = None
    account = find_zalo_account(settings)
    if account is not None:
        opened = await stack.enter_async_context(
            open_zalo(account, database=core.database, cipher=core.cipher, clock=core.clock)
        )
        zalo = ZaloChannel(
            account,
            opened,
            inbox=inbox,
            database=core.database,
            cipher=core.cipher,
            assistant=core.assistant,
            sources=make_message_sources(core.cipher, base_url=settings.base_url),
            clock=core.clock,
        )
        app.include_router(zalo.router)
    zalo_bot = None
    if settings.zalo_bot_token.get_secret_value():
        zalo_bot = ZaloBotChannel(
            await stack.enter_async_context(
                open_zalo_bot(
                    settings.zalo_bot_token,
                    api_base=settings.zalo_bot_api_base,
                    database=core.database,
                    clock=core.clock,
                )
            ),
            webhook_secret=settings.zalo_bot_webhook_secret,
            public_url=settings.base_url,
            inbox=inbox,
            database=core.database,
            assistant=core.assistant,
            clock=core.clock,
        )
        if zalo_bot.router is not None:
            app.include_router(zalo_bot.router)
    _add_web_chat(core, app, listener)
    app.include_router(
        make_console_router(
            database=core.database,
            cipher=core.cipher,
            clock=core.clock,
            base_url=settings.base_url,
            communes=load_communes,
            filed_rules=load_rules_of_data,
            news=load_choices(DATA / "news.yml"),
            rules=load_rules(DATA / "reminders"),
            queue=DeliveryQueue(settings.database_url),
            duty=duty,
            requests=make_data_requests(core.cipher),
            bells=bells,
        )
    )
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
    app.mount("/static", make_web_static(), name="static")
    try:
        await listener.start()
        if telegram is not None:
            await telegram.start()
        if zalo is not None:
            await zalo.start()
        if zalo_bot is not None:
            await zalo_bot.start()
        channels = {
            "web_push": lambda: "ok" if listener.is_listening else "away",
            "staff_chats": lambda: "ok" if bells.is_listening else "away",
            "telegram": lambda: telegram.state.value if telegram is not None else "off",
            "zalo": lambda: zalo.state.value if zalo is not None else "off",
            "zalo_bot": lambda: zalo_bot.state.value if zalo_bot is not None else "off",
        }
        async with beating(core.database, WEB, describe=lambda: _describe_web(core, channels), clock=core.clock):
            yield channels
    finally:
        if telegram is not None:
            await telegram.stop()
        if zalo is not None:
            await zalo.stop()
        if zalo_bot is not None:
            await zalo_bot.stop()
        await stack.aclose()
        await listener.stop()
        await inbox.close()


def _describe_web(core: Core, channels: Mapping[str, Callable[[], str]]) -> Mapping[str, str]:
    """Return how the parts of a web process are, and when each channel was heard last."""
    return {
        "understanding": "ok" if core.rasa.is_well else "away",
        **{name: state() for name, state in channels.items()},
        **{f"heard.{channel.value}": at.isoformat() for channel, at in core.counter.last_heard_at.items()},
    }


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
        yield busiest
    finally:
        for intake in intakes.values():
            await intake.stop()
        await inbox.close()


async def run_delivery(settings: Settings, *, clock: Clock = read_clock) -> None:
    """Send the messages that we start, until cancelled."""
    database = Database(settings.database_url)
    queue = DeliveryQueue(settings.database_url)
    cipher = open_cipher(settings)
    keys = asyncio.create_task(follow_keys(cipher, settings), name="keys.follow")
    async with AsyncExitStack() as stack:
        stack.callback(keys.cancel)
        stack.push_async_callback(database.close)
        senders: dict[Channel, Sender] = {Channel.WEB: WebSender(database)}
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
        gate = GateRunner(
            database, lambda: _open_understanding(settings, database), lambda: read_held_out().golden
        )
        retrainer = Retrainer(
            database,
            ModelTrainer(settings),
            lambda: _open_understanding(settings, database),
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


@asynccontextmanager
async def _open_understanding(settings: Settings, database: Database) -> AsyncIterator[Understanding]:
    """Give what reads messages for the catalogue of now; for work that comes seldom."""
    rasa = RasaClient(settings.nlu_url, timeout_ms=settings.nlu_timeout_ms)
    try:
        async with database.begin() as tx:
            catalogue = await load_catalogue(tx)
        understanding = await asyncio.to_thread(make_understanding, settings, rasa)
        await asyncio.to_thread(understanding.use, catalogue)
        yield understanding
    finally:
        await rasa.close()


def load_duty() -> Duty:
    """Return when staff are there to answer citizens."""
    return Duty(load_handover_rules(DATA / "handover.yml"), load_calendar(CALENDAR))


def make_data_requests(cipher: Cipher) -> DataRequests:
    """Build what takes requests of citizens about their data."""
    return DataRequests(load_deadlines(DATA / "data-requests.yml"), load_calendar(CALENDAR), cipher)


def make_skills(
    cipher: Cipher, catalogue: LiveCatalogue, scams: ScamJudge, duty: Duty, *, base_url: str
) -> list[Skill]:
    """Build every skill."""
    rules = load_rules(DATA / "reminders")
    consents = load_consents(DATA / "consents")
    rulebook = load_rulebook(DATA / "benefits")
    topics = list_topics(rulebook)
    requests = make_data_requests(cipher)
    reminders = RemindersSkill(rules=rules, topics=topics, consents=consents, cipher=cipher)
    news = NewsSkill(consent=consents[PURPOSE], choices=load_choices(DATA / "news.yml"), communes=load_communes)
    return [
        make_status_skill(cipher, consents, reminders),
        BenefitsSkill(rulebook=rulebook, catalogue=lambda: catalogue.current, reminders=reminders),
        reminders,
        CardReminderSkill(rule=rules[CARD_RULE], consents=consents, cipher=cipher),
        ReminderSkill(rules=rules, topics=topics, cipher=cipher),
        news,
        MyDataSkill(
            rules=rules,
            news=news,
            requests=requests,
            name_procedure=lambda each: load_checklists().name_of(each),
            cipher=cipher,
            base_url=base_url,
        ),
        StopRemindersSkill(requests),
        QuestionNoticeSkill(consents[QUESTION]),
        HandoverSkill(consent=consents[REPLIES], duty=duty, nowhere=PERSON, cipher=cipher),
        BroadcastTrialSkill(communes=load_communes, cipher=cipher),
        VerifySkill(),
        ChecklistSkill(
            checklists=load_checklists,
            consent=consents[CHECKLISTS],
            catalogue=lambda: catalogue.current,
            base_url=base_url,
        ),
        OfficesSkill(duties=load_office_duties(), communes=load_communes, catalogue=lambda: catalogue.current),
        ScamCheckSkill(judge=scams, safety=SafetyRules.load(DATA / "safety"), catalogue=lambda: catalogue.current),
    ]


def make_status_skill(
    cipher: Cipher, consents: Mapping[str, ConsentWording], reminders: RemindersSkill
) -> ApplicationStatusSkill:
    """Build the skill that looks applications up and follows them."""
    lookup = ApplicationLookup(cipher)
    page = StatusPage(
        words=load_words(DATA / "applications" / "states.yml"),
        sources=SourceSystems.load(SOURCES),
        calendar=load_calendar(CALENDAR),
        cipher=cipher,
    )
    return ApplicationStatusSkill(
        lookup=lookup,
        page=page,
        following=Following(consent=consents[UPDATES], cipher=cipher),
        linking=Linking(lookup=lookup, page=page, consent=consents[LINK], cipher=cipher),
        reminders=reminders,
        cipher=cipher,
    )
