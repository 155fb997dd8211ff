"""The conversation of the skill: for whom, question by question, the result. Nothing outlives it unless asked to.

The answers live in the form of the session, encrypted and for half an hour: while questions are open in `form`,
afterwards laid aside in `paused`, where the buttons of the result find them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from bot.benefits.assess import Verdict, assess, find_start
from bot.benefits.criteria import BIRTH
from bot.benefits.fact import NOT_SAID, Fact, read_known
from bot.benefits.interview import choose_next
from bot.benefits.rulebook import Rulebook
from bot.clock import hanoi_date
from bot.content.catalogue import Catalogue
from bot.domain.answers import Answer, AnswerKind, Button
from bot.domain.person import Person
from bot.domain.session import Form
from bot.skills.benefits import wording
from bot.skills.benefits.result import REMIND, RESULT, SEE, SKILL, WHY_NOT, Result, ResultPages, make_offer
from bot.skills.dates import DateProblem, read_date
from bot.skills.reminders.skill import RemindersSkill
from bot.skills.skill import START_PREFIX, STEP_PREFIX, SkillTurn
from vietnamese.normalise import fold, normalise

AGAIN, RESUME = "again", "resume"
START_RULE, STARTS_ON = "benefit-start", "starts_on"
"""The rule that reminds of the beginning of a benefit, and its one date."""
_WHO = "who"
_BACK_STEP = "back"
_STOP = Button(title="Thôi", payload=f"{STEP_PREFIX}stop")
_BACK = Button(title="Quay lại", payload=f"{STEP_PREFIX}{_BACK_STEP}")
_NOT_SURE = Button(title="Không rõ", payload=f"{STEP_PREFIX}{NOT_SAID}")
_NOT_TELLING = Button(title="Không trả lời", payload=f"{STEP_PREFIX}{NOT_SAID}")
_STOP_WORDS = frozenset({"thoi", "huy", "dung", "huy bo", "dung lai"})
_NOT_SURE_WORDS = frozenset({"khong ro", "khong biet", "ko biet", "ko ro", "khong tra loi"})


@dataclass(frozen=True, slots=True)
class _Answers:
    """What was answered so far, oldest first, and for whom."""

    person: Person
    kept: Mapping[str, str]

    @classmethod
    def of(cls, form: Form) -> _Answers:
        kept = dict(form.filled)
        return cls(Person(kept.pop(_WHO)), kept)


class BenefitsSkill:
    """Tôi được hưởng gì."""

    name = SKILL

    def __init__(
        self, *, rulebook: Rulebook, catalogue: Callable[[], Catalogue], reminders: RemindersSkill
    ) -> None:
        self._rulebook = rulebook
        self._reminders = reminders
        self._catalogue = catalogue
        self._pages = ResultPages(rulebook)

    async def start(self, turn: SkillTurn) -> Answer:
        """Ask for whom; or go on with what was left; or show a page of the result."""
        wish, _, what = turn.argument.partition(":")
        left = turn.session.paused if _is_ours(turn.session.paused) else None
        if wish in (SEE, WHY_NOT, RESULT, REMIND):
            if left is None:
                return _say(wording.NOT_HERE, _START_AGAIN)
            if wish == REMIND:
                return self._remind(_Answers.of(left), what, turn)
            return self._show(_Answers.of(left), wish, what, turn)
        if wish == RESUME and left is not None:
            turn.session.form, turn.session.paused = left, None
            return self._go_on(turn)
        if wish != AGAIN and left is not None and left.step == _ASKING:
            return _say(wording.ASK_RESUME, _RESUME, _START_AGAIN)
        turn.session.paused = None
        turn.session.open_form(self.name, _WHO, now=turn.now)
        choices = [Button(title=each.button_title, payload=f"{STEP_PREFIX}{each}") for each in Person]
        is_abroad = turn.message.address.channel.keeps_messages_abroad
        return _say(f"{wording.INTRO_ABROAD if is_abroad else ''}{wording.INTRO}", *choices, _STOP)

    async def proceed(self, turn: SkillTurn) -> Answer:
        """Take the answer to the open question."""
        form = turn.session.form
        assert form is not None
        said = _fold(turn.said)
        if said in _STOP_WORDS or turn.said == "stop":
            turn.session.close_form()
            return _say(wording.STOPPED)
        if form.step == _WHO:
            person = _choose(turn.said, {each.value: each.button_title for each in Person})
            if person is None:
                return self._repeat_who()
            self._keep(turn, {_WHO: person})
            return self._go_on(turn)
        if turn.said == _BACK_STEP or said == "quay lai":
            return self._go_back(turn)
        return self._take_answer(turn, form)

    def _take_answer(self, turn: SkillTurn, form: Form) -> Answer:
        answers = _Answers.of(form)
        day = hanoi_date(turn.now)
        fact = choose_next(self._rulebook, answers.kept, day)
        if fact is None:
            return self._go_on(turn)
        read = _read_answer(fact, turn.said, day)
        if isinstance(read, _Refused):
            return self._ask(fact, answers, before=read.why)
        self._keep(turn, {**form.filled, fact.id: read})
        return self._go_on(turn)

    def _go_back(self, turn: SkillTurn) -> Answer:
        assert turn.session.form is not None
        filled = dict(turn.session.form.filled)
        filled.popitem()
        if not filled:
            turn.session.open_form(self.name, _WHO, now=turn.now)
            turn.session.form.filled = {}
            return self._repeat_who()
        self._keep(turn, filled)
        return self._go_on(turn)

    def _keep(self, turn: SkillTurn, filled: Mapping[str, str]) -> None:
        turn.session.close_form()
        turn.session.open_form(self.name, _ASKING, now=turn.now, **filled)
        assert turn.session.form is not None
        turn.session.form.can_be_resumed = True

    def _go_on(self, turn: SkillTurn) -> Answer:
        """Ask what still matters, else tell the result."""
        form = turn.session.form
        assert form is not None
        answers = _Answers.of(form)
        fact = choose_next(self._rulebook, answers.kept, hanoi_date(turn.now))
        if fact is not None:
            return self._ask(fact, answers)
        turn.session.form = None
        turn.session.paused = form.model_copy(update={"step": RESULT})
        return self._show(answers, RESULT, "", turn)

    def _ask(self, fact: Fact, answers: _Answers, *, before: str = "") -> Answer:
        who = answers.person.word
        question = fact.ask.format(who=who, Who=who.capitalize())
        hint = wording.SENSITIVE if fact.sensitive else ""
        choices = [Button(title=each.title, payload=f"{STEP_PREFIX}{each.id}") for each in fact.choices]
        skip = _NOT_TELLING if fact.sensitive else _NOT_SURE
        text = "\n\n".join(part for part in (before, f"**{question}**", hint) if part)
        return _say(text, *choices, skip, _BACK, _STOP)

    @staticmethod
    def _repeat_who() -> Answer:
        choices = [Button(title=each.button_title, payload=f"{STEP_PREFIX}{each}") for each in Person]
        return _say(wording.CHOOSE, *choices, _STOP)

    def _show(self, answers: _Answers, wish: str, what: str, turn: SkillTurn) -> Answer:
        result = self._assess(answers, hanoi_date(turn.now))
        catalogue = self._catalogue()
        if wish == WHY_NOT:
            return self._pages.render_why_not(result)
        found = next((each for each in result.assessments if each.programme.id == what), None)
        if wish == SEE and found is not None:
            offers = [make_offer("Nhắc tôi", REMIND, what)] if what in result.starts else []
            return self._pages.render_programme(found, result, catalogue, *offers)
        return self._pages.render(result, catalogue, _START_AGAIN)

    def _remind(self, answers: _Answers, programme: str, turn: SkillTurn) -> Answer:
        result = self._assess(answers, hanoi_date(turn.now))
        starts = result.starts
        if programme.isdecimal() and int(programme) < len(result.assessments):
            programme = result.assessments[int(programme)].programme.id  # where a button must not name it
        if programme not in starts:
            return _say(wording.NOT_HERE, _START_AGAIN)
        about = f"{answers.person}:{programme}"
        facts = {STARTS_ON: starts[programme]}
        return self._reminders.ask_consent(turn, rule_id=START_RULE, about=about, facts=facts)

    def _assess(self, answers: _Answers, day: date) -> Result:
        known = read_known(self._rulebook.facts, answers.kept, day)
        assessments = assess(self._rulebook, known, day, self._catalogue().parameters)
        starts = {
            each.programme.id: find_start(self._rulebook, each.programme.id, known, day)
            for each in assessments
            if each.verdict is Verdict.NOT
        }
        return Result(
            assessments=assessments,
            starts={name: start for name, start in starts.items() if start is not None},
            known=known,
            day=day,
        )


_ASKING = "asking"
_RESUME = make_offer("Làm tiếp", RESUME)
_START_AGAIN = Button(title="Làm lại từ đầu", payload=f"{START_PREFIX}{SKILL}:{AGAIN}")


@dataclass(frozen=True, slots=True)
class _Refused:
    why: str


def _read_answer(fact: Fact, said: str, today: date) -> str | _Refused:
    """Return what is kept of an answer, or why it cannot be taken."""
    if said == NOT_SAID or _fold(said) in _NOT_SURE_WORDS:
        return NOT_SAID
    if fact.id == BIRTH:
        return _read_birth(said, today)
    chosen = _choose(said, {each.id: each.title for each in fact.choices})
    return chosen if chosen is not None else _Refused(wording.CHOOSE)


def _read_birth(said: str, today: date) -> str | _Refused:
    words = _fold(said).replace("sinh", "").replace("nam", "").strip()
    if len(words) == 4 and words.isdecimal() and 1900 <= int(words) <= today.year:
        return words
    read = read_date(said)
    if isinstance(read, DateProblem):
        return _Refused(wording.BIRTH_UNREADABLE)
    return read.isoformat() if read <= today else _Refused(wording.BIRTH_IN_FUTURE)


def _choose(said: str, titles: Mapping[str, str]) -> str | None:
    """Return what was pressed, or whose title was typed with or without accents."""
    return next((key for key, title in titles.items() if said == key or _fold(said) == _fold(title)), None)


def _fold(text: str) -> str:
    return fold(normalise(text)).strip(" .")


def _is_ours(form: Form | None) -> bool:
    return form is not None and form.skill == SKILL


def _say(text: str, *buttons: Button) -> Answer:
    return Answer(kind=AnswerKind.FORM, text=text, buttons=buttons)
