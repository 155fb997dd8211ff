"""The skill that stops every reminder at once: one press, one word, no question asked."""

from __future__ import annotations

from bot.domain.answers import Answer, AnswerKind, Button
from bot.reminders.rules import PURPOSE
from bot.reminders.subscribe import withdraw
from bot.skills.my_data import wording
from bot.skills.my_data.skill import make_delete_button
from bot.skills.skill import START_PREFIX, SkillTurn


class StopRemindersSkill:
    """Dừng nhắc."""

    name = "stop-reminders"

    async def start(self, turn: SkillTurn) -> Answer:
        """Withdraw the consent, end the subscriptions, cancel what waits to be sent."""
        if not await withdraw(turn.tx, contact_address=turn.message.address, purpose=PURPOSE, now=turn.now):
            set_reminder = Button(title="Khi nào phải đổi thẻ", payload=f"{START_PREFIX}card-reminder")
            return Answer(kind=AnswerKind.FORM, text=wording.NO_REMINDERS, buttons=(set_reminder,))
        return Answer(kind=AnswerKind.FORM, text=wording.STOPPED, buttons=(make_delete_button(),))

    async def proceed(self, turn: SkillTurn) -> Answer:
        """Do the same: this skill opens no form."""
        turn.session.close_form()
        return await self.start(turn)
