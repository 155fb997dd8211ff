"""The conversation of the skill: the code, then the secret, then the state."""

from __future__ import annotations

from bot.clock import hanoi_date
from bot.domain.answers import Answer, AnswerKind, Button
from bot.domain.application import find_code
from bot.skills.application_status import wording
from bot.skills.application_status.lookup import ApplicationLookup
from bot.skills.skill import START_PREFIX, STEP_PREFIX, SkillTurn

_STOP = "stop"
_STOP_BUTTON = Button(title="Thôi", payload=f"{STEP_PREFIX}{_STOP}")


class ApplicationStatusSkill:
    """Tra cứu trạng thái hồ sơ."""

    name = "application-status"

    def __init__(self, lookup: ApplicationLookup) -> None:
        self._lookup = lookup

    async def start(self, turn: SkillTurn) -> Answer:
        """Ask for the code, or for the secret where the message already holds a code."""
        code = find_code(turn.message.text)
        return self._ask_secret(turn, code) if code else self._ask_code(turn, wording.ASK_CODE)

    async def proceed(self, turn: SkillTurn) -> Answer:
        """Take the code or the secret, whichever is asked for."""
        form = turn.session.form
        assert form is not None
        if turn.said == _STOP:
            turn.session.close_form()
            return Answer(kind=AnswerKind.FORM, text=wording.STOPPED)
        code = find_code(turn.said)
        if form.step == "code" or code is not None:
            return self._ask_secret(turn, code) if code else self._ask_code(turn, wording.ASK_CODE_AGAIN)
        application = await self._lookup.find(
            turn.tx, code=form.filled["code"], said=turn.said, asker=turn.message.address, now=turn.now
        )
        turn.session.close_form()
        again = Button(title="Tra hồ sơ khác", payload=f"{START_PREFIX}{self.name}")
        if application is None:
            return Answer(kind=AnswerKind.FORM, text=wording.NOT_FOUND, buttons=(again,))
        return Answer(
            kind=AnswerKind.FORM,
            text=wording.render_status(application, today=hanoi_date(turn.now)),
            buttons=(again,),
            private=True,
        )

    def _ask_code(self, turn: SkillTurn, text: str) -> Answer:
        turn.session.open_form(self.name, "code", now=turn.now)
        return Answer(kind=AnswerKind.FORM, text=text, buttons=(_STOP_BUTTON,))

    def _ask_secret(self, turn: SkillTurn, code: str) -> Answer:
        turn.session.open_form(self.name, "secret", now=turn.now, code=code)
        return Answer(kind=AnswerKind.FORM, text=wording.ASK_PROOF, buttons=(_STOP_BUTTON,))
