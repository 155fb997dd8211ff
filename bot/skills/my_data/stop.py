"""The skill that stops every message of ours at once: one press, one word, no question asked.

What sends nothing stays: a list of papers that is kept, a chat that may see applications. It is said that they do,
and where they are taken back.
"""

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
from bot.skills.my_data.withdrawal import FORGETS, WARD, has_given, withdraw_purpose
from bot.skills.skill import START_PREFIX, SkillTurn
from bot.storage.encryption import Cipher


class StopRemindersSkill:
    """Dừng nhắc."""

    name = "stop-reminders"

    def __init__(self, requests: DataRequests, cipher: Cipher) -> None:
        self._requests = requests
        self._cipher = cipher

    async def start(self, turn: SkillTurn) -> Answer:
        """Withdraw the consents, end what is subscribed and followed, cancel what waits to be sent."""
        address = turn.message.address
        # Reminders about the family end with all others, so what they stood on is taken back too.
        await withdraw_purpose(turn.tx, WARD, contact_address=address, cipher=self._cipher, now=turn.now)
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
        kept = [
            wording.PURPOSE_NAMES[each]
            for each in FORGETS
            if await has_given(turn.tx, each, contact_address=address)
        ]
        text = f"{wording.STOPPED}\n\n{wording.render_still_given(kept)}" if kept else wording.STOPPED
        return Answer(kind=AnswerKind.FORM, text=text, buttons=(make_delete_button(),))

    async def proceed(self, turn: SkillTurn) -> Answer:
        """Do the same: this skill opens no form."""
        turn.session.close_form()
        return await self.start(turn)
