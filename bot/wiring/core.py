"""Builds what answers a citizen, whatever the channel."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from bot.clock import Clock, read_clock
from bot.content.catalogue import load_catalogue
from bot.content.live import LiveCatalogue
from bot.conversation.dialogue import Dialogue
from bot.conversation.turn import Assistant
from bot.conversation.with_staff import WithStaff
from bot.scams.judge import ScamJudge
from bot.scams.knowledge import ScamKnowledge
from bot.settings import DATA, Settings
from bot.statistics.turns import TurnCounter
from bot.storage.data_keys import follow_keys, open_cipher
from bot.storage.database import Database
from bot.storage.encryption import Cipher
from bot.understanding.broad_words import BroadWords
from bot.understanding.decision import Thresholds
from bot.understanding.in_context import InContext
from bot.understanding.ranking import Ranking
from bot.understanding.rasa import RasaClient
from bot.understanding.safety import SafetyRules
from bot.understanding.two_questions import TwoQuestions
from bot.understanding.understand import Understanding
from bot.wiring.shipped import load_checklists, load_duty, load_office_duties
from bot.wiring.skills import make_skills


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
        base_url=settings.base_url,
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
        in_context=InContext.load(DATA / "in-context.json"),
        two_questions=TwoQuestions.load(DATA / "two-questions.json"),
        broad=BroadWords.load(DATA / "broad-words.yml"),
        kept_in=settings.models_dir / "retrieval",
    )


@asynccontextmanager
async def open_understanding(settings: Settings, database: Database) -> AsyncIterator[Understanding]:
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
