"""The conversation of the skill: consent, birth date, issue date, the result, and an offer to remind.

Until the citizen presses "Nhắc tôi" the dates live only in the form of the session, and end with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from bot.clock import hanoi_date
from bot.domain.answers import Answer, AnswerKind, Button
from bot.reminders.card_wording import render_result
from bot.reminders.due import list_days
from bot.reminders.events import BIRTH, ISSUED, CardExchange, find_event
from bot.reminders.rules import PURPOSE, ConsentWording, ReminderRule
from bot.reminders.subscribe import GivenConsent, list_coming_days, subscribe
from bot.reminders.wording import list_related, list_sources
from bot.skills.card_reminder import wording
from bot.skills.dates import DateProblem, read_date
from bot.skills.skill import START_PREFIX, STEP_PREFIX, SkillTurn
from bot.storage.citizens import find_contact, record_way_open
from bot.storage.encryption import Cipher
from bot.storage.reminders import list_subscriptions
from vietnamese.normalise import normalise

COMPUTE_ONLY = "card-date"
"""The purpose asked for where no message of ours can arrive later: nothing is kept."""
_AGAIN = "again"
_WORDING = "wording"


def _choice(title: str, value: str) -> Button:
    return Button(title=title, payload=f"{STEP_PREFIX}{value}")


_AGREE = _choice("Đồng ý", "consent-yes")
_DISAGREE = _choice("Không", "consent-no")
_REMIND = _choice("Nhắc tôi", "remind-yes")
_DO_NOT_REMIND = _choice("Không cần", "remind-no")
_FIX_BIRTH = _choice("Sửa ngày sinh", "fix-birth")
_STOP = _choice("Thôi", "stop")
_STOP_REMINDERS = Button(title="Dừng nhắc", payload=f"{START_PREFIX}stop-reminders")
_MY_DATA = Button(title="Dữ liệu của tôi", payload=f"{START_PREFIX}my-data")

# Typed words count only where they are these and nothing else: an "ok" is no consent.
_SAID = {
    _AGREE.payload: {"đồng ý", "dong y", "tôi đồng ý", "toi dong y"},
    _DISAGREE.payload: {"không", "khong", "không đồng ý", "khong dong y", "tôi không đồng ý"},
    _REMIND.payload: {"nhắc tôi", "nhac toi"},
    _DO_NOT_REMIND.payload: {"không cần", "khong can", "không", "khong"},
    # "dung" without accents may also be "đúng", but asking again would annoy more than stopping.
    _STOP.payload: {"thôi", "thoi", "hủy", "huy", "dừng", "dung", "hủy bỏ", "huy bo", "dừng lại", "dung lai"},
}


class CardReminderSkill:
    """Nhắc đổi thẻ căn cước."""

    name = "card-reminder"

    def __init__(self, *, rule: ReminderRule, consents: Mapping[str, ConsentWording], cipher: Cipher) -> None:
        assert isinstance(rule.event, CardExchange)
        self._rule = rule
        self._event = rule.event
        self._reminding = consents[PURPOSE]
        self._computing = consents[COMPUTE_ONLY]
        self._cipher = cipher

    async def start(self, turn: SkillTurn) -> Answer:
        """Show the reminders that are set, else ask for consent."""
        await record_way_open(turn.tx, turn.message.address)
        if not self._rule.holds_on(hanoi_date(turn.now)):
            return Answer(kind=AnswerKind.FORM, text=wording.RULE_NOT_IN_FORCE)
        if turn.argument != _AGAIN and (already := await self._show_already(turn)) is not None:
            return already
        consent = self._reminding if turn.message.address.channel.can_be_reached_later else self._computing
        turn.session.close_form()
        turn.session.open_form(self.name, "consent", now=turn.now, **{_WORDING: consent.sha256})
        return _ask(consent.text, _AGREE, _DISAGREE)

    async def proceed(self, turn: SkillTurn) -> Answer:
        """Take what the open step waits for."""
        form = turn.session.form
        assert form is not None
        if _chose(turn, _STOP):
            return _end(turn, wording.STOPPED)
        steps = {"consent": self._take_consent, "birth": self._take_birth, "issued": self._take_issued}
        return await steps.get(form.step, self._take_wish)(turn)

    async def _take_consent(self, turn: SkillTurn) -> Answer:
        if _chose(turn, _DISAGREE):
            return _end(turn, wording.REFUSED)
        if not _chose(turn, _AGREE):
            return _ask(wording.ASK_CONSENT_AGAIN, _AGREE, _DISAGREE)
        turn.session.open_form(self.name, "birth", now=turn.now)
        return _ask(wording.ASK_BIRTH, _STOP)

    async def _take_birth(self, turn: SkillTurn) -> Answer:
        said = read_date(turn.said)
        if isinstance(said, DateProblem):
            return _ask(wording.PROBLEMS[said].format(example=wording.BIRTH_EXAMPLE), _STOP)
        if said > hanoi_date(turn.now):
            return _ask(wording.FUTURE_BIRTH, _STOP)
        turn.session.open_form(self.name, "issued", now=turn.now, **{BIRTH: said.isoformat()})
        return _ask(wording.ASK_ISSUED, _STOP)

    async def _take_issued(self, turn: SkillTurn) -> Answer:
        assert turn.session.form is not None
        if _chose(turn, _FIX_BIRTH):
            turn.session.open_form(self.name, "birth", now=turn.now)
            return _ask(wording.ASK_BIRTH, _STOP)
        birth = date.fromisoformat(turn.session.form.filled[BIRTH])
        said = read_date(turn.said)
        if isinstance(said, DateProblem):
            return _ask(wording.PROBLEMS[said].format(example=wording.ISSUED_EXAMPLE), _STOP)
        if said > hanoi_date(turn.now):
            return _ask(wording.FUTURE_ISSUED, _STOP)
        if said < birth:
            text = wording.ISSUED_BEFORE_BIRTH.format(birth=f"{birth:%d/%m/%Y}")
            return _ask(text, _FIX_BIRTH, _STOP, private=True)
        return self._tell(turn, {BIRTH: birth, ISSUED: said})

    def _tell(self, turn: SkillTurn, facts: Mapping[str, date]) -> Answer:
        today = hanoi_date(turn.now)
        event_on = find_event(self._event, facts, today)
        text = render_result(self._event, facts, event_on, today=today)
        can_remind = bool(list_days(self._rule, facts, now=turn.now))
        if can_remind and turn.message.address.channel.can_be_reached_later:
            filled = {name: day.isoformat() for name, day in facts.items()}
            turn.session.open_form(self.name, "offer", now=turn.now, **filled)
            text = f"{text}\n\n{wording.ASK_REMIND}"
        else:
            turn.session.close_form()
            if not turn.message.address.channel.can_be_reached_later:
                text = f"{text}\n\n{wording.ONLY_DATE}"
            elif event_on is not None and event_on > today:
                text = f"{text}\n\n{wording.TOO_NEAR}"
            else:
                text = f"{text}\n\n{wording.NOTHING_TO_REMIND}"
        choices = (_REMIND, _DO_NOT_REMIND) if turn.session.form is not None else ()
        return Answer(
            kind=AnswerKind.FORM,
            text=text,
            buttons=(*choices, *list_related(self._rule)),
            sources=list_sources(self._rule, facts),
            checked_on=self._rule.checked_on,
            private=True,
            may_be_said_abroad=True,
        )

    async def _take_wish(self, turn: SkillTurn) -> Answer:
        form = turn.session.form
        assert form is not None
        if _chose(turn, _DO_NOT_REMIND):
            return _end(turn, wording.NOT_WANTED)
        if not _chose(turn, _REMIND):
            return _ask(wording.ASK_REMIND_AGAIN, _REMIND, _DO_NOT_REMIND)
        facts = {name: date.fromisoformat(form.filled[name]) for name in (BIRTH, ISSUED)}
        if not list_days(self._rule, facts, now=turn.now):
            return _end(turn, wording.TOO_NEAR)
        days = await subscribe(
            turn.tx,
            rule=self._rule,
            address=turn.message.address,
            facts=facts,
            consents=[GivenConsent(purpose=PURPOSE, wording_sha256=form.filled[_WORDING])],
            cipher=self._cipher,
            now=turn.now,
        )
        return _end(
            turn, wording.render_subscribed(days, self._rule.sent_at), _STOP_REMINDERS, _MY_DATA, private=True
        )

    async def _show_already(self, turn: SkillTurn) -> Answer | None:
        contact = await find_contact(turn.tx, turn.message.address)
        if contact is None:
            return None
        active = [
            each
            for each in await list_subscriptions(turn.tx, contact.citizen_id, self._cipher)
            if each.rule_id == self._rule.id and each.contact_id == contact.id
        ]
        event_on = find_event(self._event, active[0].facts, hanoi_date(turn.now)) if active else None
        if event_on is None:
            return None
        days = await list_coming_days(turn.tx, active[0], self._rule, now=turn.now)
        return Answer(
            kind=AnswerKind.FORM,
            text=wording.render_already(event_on, days),
            buttons=(
                Button(title="Tính lại", payload=f"{START_PREFIX}{self.name}:{_AGAIN}"),
                _STOP_REMINDERS,
                _MY_DATA,
            ),
            private=True,
            may_be_said_abroad=True,
        )


def _chose(turn: SkillTurn, button: Button) -> bool:
    """Tell whether a button was pressed, or its very words were typed."""
    if turn.message.button is not None:
        return turn.message.button == button.payload
    return normalise(turn.message.text).strip(" .") in _SAID.get(button.payload, ())


def _ask(text: str, *buttons: Button, private: bool = False) -> Answer:
    # It says a day that comes of dates typed here a moment ago: no name, no number, nothing of an application.
    return Answer(kind=AnswerKind.FORM, text=text, buttons=buttons, private=private, may_be_said_abroad=private)


def _end(turn: SkillTurn, text: str, *buttons: Button, private: bool = False) -> Answer:
    turn.session.close_form()
    return _ask(text, *buttons, private=private)
