"""What a reminder's message says: nothing private, since a locked screen shows it. A button opens the details."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.answers import Answer, AnswerKind, Button
from bot.reminders.rules import ReminderRule
from bot.storage.reminders import find_active_rule

REFERENCE = "reminder"
"""The key of a delivery's message that names a reminder, and the skill that opens it."""
OPEN_PREFIX = f"s:{REFERENCE}:"
_OPEN_TITLE = "Xem lời nhắc"


class ReminderMessages:
    """The port bot.delivery.message_source.MessageSource for {"reminder": id}."""

    def __init__(self, rules: Mapping[str, ReminderRule]) -> None:
        self._rules = rules

    async def find_answer(self, tx: AsyncSession, message: Mapping[str, Any]) -> Answer | None:
        """Return the neutral notice, None where the subscription ended."""
        reminder_id = UUID(message[REFERENCE])
        rule_id = await find_active_rule(tx, reminder_id)
        rule = self._rules.get(rule_id) if rule_id is not None else None
        if rule is None:
            return None
        return Answer(
            kind=AnswerKind.FORM,
            text=rule.texts.notice,
            buttons=(Button(title=_OPEN_TITLE, payload=f"{OPEN_PREFIX}{reminder_id}"),),
        )
