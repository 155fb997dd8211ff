"""What every skill is: something a citizen can start, and go on with, one message at a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, runtime_checkable

from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.answers import Answer
from bot.domain.messages import CitizenMessage
from bot.domain.session import Session

START_PREFIX = "s:"
"""The payload that starts a skill: "s:<name>" or "s:<name>:<argument>"."""
STEP_PREFIX = "f:"
"""The payload of a button within an open form: "f:<value>"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SkillTurn:
    """What a skill gets: the message, the session it may change, the transaction it works in, and the time."""

    message: CitizenMessage
    session: Session
    tx: AsyncSession
    now: datetime
    argument: str = ""
    """What followed the skill's name in a button, for example an id."""

    @property
    def said(self) -> str:
        """What the citizen typed, or the value of the form button that was pressed."""
        button = self.message.button
        if button is not None and button.startswith(STEP_PREFIX):
            return button.removeprefix(STEP_PREFIX)
        return self.message.text.strip()


class Skill(Protocol):
    """One thing a citizen can ask for. `name` is its intent without "skill." and its button without "s:"."""

    name: str

    async def start(self, turn: SkillTurn) -> Answer:
        """Answer the message that asked for the skill; it may open a form in the session."""
        ...

    async def proceed(self, turn: SkillTurn) -> Answer:
        """Answer the next message while the session's form belongs to this skill."""
        ...


@runtime_checkable
class ReadsNames(Protocol):
    """A skill with steps that take the name of something it knows, in words of any length."""

    def knows(self, turn: SkillTurn) -> bool:
        """Tell whether the message names such a thing; one that does not may be a new question."""
        ...
