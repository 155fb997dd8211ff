"""What a notice says: nothing private, since a locked screen shows it. A button opens the details."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from bot.applications.tickets import shorten
from bot.domain.answers import Answer, AnswerKind, Button
from bot.domain.notice_code import render_code
from bot.storage.application_follows import list_noticed

REFERENCE = "application-notice"
"""The key of a delivery's message that names a notice."""
OPEN_PREFIX = "s:application-status:notice:"
"""The button that opens a notice, in the skill that shows applications."""
ONE = "Một hồ sơ bạn theo dõi vừa có thay đổi. Bấm nút để xem."
MANY = "{count} hồ sơ bạn theo dõi vừa có thay đổi. Bấm nút để xem."
_OPEN_TITLE = "Xem thay đổi"


class ApplicationNotices:
    """The port bot.delivery.message_source.MessageSource for {"application-notice": id}."""

    async def find_answer(self, tx: AsyncSession, message: Mapping[str, Any]) -> Answer | None:
        """Return the neutral notice, None where nothing it is about is followed any more."""
        notice_id = UUID(message[REFERENCE])
        followed = [
            each
            for each in await list_noticed(tx, notice_id)
            if each.ended_at is None or each.application_id is None
        ]
        if not followed:
            return None
        return Answer(
            kind=AnswerKind.FORM,
            text=f"{ONE if len(followed) == 1 else MANY.format(count=len(followed))}\n\n{render_code(message)}",
            buttons=(Button(title=_OPEN_TITLE, payload=f"{OPEN_PREFIX}{shorten(notice_id)}"),),
        )
