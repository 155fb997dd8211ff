"""A citizen who talks to skills alone, on a real database: presses, types, and remembers the last answer."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import Any

from bot.benefits.rulebook import load_rulebook
from bot.broadcasts.wishes import load_choices
from bot.clock import Clock
from bot.conversation.session import load_session, save_session
from bot.domain.answers import Answer
from bot.domain.messages import Channel, ChatAddress, CitizenMessage
from bot.reminders.rules import load_consents, load_rules
from bot.settings import PROJECT_ROOT
from bot.skills.card_reminder.skill import CardReminderSkill
from bot.skills.my_data.skill import MyDataSkill
from bot.skills.my_data.stop import StopRemindersSkill
from bot.skills.news.skill import NewsSkill
from bot.skills.reminder.skill import ReminderSkill
from bot.skills.reminder.topics import list_topics
from bot.skills.reminders.skill import RemindersSkill
from bot.skills.skill import START_PREFIX, Skill, SkillTurn
from bot.skills.verify.skill import VerifySkill
from bot.storage.database import Database
from bot.storage.encryption import KEY_BYTES, Cipher
from bot.wiring import load_checklists, load_communes, make_data_requests

RULES = load_rules(PROJECT_ROOT / "data" / "reminders")
TOPICS = list_topics(load_rulebook(PROJECT_ROOT / "data" / "benefits"))
CONSENTS = load_consents(PROJECT_ROOT / "data" / "consents")


def make_news_skill() -> NewsSkill:
    """Build the skill by which news are got."""
    choices = load_choices(PROJECT_ROOT / "data" / "news.yml")
    return NewsSkill(consent=CONSENTS["announcements"], choices=choices, communes=load_communes)


def make_reminders_skill(cipher: Cipher) -> RemindersSkill:
    """Build the skill that sets reminders."""
    return RemindersSkill(rules=RULES, topics=TOPICS, consents=CONSENTS, cipher=cipher)


def make_reminder_skills(cipher: Cipher) -> list[Skill]:
    """Build the skills about reminders as the wiring does."""
    return [
        CardReminderSkill(rule=RULES["card-exchange"], consents=CONSENTS, cipher=cipher),
        make_reminders_skill(cipher),
        ReminderSkill(rules=RULES, topics=TOPICS, cipher=cipher),
        make_news_skill(),
        MyDataSkill(
            rules=RULES,
            news=make_news_skill(),
            requests=make_data_requests(cipher),
            name_procedure=lambda each: load_checklists().name_of(each),
            cipher=cipher,
            base_url="https://troly.example",
        ),
        StopRemindersSkill(make_data_requests(cipher), cipher),
        VerifySkill(),
    ]


class SkillChat:
    """One chat with some skills."""

    def __init__(
        self,
        database: Database,
        skills: Iterable[Skill],
        clock: Clock,
        *,
        chat: str = "42",
        channel: Channel = Channel.TELEGRAM,
        cipher: Cipher | None = None,
    ) -> None:
        self._database = database
        self._skills: Mapping[str, Skill] = {skill.name: skill for skill in skills}
        self._clock = clock
        self._cipher = cipher or Cipher(os.urandom(KEY_BYTES))
        self.address = ChatAddress(channel=channel, chat=chat)
        self.answer: Answer | None = None

    async def starts(self, name: str, argument: str = "") -> Answer:
        """Start a skill, as its button does."""
        return await self._send(button=f"{START_PREFIX}{name}" + (f":{argument}" if argument else ""))

    async def starts_with(self, name: str, text: str) -> Answer:
        """Start a skill by a command that has words after it."""
        return await self._send(button=f"{START_PREFIX}{name}", text=text)

    async def writes(self, text: str) -> Answer:
        """Type into the open form."""
        return await self._send(text=text)

    async def presses(self, title: str) -> Answer:
        """Press a button of the last answer by its title."""
        assert self.answer is not None
        return await self._send(button=next(each.payload for each in self.answer.buttons if each.title == title))

    async def presses_payload(self, payload: str) -> Answer:
        """Press a button that may be old."""
        return await self._send(button=payload)

    @property
    def titles(self) -> list[str]:
        """The buttons under the last answer."""
        assert self.answer is not None
        return [button.title for button in self.answer.buttons]

    async def _send(self, **content: Any) -> Answer:
        now = self._clock()
        message = CitizenMessage(address=self.address, received_at=now, **content)
        async with self._database.begin() as tx:
            session, _ = await load_session(tx, self.address, self._cipher, now=now)
            button = message.button or ""
            if button.startswith(START_PREFIX):
                name, _, argument = button.removeprefix(START_PREFIX).partition(":")
                session.leave_form()
                turn = SkillTurn(message=message, session=session, tx=tx, now=now, argument=argument)
                self.answer = await self._skills[name].start(turn)
            else:
                assert session.form is not None, "no form is open"
                turn = SkillTurn(message=message, session=session, tx=tx, now=now)
                self.answer = await self._skills[session.form.skill].proceed(turn)
            await save_session(tx, self.address, session, self._cipher, now=now)
        return self.answer
