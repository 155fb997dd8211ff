"""The conversation of the skill: which reminder, for whom, consent (of both where it is about another), which day.

Another skill may come here with all but the consents known (`ask_consent`). Nothing is written before the last
yes.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from bot.clock import hanoi_date
from bot.domain.answers import Answer, AnswerKind, Button, Discreet
from bot.domain.person import Person, read_about
from bot.reminders.due import list_days
from bot.reminders.events import GivenDay
from bot.reminders.rules import PURPOSE, ConsentWording, ReminderRule
from bot.reminders.subscribe import GivenConsent, subscribe
from bot.skills.benefits.result import SKILL as BENEFITS
from bot.skills.dates import DateProblem, read_date
from bot.skills.reminder.topics import Topic, find_topic
from bot.skills.reminders import wording
from bot.skills.skill import START_PREFIX, STEP_PREFIX, SkillTurn
from bot.storage.citizens import find_contact
from bot.storage.encryption import Cipher
from bot.storage.reminders import list_subscriptions
from bot.storage.switches import load_switches
from vietnamese.normalise import fold, normalise

SKILL = "reminders"
CONSENT = "reminders-any"
WARD_CONSENT = "reminders-ward"
"""The names of the words that are agreed to (data/consents)."""
CARD_SKILL = "card-reminder"
_RULE, _ABOUT = "rule", "about"


def _choice(title: str, value: str) -> Button:
    return Button(title=title, payload=f"{STEP_PREFIX}{value}")


_AGREE, _DISAGREE = _choice("Đồng ý", "consent-yes"), _choice("Không", "consent-no")
_WARD_AGREES, _WARD_UNKNOWN = _choice("Người đó đã đồng ý", "ward-yes"), _choice("Chưa hỏi", "ward-no")
_STOP = _choice("Thôi", "stop")
_STOP_WORDS = frozenset({"thoi", "huy", "dung", "huy bo", "dung lai"})
_MY_DATA = Button(title="Dữ liệu của tôi", payload=f"{START_PREFIX}my-data")
_MORE = Button(title="Nhắc việc khác", payload=f"{START_PREFIX}{SKILL}")


class RemindersSkill:
    """Đặt lời nhắc."""

    name = SKILL

    def __init__(
        self,
        *,
        rules: Mapping[str, ReminderRule],
        topics: Mapping[str, Topic],
        consents: Mapping[str, ConsentWording],
        cipher: Cipher,
    ) -> None:
        self._rules = rules
        self._topics = topics
        self._consent = consents[CONSENT]
        self._ward_consent = consents[WARD_CONSENT]
        self._cipher = cipher

    async def start(self, turn: SkillTurn) -> Answer:
        """Offer what may be reminded of, or begin with what a button chose."""
        turn.session.close_form()
        if not turn.message.address.channel.can_be_reached_later:
            return _say(wording.NOT_HERE)
        rule = self._rules.get(turn.argument)
        if rule is None or rule.menu is None:
            return self._offer(wording.CHOOSE)
        if not rule.holds_on(hanoi_date(turn.now)):
            return _say(wording.NOT_IN_FORCE, _MORE)
        if rule.id in (await load_switches(turn.tx)).rules_off:
            return _say(wording.RULE_OFF, _MORE)
        turn.session.open_form(self.name, "who", now=turn.now, **{_RULE: rule.id})
        return _say(wording.ASK_WHO, *(_choice(each.button_title, each) for each in Person), _STOP)

    async def proceed(self, turn: SkillTurn) -> Answer:
        """Take what the open step waits for."""
        form = turn.session.form
        assert form is not None
        if turn.said == "stop" or _fold(turn.said) in _STOP_WORDS:
            turn.session.close_form()
            return _say(wording.STOPPED)
        if form.filled.get(_RULE) not in self._rules:
            turn.session.close_form()
            return self._offer(wording.GONE)
        steps = {
            "who": self._take_who,
            "consent": self._take_consent,
            "ward": self._take_ward,
            "day": self._take_day,
        }
        return await steps[form.step](turn)

    def ask_consent(self, turn: SkillTurn, *, rule_id: str, about: str, facts: Mapping[str, date]) -> Answer:
        """Ask for consent to a reminder of which everything else is known already."""
        if not turn.message.address.channel.can_be_reached_later:
            return _say(wording.NOT_HERE)
        turn.session.close_form()
        filled = {name: day.isoformat() for name, day in facts.items()}
        turn.session.open_form(self.name, "consent", now=turn.now, **{_RULE: rule_id, _ABOUT: about}, **filled)
        return _say(self._consent.text, _AGREE, _DISAGREE)

    def _offer(self, text: str) -> Answer:
        card = Button(title="Hạn đổi thẻ căn cước", payload=f"{START_PREFIX}{CARD_SKILL}")
        others = [
            Button(title=rule.menu, payload=f"{START_PREFIX}{SKILL}:{rule.id}")
            for rule in self._rules.values()
            if rule.menu is not None
        ]
        by_age = Button(title="Khi đủ tuổi hưởng chế độ", payload=f"{START_PREFIX}{BENEFITS}")
        return _say(text, card, *others, by_age)

    async def _take_who(self, turn: SkillTurn) -> Answer:
        titles = {each.value: each.button_title for each in Person}
        said = _fold(turn.said)
        person = next((key for key, title in titles.items() if turn.said == key or said == _fold(title)), None)
        if person is None:
            return _say(wording.ASK_WHO, *(_choice(each.button_title, each) for each in Person), _STOP)
        turn.session.open_form(self.name, "consent", now=turn.now, **{_ABOUT: person})
        return _say(self._consent.text, _AGREE, _DISAGREE)

    async def _take_consent(self, turn: SkillTurn) -> Answer:
        if _is_said(turn, _DISAGREE):
            turn.session.close_form()
            return _say(wording.REFUSED)
        if not _is_said(turn, _AGREE):
            return _say(wording.ASK_CONSENT_AGAIN, _AGREE, _DISAGREE)
        person = self._person(turn)
        if person is Person.SELF:
            return await self._ask_day_or_set(turn)
        turn.session.open_form(self.name, "ward", now=turn.now)
        return _say(wording.ASK_WARD.format(who=person.named), _WARD_AGREES, _WARD_UNKNOWN)

    async def _take_ward(self, turn: SkillTurn) -> Answer:
        if _is_said(turn, _WARD_UNKNOWN):
            turn.session.close_form()
            return _say(wording.WARD_NOT_ASKED)
        if not _is_said(turn, _WARD_AGREES):
            return _say(wording.ASK_CONSENT_AGAIN, _WARD_AGREES, _WARD_UNKNOWN)
        return await self._ask_day_or_set(turn)

    async def _ask_day_or_set(self, turn: SkillTurn) -> Answer:
        assert turn.session.form is not None
        event = self._rule(turn).event
        if isinstance(event, GivenDay) and event.fact not in turn.session.form.filled:
            turn.session.open_form(self.name, "day", now=turn.now)
            return _say(f"**{event.ask}**", _STOP)
        return await self._set(turn)

    async def _take_day(self, turn: SkillTurn) -> Answer:
        event = self._rule(turn).event
        assert isinstance(event, GivenDay)
        read = read_date(turn.said)
        today = hanoi_date(turn.now)
        if isinstance(read, DateProblem):
            return _say(wording.DATE_UNREADABLE, _STOP)
        if event.may_be_past and read > today:
            return _say(wording.DATE_AHEAD, _STOP)
        if not event.may_be_past and read < today:
            return _say(wording.DATE_PAST, _STOP)
        turn.session.open_form(self.name, "day", now=turn.now, **{event.fact: read.isoformat()})
        return await self._set(turn)

    async def _set(self, turn: SkillTurn) -> Answer:
        assert turn.session.form is not None
        rule = self._rule(turn)
        person = self._person(turn)
        about = await self._choose_about(turn)
        facts = {
            name: date.fromisoformat(value)
            for name, value in turn.session.form.filled.items()
            if name not in (_RULE, _ABOUT)
        }
        turn.session.close_form()
        if not list_days(rule, facts, now=turn.now):
            return _say(wording.TOO_NEAR, _MORE)
        given = [GivenConsent(purpose=PURPOSE, wording_sha256=self._consent.sha256)]
        if person is not Person.SELF:
            ward = self._ward_consent
            given.append(GivenConsent(purpose=ward.purpose, wording_sha256=ward.sha256))
        days = await subscribe(
            turn.tx,
            rule=rule,
            address=turn.message.address,
            facts=facts,
            consents=given,
            cipher=self._cipher,
            now=turn.now,
            about=about,
        )
        topic = find_topic(self._topics, about)
        title = topic.title if topic is not None else rule.title
        return Answer(
            kind=AnswerKind.FORM,
            text=wording.render_set(title, days, rule.sent_at),
            buttons=(_MORE, _MY_DATA),
            private=True,
            discreet=Discreet(
                text=wording.render_set(wording.CHOSEN, days, rule.sent_at), buttons=(_MORE, _MY_DATA)
            ),
        )

    async def _choose_about(self, turn: SkillTurn) -> str:
        """Return whom it is for: a second child stands beside the first, one's own replaces what was set."""
        assert turn.session.form is not None
        about = turn.session.form.filled[_ABOUT]
        event = self._rule(turn).event
        if about == Person.SELF or ":" in about or not isinstance(event, GivenDay):
            return about
        contact = await find_contact(turn.tx, turn.message.address)
        if contact is None:
            return about
        taken = {each.about for each in await list_subscriptions(turn.tx, contact.citizen_id, self._cipher)}
        number = 1
        while (named := about if number == 1 else f"{about}:{number}") in taken:
            number += 1
        return named

    def _rule(self, turn: SkillTurn) -> ReminderRule:
        assert turn.session.form is not None
        return self._rules[turn.session.form.filled[_RULE]]

    @staticmethod
    def _person(turn: SkillTurn) -> Person:
        assert turn.session.form is not None
        return read_about(turn.session.form.filled[_ABOUT]) or Person.SELF


def _is_said(turn: SkillTurn, button: Button) -> bool:
    """Tell whether a button was pressed, or its very words were typed: an "ok" is no consent."""
    if turn.message.button is not None:
        return turn.message.button == button.payload
    return _fold(turn.message.text) == _fold(button.title)


def _fold(text: str) -> str:
    return fold(normalise(text)).strip(" .")


def _say(text: str, *buttons: Button) -> Answer:
    return Answer(kind=AnswerKind.FORM, text=text, buttons=buttons)
