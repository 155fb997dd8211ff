"""A source system that reports, a citizen on Telegram, and a worker, on a fresh database."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from pydantic import SecretStr

from bot.applications.messages import REFERENCE, ApplicationNotices
from bot.applications.push import match_waiting, push_changes
from bot.applications.sources import SourceSystems
from bot.domain.notice_code import find_notice_code
from bot.gateways.applications.sync import ApplicationSync
from bot.gateways.rows.raw import RawRow
from bot.skills.skill import Skill
from bot.storage.database import Database
from bot.storage.encryption import Cipher
from bot.wiring import SOURCES, make_status_skill
from tests.conftest import MovedClock
from tests.support.deliveries import Post
from tests.support.skill_chat import CONSENTS, SkillChat, make_reminders_skill

CODE = "H12.34.56-261102-0001"
FOUR = "1234"
BORN = "05/03/1985"


def make_row(code: str = CODE, /, **changed: object) -> dict[str, Any]:
    """Return a row as the one-stop system of a province sends it."""
    return {
        "code": code,
        "procedure_name": "Cấp đổi thẻ căn cước",
        "office": "Công an phường Ba Đình, thành phố Hà Nội",
        "state": "Đang xử lý",
        "state_since": "2026-11-03T08:30:00+07:00",
        "promised_on": "2026-11-27",
        "as_of": "2026-11-22T10:00:00+07:00",
        "id_number": "001085001234",
        "birth_date": "1985-03-05",
        **changed,
    }


class Source:
    """The one-stop system of a province."""

    def __init__(self, sync: ApplicationSync, clock: MovedClock) -> None:
        self._sync = sync
        self._clock = clock
        self._sources = SourceSystems.load(SOURCES)

    async def sends(self, *rows: object, source: str = "mot-cua", **options: Any) -> dict[str, Any]:
        """Send rows, and return the report."""

        async def numbered(values: Iterable[object]) -> AsyncIterator[RawRow]:
            for number, value in enumerate(values, start=1):
                yield RawRow(number=number, value=value)

        return await self._sync.take(numbered(rows), self._sources.find(source), **options)

    async def reports(self, state: str, code: str = CODE, /, **changed: object) -> dict[str, Any]:
        """Send one application in a state it has just reached."""
        now: datetime = self._clock()
        return await self.sends(
            make_row(code, state=state, state_since=now.isoformat(), as_of=now.isoformat(), **changed)
        )


@pytest.fixture
def source(database_url: SecretStr, cipher: Cipher, clock: MovedClock) -> Source:
    """The one-stop system of a province."""
    return Source(ApplicationSync(database_url, cipher, clock=clock), clock)


def make_town_skills(cipher: Cipher) -> list[Skill]:
    """Build the skills about applications, and the one that sets reminders."""
    reminders = make_reminders_skill(cipher)
    return [make_status_skill(cipher, CONSENTS, reminders), reminders]


@dataclass(frozen=True, slots=True, kw_only=True)
class Town:
    """A source system, a citizen on Telegram, and a worker that delivers notices to a recording sender."""

    source: Source
    chat: SkillChat
    post: Post
    database: Database
    cipher: Cipher
    clock: MovedClock

    async def tell(self) -> list[str]:
        """Let changes settle, push and deliver them; return the texts that arrived meanwhile."""
        before = len(self.post.sender.sent)
        self.clock.move(timedelta(seconds=6))
        await push_changes(self.database, self.post.queue, self.clock())
        await self.post.deliver()
        texts = [answer.text for _, answer, _ in self.post.sender.sent[before:]]
        assert all(find_notice_code(each) for each in texts)
        return [each.partition("\n\nMã tin: ")[0] for each in texts]

    async def match(self) -> int:
        """Look for codes that were followed before they were known."""
        return await match_waiting(self.database, self.cipher, self.clock())

    @property
    def last_button(self) -> str:
        """The button under the last notice."""
        return self.post.sender.sent[-1][1].buttons[0].payload


@pytest.fixture
def town(source: Source, database: Database, database_url: SecretStr, cipher: Cipher, clock: MovedClock) -> Town:
    """All of it on a fresh database."""
    return Town(
        source=source,
        chat=SkillChat(database, make_town_skills(cipher), clock),
        post=Post(database=database, url=database_url, clock=clock, sources={REFERENCE: ApplicationNotices()}),
        database=database,
        cipher=cipher,
        clock=clock,
    )


async def look_up(chat: SkillChat, code: str = CODE, secret: str = FOUR) -> str:
    """Ask for an application, and return what is read."""
    await chat.starts("application-status", "other")
    await chat.writes(code)
    return (await chat.writes(secret)).text


async def follow(chat: SkillChat, code: str = CODE, secret: str = FOUR) -> str:
    """Look up and follow, agreeing where that is asked, and return what is read."""
    await look_up(chat, code, secret)
    answer = await chat.presses("Theo dõi hồ sơ này")
    if "Đồng ý" in chat.titles:
        answer = await chat.presses("Đồng ý")
    return answer.text
