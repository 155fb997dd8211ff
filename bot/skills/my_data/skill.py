"""The skill that shows and deletes what is held on a citizen."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from bot.clock import hanoi_date
from bot.domain.answers import Answer, AnswerKind, Button, Discreet
from bot.domain.data_request import RequestKind
from bot.domain.messages import Channel
from bot.privacy.requests import DataRequests
from bot.reminders.events import find_event
from bot.reminders.rules import ReminderRule
from bot.reminders.subscribe import list_coming_days
from bot.skills.my_data import wording
from bot.skills.my_data.withdrawal import PURPOSES, withdraw_purpose
from bot.skills.my_data.wording import HeldConsent, HeldReminder
from bot.skills.news.skill import NewsSkill
from bot.skills.skill import START_PREFIX, STEP_PREFIX, SkillTurn
from bot.storage.application_follows import list_follows
from bot.storage.checklists import list_checklists
from bot.storage.citizens import Contact, delete_citizen, find_contact, list_contacts
from bot.storage.consents import ConsentAction, find_consent
from bot.storage.encryption import Cipher
from bot.storage.news import NewsWish, find_news_wish
from bot.storage.one_time_links import make_link
from bot.storage.person_links import count_links
from bot.storage.questions import count_waiting
from bot.storage.reminders import list_subscriptions
from bot.storage.zalo_people import find_phone
from bot.understanding.masking import mask_for_staff
from vietnamese.normalise import normalise

_DELETE = "delete"
_CORRECT = "correct"
_CORRECTION_LONGEST = 500
_WITHDRAW = "withdraw"
_EXPORT = "export"
_DOWNLOAD = Button(title="Tải dữ liệu", payload=f"{START_PREFIX}my-data:{_EXPORT}")
_TAKE_BACK = Button(title="Rút từng đồng ý", payload=f"{START_PREFIX}my-data:{_WITHDRAW}")
_ASK_CORRECTION = Button(title="Có chỗ sai", payload=f"{START_PREFIX}my-data:{_CORRECT}")
_REMINDER_ANEW = Button(title="Đặt lại lời nhắc", payload=f"{START_PREFIX}reminders")
_NEWS_ANEW = Button(title="Đổi nơi nhận tin", payload=f"{START_PREFIX}news")
_NOTHING_WRONG = Button(title="Thôi", payload=f"{STEP_PREFIX}nothing")
_SURE = Button(title="Xóa hết", payload=f"{STEP_PREFIX}delete-yes")
_NOT_SURE = Button(title="Không xóa", payload=f"{STEP_PREFIX}delete-no")
_SET_REMINDER = Button(title="Khi nào phải đổi thẻ", payload=f"{START_PREFIX}card-reminder")
_STOP = Button(title="Dừng nhắc", payload=f"{START_PREFIX}stop-reminders")
_YES = frozenset({"xóa hết", "xoa het"})
_NO = frozenset({"không xóa", "khong xoa", "không", "khong", "thôi", "thoi", "hủy", "huy", "dừng", "dung"})


class MyDataSkill:
    """Dữ liệu của tôi."""

    name = "my-data"

    def __init__(
        self,
        *,
        rules: Mapping[str, ReminderRule],
        news: NewsSkill,
        requests: DataRequests,
        name_procedure: Callable[[str], str | None],
        cipher: Cipher,
        base_url: str,
    ) -> None:
        self._rules = rules
        self._news = news
        self._requests = requests
        self._name_procedure = name_procedure
        self._cipher = cipher
        self._base_url = base_url

    async def start(self, turn: SkillTurn) -> Answer:
        """Show what is held, or ask whether to delete all of it."""
        contact = await find_contact(turn.tx, turn.message.address)
        if contact is None:
            return Answer(kind=AnswerKind.FORM, text=wording.NOTHING_HELD, buttons=(_SET_REMINDER,))
        if turn.argument == _DELETE:
            turn.session.open_form(self.name, "confirm", now=turn.now)
            return Answer(kind=AnswerKind.FORM, text=wording.CONFIRM, buttons=(_SURE, _NOT_SURE))
        if turn.argument == _CORRECT:
            turn.session.open_form(self.name, _CORRECT, now=turn.now)
            assert turn.session.form is not None
            turn.session.form.takes_text = True
            return Answer(
                kind=AnswerKind.FORM,
                text=wording.ASK_CORRECTION,
                buttons=(_REMINDER_ANEW, _NEWS_ANEW, _NOTHING_WRONG),
            )
        if turn.argument == _EXPORT:
            return await self._give_link(turn, contact)
        if turn.argument == _WITHDRAW:
            return await self._offer_withdrawals(turn, contact)
        if turn.argument.startswith(f"{_WITHDRAW}-"):
            return await self._withdraw(turn, turn.argument.removeprefix(f"{_WITHDRAW}-"))
        return await self._show(turn, contact)

    async def proceed(self, turn: SkillTurn) -> Answer:
        """Take what is to be corrected, or delete everything where that was confirmed in so many words."""
        if turn.session.form is not None and turn.session.form.step == _CORRECT:
            return await self._take_correction(turn)
        pressed, typed = turn.message.button, normalise(turn.message.text).strip(" .")
        if pressed == _NOT_SURE.payload or (pressed is None and typed in _NO):
            turn.session.close_form()
            return Answer(kind=AnswerKind.FORM, text=wording.KEPT)
        if pressed != _SURE.payload and (pressed is not None or typed not in _YES):
            return Answer(kind=AnswerKind.FORM, text=wording.CONFIRM_AGAIN, buttons=(_SURE, _NOT_SURE))
        turn.session.close_form()
        turn.session.leave_subject()
        turn.session.last_question = None
        contact = await find_contact(turn.tx, turn.message.address)
        if contact is not None:
            await delete_citizen(turn.tx, contact.citizen_id, cipher=self._cipher, now=turn.now)
        receipt = await self._requests.note_done_at_once(
            turn.tx, RequestKind.DELETE, channel=turn.message.address.channel, now=turn.now
        )
        return Answer(kind=AnswerKind.FORM, text=wording.render_deleted(turn.now, receipt))

    async def _give_link(self, turn: SkillTurn, contact: Contact) -> Answer:
        token = await make_link(turn.tx, contact.citizen_id, now=turn.now)
        receipt = await self._requests.note_done_at_once(
            turn.tx,
            RequestKind.SEE,
            channel=turn.message.address.channel,
            said="Tải dữ liệu",
            now=turn.now,
        )
        address = f"{self._base_url}/du-lieu/{token}"
        return Answer(
            kind=AnswerKind.FORM, text=wording.render_link(address, receipt), private=True, may_be_said_abroad=True
        )

    async def _offer_withdrawals(self, turn: SkillTurn, contact: Contact) -> Answer:
        given = [each.purpose for each in await self._list_consents(turn, contact) if each.is_given]
        if not given:
            return Answer(kind=AnswerKind.FORM, text=wording.NOT_GIVEN)
        offers = (
            Button(title=wording.PURPOSE_NAMES[each], payload=f"{START_PREFIX}{self.name}:{_WITHDRAW}-{each}")
            for each in given
        )
        return Answer(kind=AnswerKind.FORM, text=wording.CHOOSE_WITHDRAWAL, buttons=tuple(offers))

    async def _withdraw(self, turn: SkillTurn, purpose: str) -> Answer:
        if purpose not in PURPOSES or not await withdraw_purpose(
            turn.tx, purpose, contact_address=turn.message.address, cipher=self._cipher, now=turn.now
        ):
            return Answer(kind=AnswerKind.FORM, text=wording.NOT_GIVEN)
        receipt = await self._requests.note_done_at_once(
            turn.tx,
            RequestKind.WITHDRAW,
            channel=turn.message.address.channel,
            said=f"Rút đồng ý: {wording.PURPOSE_NAMES[purpose]}",
            now=turn.now,
        )
        return Answer(kind=AnswerKind.FORM, text=wording.render_withdrawn(purpose, turn.now, receipt))

    async def _take_correction(self, turn: SkillTurn) -> Answer:
        turn.session.close_form()
        said = mask_for_staff(turn.said)[:_CORRECTION_LONGEST]
        contact = await find_contact(turn.tx, turn.message.address)
        if turn.message.button is not None or not said or contact is None:
            return Answer(kind=AnswerKind.FORM, text=wording.NOTHING_ASKED)
        due_on = await self._requests.add(
            turn.tx,
            RequestKind.CORRECT,
            citizen_id=contact.citizen_id,
            channel=turn.message.address.channel,
            said=said,
            now=turn.now,
        )
        return Answer(kind=AnswerKind.FORM, text=wording.render_taken(due_on))

    async def _show(self, turn: SkillTurn, contact: Contact) -> Answer:
        reminders = []
        for subscription in await list_subscriptions(turn.tx, contact.citizen_id, self._cipher):
            rule = self._rules.get(subscription.rule_id)
            if rule is None:
                continue  # the rule was taken out of data/, and its subscriptions end with the next look
            reminders.append(
                HeldReminder(
                    title=rule.title,
                    event_on=find_event(rule.event, subscription.facts, hanoi_date(turn.now)),
                    facts={rule.fact_names.get(name, name): day for name, day in subscription.facts.items()},
                    days=await list_coming_days(turn.tx, subscription, rule, now=turn.now),
                )
            )
        contacts = await list_contacts(turn.tx, contact.citizen_id)
        contact_ids = [each.id for each in contacts]
        consents = await self._list_consents(turn, contact)
        given = any(each.is_given for each in consents)
        buttons = (_DOWNLOAD, *((_STOP, _TAKE_BACK) if given else ()), _ASK_CORRECTION, make_delete_button())
        return Answer(
            kind=AnswerKind.FORM,
            text=wording.render_held(
                channels=[each.address.channel for each in contacts],
                reminders=reminders,
                followed=[each.code for each in await list_follows(turn.tx, contact_ids)],
                linked_count=await count_links(turn.tx, contact_ids),
                waiting_count=await count_waiting(turn.tx, contact_ids),
                phones=await self._list_phones(turn, contacts),
                news=self._render_news(await find_news_wish(turn.tx, contact_ids)),
                checklists=[
                    self._name_procedure(each) or each for each in await list_checklists(turn.tx, contact_ids)
                ],
                consents=consents,
                requests=await self._requests.list_of(turn.tx, contact.citizen_id),
            ),
            buttons=buttons,
            private=True,
            discreet=Discreet(text=wording.HELD_ABROAD, buttons=buttons),
        )

    async def _list_phones(self, turn: SkillTurn, contacts: Sequence[Contact]) -> list[str]:
        on_zalo = [each.address.chat for each in contacts if each.address.channel is Channel.ZALO]
        found = [await find_phone(turn.tx, chat, self._cipher) for chat in on_zalo]
        return [phone for phone in found if phone is not None]

    def _render_news(self, wish: NewsWish | None) -> str:
        if wish is None:
            return ""
        place = self._news.name_place(wish)
        said = [
            f"nơi ở {place}" if place else "",
            f"năm sinh {wish.birth_year}" if wish.birth_year else "",
            *(self._news.choices.groups.get(each, "").lower() for each in wish.groups),
            *(self._news.choices.topics.get(each, "") for each in wish.topics),
        ]
        return ", ".join(each for each in said if each)

    @staticmethod
    async def _list_consents(turn: SkillTurn, contact: Contact) -> list[HeldConsent]:
        found = [
            await find_consent(turn.tx, citizen_id=contact.citizen_id, purpose=purpose)
            for purpose in wording.PURPOSE_NAMES
        ]
        return [
            HeldConsent(
                purpose=each.purpose,
                is_given=each.action is ConsentAction.GIVEN,
                happened_at=each.happened_at,
            )
            for each in found
            if each is not None
        ]


def make_delete_button() -> Button:
    """Return the button that asks whether to delete everything."""
    return Button(title="Xóa hết", payload=f"{START_PREFIX}{MyDataSkill.name}:{_DELETE}")
