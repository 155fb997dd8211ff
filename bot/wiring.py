"""The one file that builds every object of the assistant."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from bot.clock import Clock, read_clock
from bot.content.live import LiveCatalogue
from bot.conversation.dialogue import Dialogue
from bot.conversation.turn import Assistant
from bot.settings import PROJECT_ROOT, Settings
from bot.skills.application_status.lookup import ApplicationLookup
from bot.skills.application_status.skill import ApplicationStatusSkill
from bot.skills.skill import Skill
from bot.storage.database import Database
from bot.storage.encryption import Cipher, load_data_key
from bot.understanding.decision import Thresholds
from bot.understanding.phrasings import load_phrasings
from bot.understanding.rasa import RasaClient
from bot.understanding.safety import SafetyRules
from bot.understanding.understand import Understanding

DATA = PROJECT_ROOT / "data"


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
    clock: Clock


@asynccontextmanager
async def open_core(settings: Settings, *, clock: Clock = read_clock) -> AsyncIterator[Core]:
    """Build the core on a migrated database, follow the content while the block runs, then close all of it."""
    database = Database(settings.database_url)
    cipher = Cipher(load_data_key(settings.data_key, keys_dir=settings.keys_dir, create=False))
    catalogue = LiveCatalogue(database)
    rasa = RasaClient(settings.nlu_url, timeout_ms=settings.nlu_timeout_ms)
    understanding = Understanding(
        rasa=rasa,
        phrasings=load_phrasings(DATA / "nlu"),
        safety=SafetyRules.load(DATA / "safety"),
        thresholds=Thresholds.load(DATA / "decision.yml"),
    )
    catalogue.follow(understanding.use)
    dialogue = Dialogue(skills=make_skills(cipher), understanding=understanding)
    assistant = Assistant(
        database=database, catalogue=catalogue, understanding=understanding, dialogue=dialogue, clock=clock
    )
    try:
        await catalogue.start()
        yield Core(
            settings=settings,
            database=database,
            cipher=cipher,
            catalogue=catalogue,
            rasa=rasa,
            understanding=understanding,
            assistant=assistant,
            clock=clock,
        )
    finally:
        await catalogue.stop()
        await rasa.close()
        await database.close()


def make_skills(cipher: Cipher) -> list[Skill]:
    """Build every skill."""
    return [ApplicationStatusSkill(ApplicationLookup(cipher))]
