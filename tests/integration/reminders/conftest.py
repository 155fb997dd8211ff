"""A citizen on Telegram, the skills, and a worker, on a fresh database."""

from __future__ import annotations

import pytest
from pydantic import SecretStr

from bot.reminders.messages import ReminderMessages
from bot.storage.database import Database
from bot.storage.encryption import Cipher
from tests.conftest import MovedClock
from tests.support.deliveries import Post
from tests.support.skill_chat import SkillChat, make_reminder_skills


@pytest.fixture
def post(database: Database, database_url: SecretStr, clock: MovedClock) -> Post:
    """The worker that delivers reminders to a recording sender."""
    return Post(
        database=database,
        url=database_url,
        clock=clock,
        sources={"reminder": ReminderMessages()},
    )


@pytest.fixture
def chat(database: Database, cipher: Cipher, clock: MovedClock) -> SkillChat:
    """A citizen on Telegram."""
    return SkillChat(database, make_reminder_skills(cipher), clock)


async def subscribe(chat: SkillChat, birth: str = "5/3/2002", issued: str = "20/4/2021") -> None:
    """Go through the whole conversation; by default the card must be exchanged on 05/03/2027."""
    await chat.starts("card-reminder", "again")
    await chat.presses("Đồng ý")
    await chat.writes(birth)
    await chat.writes(issued)
    await chat.presses("Nhắc tôi")
