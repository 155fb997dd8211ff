"""Shows a broadcast that waits to be sent to whoever has its code, exactly as people will get it."""

from __future__ import annotations

from collections.abc import Callable

from bot.broadcasts.messages import render
from bot.broadcasts.trial import find_by_trial_code
from bot.domain.answers import Answer, AnswerKind
from bot.places.communes import Communes
from bot.skills.skill import SkillTurn
from bot.storage.citizens import find_contact
from bot.storage.encryption import Cipher
from bot.storage.news import NewsWish, find_news_wish

NOT_FOUND = "Mã thử không đúng, hoặc thông báo đã sửa và có mã mới. Xem lại mã ở trang cán bộ."


class BroadcastTrialSkill:
    """Gửi thử."""

    name = "broadcast-trial"

    def __init__(self, *, communes: Callable[[], Communes], cipher: Cipher) -> None:
        self._communes = communes
        self._cipher = cipher

    async def start(self, turn: SkillTurn) -> Answer:
        """Show what the code is of; with one's own place, where one gets news."""
        turn.session.close_form()
        broadcast = await find_by_trial_code(turn.tx, turn.message.text, self._cipher)
        if broadcast is None:
            return Answer(kind=AnswerKind.FORM, text=NOT_FOUND)
        contact = await find_contact(turn.tx, turn.message.address)
        wish = await find_news_wish(turn.tx, [contact.id]) if contact is not None else None
        code = f"Mã tin: {broadcast.code} (tin thử)"
        return render(broadcast.content, wish or NewsWish(topics=()), self._communes, code=code)

    async def proceed(self, turn: SkillTurn) -> Answer:
        """Do the same: this skill opens no form."""
        return await self.start(turn)
