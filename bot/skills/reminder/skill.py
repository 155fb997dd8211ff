"""Opens a reminder that was sent: what, when, why you get this; and "later" or "no more"."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from bot.clock import HANOI, hanoi_date
from bot.domain.answers import Answer, AnswerKind, Button
from bot.domain.reminder import Reminder, Subscription
from bot.reminders.card_wording import BIRTH, ISSUED, list_related, list_sources, render_details
from bot.reminders.due import choose_snooze
from bot.reminders.rules import ReminderRule
from bot.skills.skill import START_PREFIX, SkillTurn
from bot.storage.citizens import find_contact
from bot.storage.encryption import Cipher
from bot.storage.reminders import find_reminder, record_reminders

NOT_HERE = "Tôi không tìm thấy lời nhắc này ở cuộc trò chuyện này. Có thể bạn đã dừng nhắc hoặc đã xóa dữ liệu."
TOO_NEAR_TO_SNOOZE = "Ngày đổi thẻ gần quá nên tôi không nhắc lại được nữa. Ngày đó là {event_on:%d/%m/%Y}."
SNOOZED = "✅ Tôi sẽ nhắc lại bạn ngày {day:%d/%m/%Y}, lúc {at:%H:%M}."
WHY = (
    "**Vì sao bạn nhận tin này:** ngày {since:%d/%m/%Y} bạn bấm Nhắc tôi ở cuộc trò chuyện này. "
    "Tôi tính từ ngày sinh {birth:%d/%m/%Y}, ngày cấp thẻ {issued:%d/%m/%Y} theo quy định ghi ở Căn cứ."
)
_LATER = "later"
_SET_REMINDER = Button(title="Khi nào phải đổi thẻ", payload=f"{START_PREFIX}card-reminder")
_STOP = Button(title="Không nhắc nữa", payload=f"{START_PREFIX}stop-reminders")


class ReminderSkill:
    """Xem lời nhắc."""

    name = "reminder"

    def __init__(self, *, rules: Mapping[str, ReminderRule], cipher: Cipher) -> None:
        self._rules = rules
        self._cipher = cipher

    async def start(self, turn: SkillTurn) -> Answer:
        """Show the reminder, or set it again; whoever it does not belong to learns nothing."""
        reminder_id, _, wish = turn.argument.partition(":")
        found = await self._find(turn, reminder_id)
        if found is None:
            return Answer(kind=AnswerKind.FORM, text=NOT_HERE, buttons=(_SET_REMINDER,))
        reminder, subscription, rule = found
        if wish == _LATER:
            return await self._snooze(turn, reminder, subscription, rule)
        return self._show(turn, reminder, subscription, rule)

    async def proceed(self, turn: SkillTurn) -> Answer:
        """Say that there is nothing to go on with: this skill opens no form."""
        turn.session.close_form()
        return Answer(kind=AnswerKind.FORM, text=NOT_HERE, buttons=(_SET_REMINDER,))

    async def _find(self, turn: SkillTurn, reminder_id: str) -> tuple[Reminder, Subscription, ReminderRule] | None:
        try:
            wanted = UUID(reminder_id)
        except ValueError:
            return None
        # The contact is locked first, as everywhere, before something that belongs to it may change.
        await find_contact(turn.tx, turn.message.address, lock=True)
        found = await find_reminder(turn.tx, wanted, address=turn.message.address, cipher=self._cipher)
        if found is None or found[1].ended_at is not None or found[0].rule_id not in self._rules:
            return None
        return *found, self._rules[found[0].rule_id]

    def _show(self, turn: SkillTurn, reminder: Reminder, subscription: Subscription, rule: ReminderRule) -> Answer:
        facts = subscription.facts
        why = WHY.format(since=hanoi_date(subscription.created_at), birth=facts[BIRTH], issued=facts[ISSUED])
        later = Button(
            title=f"Nhắc lại sau {rule.snooze.days} ngày",
            payload=f"{START_PREFIX}{self.name}:{reminder.id}:{_LATER}",
        )
        can_snooze = choose_snooze(rule, reminder.event_on, now=turn.now) is not None
        return Answer(
            kind=AnswerKind.FORM,
            text=f"{render_details(rule, facts, reminder.event_on, today=hanoi_date(turn.now))}\n\n{why}",
            buttons=(*list_related(rule), *((later,) if can_snooze else ()), _STOP),
            sources=list_sources(rule, facts),
            checked_on=rule.checked_on,
            private=True,
        )

    async def _snooze(
        self, turn: SkillTurn, reminder: Reminder, subscription: Subscription, rule: ReminderRule
    ) -> Answer:
        again = choose_snooze(rule, reminder.event_on, now=turn.now)
        if again is None:
            text = TOO_NEAR_TO_SNOOZE.format(event_on=reminder.event_on)
            return Answer(kind=AnswerKind.FORM, text=text, buttons=(_STOP,), private=True)
        await record_reminders(turn.tx, subscription_id=subscription.id, rule_id=rule.id, reminders=[again])
        text = SNOOZED.format(day=hanoi_date(again.due_at), at=again.due_at.astimezone(HANOI))
        return Answer(kind=AnswerKind.FORM, text=text, buttons=(_STOP,), private=True)
