"""The skill by which a citizen gets a person: consent first, then their chat waits for staff."""

from __future__ import annotations

from uuid import UUID

from bot.domain.answers import Answer, AnswerKind, Button
from bot.domain.handover import PURPOSE, SKILL, Author, HandoverState, Rating
from bot.domain.question import QuestionReason
from bot.handover import lifecycle
from bot.handover.replies import rating_buttons
from bot.handover.rules import Duty
from bot.reminders.rules import ConsentWording
from bot.skills.handover import wording
from bot.skills.skill import START_PREFIX, STEP_PREFIX, SkillTurn
from bot.storage.citizens import record_contact
from bot.storage.consents import ConsentAction, record_consent
from bot.storage.encryption import Cipher
from bot.storage.handovers import Handover, find_handover, record_message
from bot.storage.questions import NewQuestion, record_question
from bot.storage.switches import load_switches
from vietnamese.normalise import fold, normalise

BACK = "back"
_AGREE = Button(title="Đồng ý", payload=f"{STEP_PREFIX}yes")
_DISAGREE = Button(title="Không", payload=f"{STEP_PREFIX}no")
BACK_BUTTON = Button(title=wording.BACK_TITLE, payload=f"{START_PREFIX}{SKILL}:{BACK}")


class HandoverSkill:
    """Gặp cán bộ. `nowhere`: what is said where nobody can be reached, with places to ask instead."""

    name = SKILL

    def __init__(self, *, consent: ConsentWording, duty: Duty, nowhere: str, cipher: Cipher) -> None:
        assert consent.purpose == PURPOSE
        self._consent = consent
        self._duty = duty
        self._nowhere = nowhere
        self._cipher = cipher

    async def start(self, turn: SkillTurn) -> Answer:
        """Ask for consent, go back to the assistant, or take what a citizen says of it."""
        turn.session.close_form()
        action, _, argument = turn.argument.partition(":")
        if action == BACK:
            return await leave(turn)
        if action in list(Rating):
            return await self._rate(turn, Rating(action), argument)
        if not turn.message.address.channel.can_be_reached_later:
            return Answer(kind=AnswerKind.SMALLTALK, text=self._nowhere)
        held = await find_open_handover(turn)
        if held is not None:
            taken = held.state is HandoverState.TAKEN
            return _say(wording.ALREADY_TAKEN if taken else wording.ALREADY_WAITING, BACK_BUTTON)
        turn.session.open_form(self.name, "consent", now=turn.now)
        return _say(self._consent.text, _AGREE, _DISAGREE)

    async def proceed(self, turn: SkillTurn) -> Answer:
        """Let the citizen wait for staff, or nothing."""
        if _is_said(turn, _DISAGREE):
            turn.session.close_form()
            return _say(wording.REFUSED)
        if not _is_said(turn, _AGREE):
            return _say(wording.ASK_AGAIN, _AGREE, _DISAGREE)
        turn.session.close_form()
        contact = await record_contact(turn.tx, turn.message.address, now=turn.now)
        channel = turn.message.address.channel
        await record_consent(
            turn.tx,
            citizen_id=contact.citizen_id,
            purpose=PURPOSE,
            action=ConsentAction.GIVEN,
            wording_sha256=self._consent.sha256,
            channel=channel,
            now=turn.now,
        )
        handover_id = await lifecycle.request(turn.tx, contact.id, channel, self._duty, now=turn.now)
        turn.session.handover_id, turn.session.disliked = handover_id, 0
        turn.session.told_passed_on = False
        await self._pass_on_question(turn, handover_id)
        return await self._say_asked(turn)

    async def _pass_on_question(self, turn: SkillTurn, handover_id: UUID) -> None:
        """Show staff what was asked before, and put it into the question queue: it was not answered well."""
        session = turn.session
        if not session.last_question:
            return
        await record_message(
            turn.tx, self._cipher, handover_id, session.last_question, author=Author.CITIZEN, now=turn.now
        )
        if session.last_question_id is None:
            question = NewQuestion(
                text=session.last_question,
                reason=QuestionReason.HANDED_OVER,
                channel=turn.message.address.channel,
                unit_id=session.last_unit,
            )
            session.last_question_id = await record_question(turn.tx, question, now=turn.now)

    async def _say_asked(self, turn: SkillTurn) -> Answer:
        switches = await load_switches(turn.tx)
        hours = self._duty.find_hours(switches)
        text = self._duty.rules.texts.asked.strip()
        if not hours.is_open(turn.now):
            opening = wording.render_opening(hours.find_opening(turn.now))
            text = f"{text}\n\n{self._duty.find_away(switches)} {opening}".strip()
        return _say(text, BACK_BUTTON)

    @staticmethod
    async def _rate(turn: SkillTurn, rating: Rating, argument: str) -> Answer:
        try:
            handover_id = UUID(argument)
        except ValueError:
            return _say(wording.RATED_ALREADY)
        counted = await lifecycle.rate(turn.tx, handover_id, rating, now=turn.now)
        return Answer(kind=AnswerKind.SMALLTALK, text=wording.RATED if counted else wording.RATED_ALREADY)


async def leave(turn: SkillTurn) -> Answer:
    """Go back to the assistant."""
    handover_id = turn.session.handover_id
    turn.session.handover_id = None
    state = await lifecycle.leave(turn.tx, handover_id, now=turn.now) if handover_id is not None else None
    if state is None or handover_id is None:
        return Answer(kind=AnswerKind.SMALLTALK, text=wording.NOT_WITH_STAFF)
    if state is HandoverState.GIVEN_UP:
        return Answer(kind=AnswerKind.SMALLTALK, text=wording.BACK_EARLY)
    return Answer(kind=AnswerKind.SMALLTALK, text=wording.BACK, buttons=rating_buttons(handover_id))


async def find_open_handover(turn: SkillTurn) -> Handover | None:
    """Return the handover that this chat is in; the session forgets one that ended."""
    if turn.session.handover_id is None:
        return None
    held = await find_handover(turn.tx, turn.session.handover_id)
    if held is None or not held.is_open:
        turn.session.handover_id = None
        return None
    return held


def _is_said(turn: SkillTurn, button: Button) -> bool:
    """Tell whether a button was pressed, or its very words were typed: an "ok" is no consent."""
    if turn.message.button is not None:
        return turn.message.button == button.payload
    return fold(normalise(turn.message.text)).strip(" .") == fold(normalise(button.title))


def _say(text: str, *buttons: Button) -> Answer:
    return Answer(kind=AnswerKind.FORM, text=text, buttons=buttons)
