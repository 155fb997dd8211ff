"""What a reminder's message says: nothing private, since a locked screen shows it. A button opens the details."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.answers import Answer, AnswerKind, Button
from bot.domain.notice_code import render_code
from bot.storage.reminders import count_active

REFERENCE = "reminder"
"""The key of a delivery's message that names a reminder, and the skill that opens it."""
OPEN_PREFIX = f"s:{REFERENCE}:"
_ONE = "Bạn có một lời nhắc mới. Chạm để xem."
_SEVERAL = "Bạn có {count} lời nhắc mới. Chạm để xem."
_OPEN_TITLE = "Xem lời nhắc"


class ReminderMessages:
    """The port bot.delivery.message_source.MessageSource for {"reminder": id}."""

    async def find_answer(self, tx: AsyncSession, message: Mapping[str, Any]) -> Answer | None:
        """Return the neutral notice, None where every subscription behind it ended."""
        bundle_id = UUID(message[REFERENCE])
        count = await count_active(tx, bundle_id)
        if not count:
            return None
        text = _ONE if count == 1 else _SEVERAL.format(count=count)
        return Answer(
            kind=AnswerKind.FORM,
            text=f"{text}\n\n{render_code(message)}",
            buttons=(Button(title=_OPEN_TITLE, payload=f"{OPEN_PREFIX}{bundle_id}"),),
        )
