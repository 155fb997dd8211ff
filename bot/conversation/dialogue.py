"""Which part of the assistant answers: a button, a command, an open form, a skill, or the catalogue."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from bot.clock import hanoi_date
from bot.content.catalogue import MORE_PREFIX, UNIT_PREFIX, Catalogue, NoSuchUnit
from bot.content.schema import QuestionKind
from bot.conversation import wording
from bot.conversation.choices import clarify, give_fixed, offer_others, offer_way
from bot.conversation.commands import (
    CHECKLIST_SKILL,
    COMMAND_SKILLS,
    OFFICES_SKILL,
    SCAM_SKILL,
    STATUS_SKILL,
    VERIFY_SKILL,
)
from bot.conversation.deep_link import find_linked_unit, list_linked_units
from bot.conversation.two_questions import join_answers
from bot.conversation.unanswered import note_disliked
from bot.domain.answers import Answer, AnswerKind, Button
from bot.domain.application_code import find_code
from bot.domain.handover import SKILL as HANDOVER
from bot.domain.notice_code import find_notice_code
from bot.domain.switches import Switches
from bot.scams.judge import ScamJudge
from bot.skills.handover.skill import BACK
from bot.skills.skill import START_PREFIX, STEP_PREFIX, ReadsNames, Skill, SkillTurn
from bot.understanding.again import asks_again
from bot.understanding.decision import Verdict
from bot.understanding.in_force import ASIDE
from bot.understanding.joining import name_subject
from bot.understanding.safety import SafetyRule
from bot.understanding.understood import Understood, list_unit_choices
from vietnamese.normalise import fold, normalise, tokens

SKILL_INTENT = "skill."
COMMAND_PREFIX = "c:"
DISLIKE_PREFIX = "d:"
"""The payload that says that a unit was not what was meant: `d:<unit id>`."""
SHORT_REPLY_WORDS = 4
"""Up to this many words, or anything with a digit, is taken as the reply that an open form waits for."""
LONGEST_STOP_WORDS = 2
"""Up to this many words may end a form that waits for a name: "thôi", "hủy bỏ"."""

PERSON_INTENT = "handover.person"
_FIXED = {
    "smalltalk.greeting": wording.GREETING,
    "smalltalk.thanks": wording.THANKS,
    "smalltalk.goodbye": wording.GOODBYE,
    "smalltalk.who-are-you": wording.WHO,
    "smalltalk.help": wording.HELP,
    "aside.circumstance": wording.CIRCUMSTANCE,
}
_MENU = (wording.STATUS_BUTTON, wording.BENEFITS_BUTTON, wording.REMINDER_BUTTON)


class Dialogue:
    """Chooses who answers, and lets them."""

    def __init__(
        self,
        *,
        skills: Iterable[Skill],
        scams: ScamJudge,
        has_offices: Callable[[str], bool],
        has_checklist: Callable[[str], bool],
    ) -> None:
        """Take its parts. `has_offices`, `has_checklist`: whether a topic has offices, papers to tick."""
        self._skills: Mapping[str, Skill] = {skill.name: skill for skill in skills}
        self._scams = scams
        self._has_offices = has_offices
        self._has_checklist = has_checklist

    async def answer(
        self, turn: SkillTurn, understood: Understood | None, catalogue: Catalogue, switches: Switches
    ) -> Answer:
        """Return the answer to a message; the session in `turn` is changed in place.

        `understood` is None for a message without text. What staff turned off says so, but an emergency is always
        answered.
        """
        message = turn.message
        rule = understood.safety if understood is not None else None
        if rule is not None and not self._is_to_be_judged(turn, rule, switches):
            return give_fixed(rule)
        if message.address.channel in switches.channels_off:
            return wording.say(AnswerKind.REFUSAL, wording.CHANNEL_OFF)
        pinned = switches.find_pinned(_fold(message.text), turn.now)
        if turn.session.form is None and catalogue.find_unit_on(pinned, hanoi_date(turn.now)) is not None:
            return self._unit(turn, pinned, catalogue)
        off = self._find_off(turn, understood, switches)
        if off is not None:
            turn.session.leave_form()
            return wording.say(AnswerKind.REFUSAL, wording.SKILL_OFF, wording.MENU_BUTTON)
        return await self._answer(turn, understood, catalogue)

    def _is_to_be_judged(self, turn: SkillTurn, rule: SafetyRule, switches: Switches) -> bool:
        """Tell whether a scam's fixed warning gives way to the check, which says the same and why.

        So it is for what was passed on, or was asked for by the check: then the words are not the citizen's own.
        Who only asks for the check is asked what to check.
        """
        form = turn.session.form
        is_passed_on = turn.message.is_forwarded or (form is not None and form.skill == SCAM_SKILL)
        is_for_it = is_passed_on or self._scams.is_wish(turn.message.text)
        return rule.kind is AnswerKind.SCAM and is_for_it and SCAM_SKILL not in switches.skills_off

    @staticmethod
    def _find_off(turn: SkillTurn, understood: Understood | None, switches: Switches) -> str | None:
        """Return the skill that would answer, where staff turned it off."""
        if not switches.skills_off:
            return None
        message = turn.message
        asked = None
        if message.button is not None and message.button.startswith(START_PREFIX):
            asked = message.button.removeprefix(START_PREFIX).partition(":")[0]
        elif message.command is not None:
            asked = COMMAND_SKILLS.get(message.command)
        elif turn.session.form is not None:
            asked = turn.session.form.skill
        elif find_code(message.text) is not None:
            asked = STATUS_SKILL
        elif understood is not None and understood.name is not None:
            is_person = understood.name == PERSON_INTENT
            asked = HANDOVER if is_person else understood.name.removeprefix(SKILL_INTENT)
        return asked if asked in switches.skills_off else None

    async def _answer(self, turn: SkillTurn, understood: Understood | None, catalogue: Catalogue) -> Answer:
        message = turn.message
        if message.button is not None:
            return await self._press(turn, message.button, catalogue)
        if message.command is not None:
            return await self._command(turn, message.command, catalogue)
        if message.location is not None:
            return await self._take_location(turn)
        if understood is None:
            return wording.say(AnswerKind.SMALLTALK, wording.EMPTY, *_MENU)
        form = turn.session.form
        if form is not None and form.skill in self._skills and not self._changes_subject(turn, understood):
            return await self._skills[form.skill].proceed(turn)
        if form is None and (understood.safety is not None or self._scams.is_asked_of(message.text)):
            return await self._start(turn, SCAM_SKILL)
        if form is None and find_code(message.text) is not None:
            # Whoever sends a code, or forwards a message with one, asks where the application stands.
            return await self._start(turn, STATUS_SKILL)
        if form is None and find_notice_code(message.text) is not None:
            return await self._start(turn, VERIFY_SKILL)
        if message.is_forwarded:
            return await self._start(turn, SCAM_SKILL)
        answer = self._answer_both(turn, understood, catalogue) or await self._by_meaning(
            turn, understood, catalogue
        )
        if form is not None and turn.session.form is form and answer.kind is AnswerKind.ANSWER:
            stop = Button(title="Thôi", payload=f"{STEP_PREFIX}stop")
            return replace(
                answer, text=f"{answer.text}\n\n{wording.CONTINUE_FORM}", buttons=(*answer.buttons, stop)
            )
        return answer

    async def _take_location(self, turn: SkillTurn) -> Answer:
        """Let the search for offices use where the citizen is, going on with it where it was asked for."""
        form = turn.session.form
        if form is not None and form.skill == OFFICES_SKILL:
            return await self._skills[OFFICES_SKILL].proceed(turn)
        return await self._start(turn, OFFICES_SKILL)

    def _changes_subject(self, turn: SkillTurn, understood: Understood) -> bool:
        """Tell whether a message within a form is a new question and not the reply it waits for."""
        form = turn.session.form
        assert form is not None
        if understood.name is not None and understood.name.startswith(ASIDE):
            return False
        verdict, words = understood.decision.verdict, understood.word_count
        if form.takes_text:
            skill = self._skills[form.skill]
            if not isinstance(skill, ReadsNames) or skill.knows(turn):
                return False
            enough = {Verdict.SURE: LONGEST_STOP_WORDS, Verdict.UNSURE: SHORT_REPLY_WORDS}.get(verdict)
            return enough is not None and words > enough
        is_short = words <= SHORT_REPLY_WORDS or any(c.isdigit() for c in turn.message.text)
        return not is_short and verdict is Verdict.SURE

    async def _by_meaning(self, turn: SkillTurn, understood: Understood, catalogue: Catalogue) -> Answer:
        day = hanoi_date(turn.now)
        last = turn.session.last_unit
        if last is not None and last in catalogue.units and asks_again(turn.message.text):
            return self._again(turn, last, catalogue)
        decision = understood.decision
        if decision.verdict is Verdict.UNKNOWN:
            return wording.say_unknown(decision.confidence)
        if decision.verdict is Verdict.SURE:
            name = decision.candidates[0].name
            if name.startswith(SKILL_INTENT):
                return await self._start(turn, name.removeprefix(SKILL_INTENT))
            if name == PERSON_INTENT:
                return await self._start(turn, HANDOVER)
            if name in _FIXED:
                return wording.say(AnswerKind.SMALLTALK, _FIXED[name], *_MENU)
            answer = self._unit(turn, name, catalogue, confidence=decision.confidence)
            return offer_others(answer, decision, catalogue, day=day)
        # What is asked next goes on from here, not from what was answered before.
        topics = {unit.topic for _, unit in list_unit_choices(decision, catalogue, day=day)}
        turn.session.topic, turn.session.last_unit = (topics.pop() if len(topics) == 1 else None), None
        return clarify(understood, catalogue, day=day)

    def _again(self, turn: SkillTurn, last: str, catalogue: Catalogue) -> Answer:
        """Tell the last answer once more, with all that is known of it, and how to ask on."""
        answer = self._unit(turn, last, catalogue, more=True)
        if answer.kind is not AnswerKind.ANSWER:
            return answer
        return replace(answer, text=f"{answer.text.strip()}\n\n{wording.TOLD_AGAIN}")

    def _answer_both(self, turn: SkillTurn, understood: Understood, catalogue: Catalogue) -> Answer | None:
        """Return one message with the answers to two questions, None where they are not two for sure."""
        names = [part.decision.candidates[0].name for part in understood.parts]
        answers = [self._unit(turn, name, catalogue) for name in names]
        if not answers or any(answer.kind is not AnswerKind.ANSWER for answer in answers):
            return None
        confidence = min(part.decision.confidence for part in understood.parts)
        return replace(join_answers(answers, names, catalogue), confidence=confidence)

    async def _press(self, turn: SkillTurn, payload: str, catalogue: Catalogue) -> Answer:
        if payload.startswith(UNIT_PREFIX):
            return self._open(turn, payload.removeprefix(UNIT_PREFIX), catalogue)
        if payload.startswith(MORE_PREFIX):
            return self._unit(turn, payload.removeprefix(MORE_PREFIX), catalogue, more=True)
        if payload.startswith(DISLIKE_PREFIX):
            turn.session.disliked += 1
            await note_disliked(turn, payload.removeprefix(DISLIKE_PREFIX))
            return wording.say(AnswerKind.SMALLTALK, wording.DISLIKED, wording.MENU_BUTTON)
        if payload.startswith(COMMAND_PREFIX):
            return await self._command(turn, payload.removeprefix(COMMAND_PREFIX), catalogue)
        if payload.startswith(START_PREFIX):
            name, _, argument = payload.removeprefix(START_PREFIX).partition(":")
            if name in self._skills:
                return await self._start(turn, name, argument)
        form = turn.session.form
        if payload.startswith(STEP_PREFIX) and form is not None and form.skill in self._skills:
            return await self._skills[form.skill].proceed(turn)
        return wording.say(AnswerKind.SMALLTALK, wording.OLD_BUTTON, *_MENU, wording.MENU_BUTTON)

    async def _command(self, turn: SkillTurn, command: str, catalogue: Catalogue) -> Answer:
        if command == "start":
            linked = await self._follow_link(turn, turn.message.text, catalogue)
            if linked is not None:
                return linked
            turn.session.leave_form()
            return wording.say(AnswerKind.SMALLTALK, wording.GREETING, *_MENU, wording.MENU_BUTTON)
        if command in ("help", "tro_giup"):
            return wording.say(AnswerKind.SMALLTALK, wording.HELP, *_MENU)
        if command == "quay_lai":
            return await self._start(turn, HANDOVER, BACK)
        if command in COMMAND_SKILLS and COMMAND_SKILLS[command] in self._skills:
            return await self._start(turn, COMMAND_SKILLS[command])
        return wording.say(AnswerKind.SMALLTALK, wording.UNKNOWN_COMMAND, *_MENU, wording.MENU_BUTTON)

    async def _follow_link(self, turn: SkillTurn, payload: str, catalogue: Catalogue) -> Answer | None:
        """Return what a link into the conversation leads to, None where it names nothing that is known."""
        day = hanoi_date(turn.now)
        unit = find_linked_unit(payload, catalogue, day=day)
        if unit is not None:
            return self._open(turn, unit.id, catalogue)
        if payload in COMMAND_SKILLS and COMMAND_SKILLS[payload] in self._skills:
            return await self._start(turn, COMMAND_SKILLS[payload])
        if find_notice_code(payload) is not None:
            return await self._start(turn, VERIFY_SKILL)
        units = list_linked_units(payload, catalogue, day=day)
        if not units:
            return None
        choices = tuple(Button(title=each.title, payload=f"{UNIT_PREFIX}{each.id}") for each in units)
        return wording.say(AnswerKind.CLARIFY, wording.LINKED_GROUP, *choices)

    async def _start(self, turn: SkillTurn, name: str, argument: str = "") -> Answer:
        skill = self._skills.get(name)
        if skill is None:
            return wording.say_unknown()
        turn.session.leave_form()
        return await skill.start(
            SkillTurn(message=turn.message, session=turn.session, tx=turn.tx, now=turn.now, argument=argument)
        )

    def _open(self, turn: SkillTurn, unit_id: str, catalogue: Catalogue) -> Answer:
        """Return a unit that was chosen by its title, and speak of that from now on."""
        answer = self._unit(turn, unit_id, catalogue)
        last = catalogue.units.get(turn.session.last_unit or "")
        turn.session.subject = name_subject(last) if last is not None else None
        return answer

    def _unit(
        self,
        turn: SkillTurn,
        unit_id: str,
        catalogue: Catalogue,
        *,
        more: bool = False,
        confidence: float | None = None,
    ) -> Answer:
        day = hanoi_date(turn.now)
        try:
            answer = (
                catalogue.render_more(unit_id, day=day)
                if more
                else catalogue.render_unit(unit_id, day=day, confidence=confidence)
            )
        except NoSuchUnit:
            return wording.say(AnswerKind.UNKNOWN, wording.NOT_IN_FORCE, wording.MENU_BUTTON)
        unit = catalogue.units[unit_id]
        turn.session.topic = unit.topic
        turn.session.last_unit = unit_id
        if unit.kind is QuestionKind.PLACE and self._has_offices(unit.topic):
            return offer_way(answer, "Tìm nơi ở xã tôi", OFFICES_SKILL, unit.topic)
        if unit.kind is QuestionKind.DOCUMENTS and self._has_checklist(unit.topic):
            return offer_way(answer, "Đánh dấu giấy tờ", CHECKLIST_SKILL, unit.topic)
        return answer


def _fold(text: str) -> str:
    return " ".join(tokens(fold(normalise(text))))
