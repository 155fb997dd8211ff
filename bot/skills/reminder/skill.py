"""Opens a message of reminders: what, when, why you get this; and "later" or "no more" for each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from bot.clock import HANOI, hanoi_date
from bot.domain.answers import Answer, AnswerKind, Button, Discreet
from bot.domain.person import read_about
from bot.domain.reminder import Reminder, Subscription
from bot.reminders.due import choose_snooze
from bot.reminders.rules import ReminderRule
from bot.reminders.wording import list_related, list_sources, render_details, render_used
from bot.skills.reminder.topics import Topic, find_topic
from bot.skills.skill import START_PREFIX, SkillTurn
from bot.storage.citizens import find_contact
from bot.storage.encryption import Cipher
from bot.storage.reminders import end_subscription, find_bundle, record_reminders

NOT_HERE = "Tôi không tìm thấy lời nhắc này ở cuộc trò chuyện này. Có thể bạn đã dừng nhắc hoặc đã xóa dữ liệu."
TOO_NEAR_TO_SNOOZE = "Ngày này gần quá nên tôi không nhắc lại được nữa. Ngày đó là {event_on:%d/%m/%Y}."
SNOOZED = "✅ Tôi sẽ nhắc lại bạn ngày {day:%d/%m/%Y}, lúc {at:%H:%M}."
ENDED = "✅ Tôi không nhắc việc này nữa. Các ngày bạn cho để nhắc việc này đã xóa. Lời nhắc khác vẫn giữ."
WHY = "**Vì sao bạn nhận tin này:** ngày {since:%d/%m/%Y} bạn bấm Nhắc tôi ở cuộc trò chuyện này{whom}.{used}"
USED = " Tôi tính từ {used} theo quy định ghi ở Căn cứ."
WHOM = " để nhắc về {who}"
ONE_ABROAD = "Bạn có việc vào ngày {event_on:%d/%m/%Y}. Việc gì, cần làm gì thì xem ở trang riêng, trong 10 phút."
SEVERAL_ABROAD = "Bạn có mấy việc. Việc gì, cần làm gì thì xem ở trang riêng, trong 10 phút."
"""What is said of reminders where messages are kept abroad."""
LATER_TITLE = "Nhắc lại sau {days} ngày"
NEVER_TITLE = "Không nhắc việc này nữa"
STOP_ALL = Button(title="Dừng mọi lời nhắc", payload=f"{START_PREFIX}stop-reminders")
_LATER, _NEVER = "later", "never"
_SET_REMINDER = Button(title="Đặt lời nhắc", payload=f"{START_PREFIX}reminders")


class ReminderSkill:
    """Xem lời nhắc."""

    name = "reminder"

    def __init__(self, *, rules: Mapping[str, ReminderRule], topics: Mapping[str, Topic], cipher: Cipher) -> None:
        self._rules = rules
        self._topics = topics
        self._cipher = cipher

    async def start(self, turn: SkillTurn) -> Answer:
        """Show what a message was about, or do what a button asks; strangers learn nothing."""
        bundle_id, _, wish = turn.argument.partition(":")
        found = await self._find(turn, bundle_id)
        if not found:
            return Answer(kind=AnswerKind.FORM, text=NOT_HERE, buttons=(_SET_REMINDER,))
        if wish in (_LATER, _NEVER):
            reminder, subscription, rule = next((each for each in found if str(each[0].id) == bundle_id), found[0])
            if wish == _NEVER:
                await end_subscription(turn.tx, subscription.id, now=turn.now)
                return Answer(kind=AnswerKind.FORM, text=ENDED, buttons=(STOP_ALL,))
            return await self._snooze(turn, reminder, subscription, rule)
        return self._show(turn, found)

    async def proceed(self, turn: SkillTurn) -> Answer:
        """Say that there is nothing to go on with: this skill opens no form."""
        turn.session.close_form()
        return Answer(kind=AnswerKind.FORM, text=NOT_HERE, buttons=(_SET_REMINDER,))

    async def _find(self, turn: SkillTurn, bundle_id: str) -> list[tuple[Reminder, Subscription, ReminderRule]]:
        try:
            wanted = UUID(bundle_id)
        except ValueError:
            return []
        # The contact is locked first, as everywhere, before something that belongs to it may change.
        await find_contact(turn.tx, turn.message.address, lock=True)
        found = await find_bundle(turn.tx, wanted, address=turn.message.address, cipher=self._cipher)
        return [
            (reminder, subscription, self._rules[reminder.rule_id])
            for reminder, subscription in found
            if reminder.rule_id in self._rules
        ]

    def _show(self, turn: SkillTurn, found: list[tuple[Reminder, Subscription, ReminderRule]]) -> Answer:
        parts = [self._render(turn, *each) for each in found]
        several = len(found) > 1
        buttons: list[Button] = []
        quiet: list[Button] = []
        for number, (reminder, subscription, rule) in enumerate(found, start=1):
            topic = find_topic(self._topics, subscription.about)
            buttons += list_related(rule)
            if topic is not None:
                buttons.append(topic.button)
            can_snooze = choose_snooze(rule, reminder.event_on, now=turn.now) is not None
            for said, named in ((buttons, rule.title), (quiet, f"việc {number}")):
                of = f": {named}" if several else ""
                if can_snooze:
                    said.append(_wish(f"{LATER_TITLE.format(days=rule.snooze.days)}{of}", reminder, _LATER))
                said.append(_wish(f"{NEVER_TITLE}{of}", reminder, _NEVER))
        return Answer(
            kind=AnswerKind.FORM,
            text="\n\n".join(parts),
            buttons=(*dict.fromkeys(buttons), STOP_ALL),
            sources=tuple(
                dict.fromkeys(
                    source for _, subscription, rule in found for source in list_sources(rule, subscription.facts)
                )
            ),
            checked_on=min(rule.checked_on for _, _, rule in found),
            private=True,
            discreet=Discreet(
                text=_say_abroad([reminder for reminder, _, _ in found]), buttons=(*quiet, STOP_ALL)
            ),
        )

    def _render(self, turn: SkillTurn, reminder: Reminder, subscription: Subscription, rule: ReminderRule) -> str:
        topic = find_topic(self._topics, subscription.about)
        details = render_details(
            rule,
            subscription.facts,
            reminder.event_on,
            title=topic.title if topic is not None else rule.title,
            today=hanoi_date(turn.now),
        )
        person = read_about(subscription.about)
        used = render_used(rule, subscription.facts)
        why = WHY.format(
            since=hanoi_date(subscription.created_at),
            whom=WHOM.format(who=person.named) if person is not None and person.named else "",
            used=USED.format(used=used) if used else "",
        )
        return f"{details}\n\n{why}"

    async def _snooze(
        self, turn: SkillTurn, reminder: Reminder, subscription: Subscription, rule: ReminderRule
    ) -> Answer:
        again = choose_snooze(rule, reminder.event_on, now=turn.now)
        if again is None:
            text = TOO_NEAR_TO_SNOOZE.format(event_on=reminder.event_on)
            return Answer(
                kind=AnswerKind.FORM, text=text, buttons=(STOP_ALL,), private=True, may_be_said_abroad=True
            )
        await record_reminders(turn.tx, subscription_id=subscription.id, rule_id=rule.id, reminders=[again])
        text = SNOOZED.format(day=hanoi_date(again.due_at), at=again.due_at.astimezone(HANOI))
        return Answer(kind=AnswerKind.FORM, text=text, buttons=(STOP_ALL,), private=True, may_be_said_abroad=True)


def _say_abroad(reminders: Sequence[Reminder]) -> str:
    if len(reminders) == 1:
        return ONE_ABROAD.format(event_on=reminders[0].event_on)
    lines = (f"- Việc {number}: ngày {each.event_on:%d/%m/%Y}" for number, each in enumerate(reminders, start=1))
    return "\n".join((SEVERAL_ABROAD, "", *lines))


def _wish(title: str, reminder: Reminder, wish: str) -> Button:
    return Button(title=title, payload=f"{START_PREFIX}{ReminderSkill.name}:{reminder.id}:{wish}")
