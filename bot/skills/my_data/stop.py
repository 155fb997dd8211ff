"""The skill that stops every message of ours at once: one press, one word, no question asked."""

from __future__ import annotations

from bot.applications.follow import withdraw as stop_following
from bot.broadcasts.wishes import withdraw as stop_news
from bot.domain.answers import Answer, AnswerKind, Button
from bot.domain.data_request import RequestKind
from bot.handover.withdraw import withdraw as stop_staff
from bot.privacy.requests import DataRequests
from bot.questions.wishes import withdraw as stop_waiting
from bot.reminders.rules import PURPOSE
from bot.reminders.subscribe import withdraw
from bot.skills.my_data import wording
from bot.skills.my_data.skill import make_delete_button
from bot.skills.skill import START_PREFIX, SkillTurn


class StopRemindersSkill:
    """Dừng nhắc."""

    name = "stop-reminders"

    def __init__(self, requests: DataRequests) -> None:
        self._requests = requests

    async def start(self, turn: SkillTurn) -> Answer:
        """Withdraw the consents, end what is subscribed and followed, cancel what waits to be sent."""
        address = turn.message.address
        reminders = await withdraw(turn.tx, contact_address=address, purpose=PURPOSE, now=turn.now)
        follows = await stop_following(turn.tx, contact_address=address, now=turn.now)
        news = await stop_news(turn.tx, contact_address=address, now=turn.now)
        waiting = await stop_waiting(turn.tx, contact_address=address, now=turn.now)
        staff = await stop_staff(turn.tx, contact_address=address, now=turn.now)
        if not any((reminders, follows, news, waiting, staff)):
            set_reminder = Button(title="Khi nào phải đổi thẻ", payload=f"{START_PREFIX}card-reminder")
            return Answer(kind=AnswerKind.FORM, text=wording.NO_REMINDERS, buttons=(set_reminder,))
        await self._requests.note_done_at_once(
            turn.tx, RequestKind.WITHDRAW, channel=address.channel, now=turn.now
        )
        return Answer(kind=AnswerKind.FORM, text=wording.STOPPED, buttons=(make_delete_button(),))

    async def proceed(self, turn: SkillTurn) -> Answer:
        """Do the same: this skill opens no form."""
        turn.session.close_form()
        return await self.start(turn)
