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
from bot.storage.database import Database
from tests.conftest import MovedClock
from tests.support.skill_chat import SkillChat

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
def chat(database: Database, clock: MovedClock) -> SkillChat:
    return SkillChat(database, [BenefitsSkill(rulebook=RULEBOOK, catalogue=lambda: CATALOGUE)], clock)
