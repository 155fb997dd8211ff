"""A chat with the benefits skill, on the shipped rules and knowledge."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from pydantic import SecretStr

from bot.benefits.rulebook import load_rulebook
from bot.content.catalogue import Catalogue
from bot.content.files import read_content
from bot.settings import DATA
from bot.skills.benefits.skill import BenefitsSkill
from bot.skills.reminders.skill import RemindersSkill
from bot.storage.database import Database
from bot.storage.encryption import Cipher
from tests.conftest import MovedClock
from tests.support.skill_chat import SkillChat, make_reminder_skills

RULEBOOK = load_rulebook(DATA / "benefits")
_CONTENT = read_content(DATA)
CATALOGUE = Catalogue(units=_CONTENT.units, parameters=_CONTENT.parameters, documents=_CONTENT.documents)


@pytest.fixture
def clock() -> MovedClock:
    return MovedClock(datetime(2026, 11, 24, 3, tzinfo=UTC))


@pytest.fixture
async def database(database_url: SecretStr) -> AsyncIterator[Database]:
    database = Database(database_url)
    yield database
    await database.close()


@pytest.fixture
def chat(database: Database, cipher: Cipher, clock: MovedClock) -> SkillChat:
    skills = make_reminder_skills(cipher)
    reminders = next(skill for skill in skills if isinstance(skill, RemindersSkill))
    benefits = BenefitsSkill(rulebook=RULEBOOK, catalogue=lambda: CATALOGUE, reminders=reminders)
    return SkillChat(database, [benefits, *skills], clock)
