"""Tells whether a message is ours, by the code that it shows. It says nothing of the person it was sent to."""

from __future__ import annotations

from bot.domain.answers import Answer, AnswerKind
from bot.domain.notice_code import find_notice_code
from bot.skills.skill import SkillTurn
from bot.skills.verify.verdict import render_verdict

ASK = "Bạn gõ mã ghi ở cuối tin, dạng 06-7KQ4-X2MB."


class VerifySkill:
    """Kiểm tra tin."""

    name = "verify"

    async def start(self, turn: SkillTurn) -> Answer:
        """Look the code of the message up, or ask for one."""
        if find_notice_code(turn.message.text) is None:
            turn.session.open_form(self.name, "code", now=turn.now)
            assert turn.session.form is not None
            turn.session.form.takes_text = True
            return Answer(kind=AnswerKind.FORM, text=ASK)
        turn.session.close_form()
        return Answer(kind=AnswerKind.FORM, text=await render_verdict(turn.tx, turn.message.text))

    async def proceed(self, turn: SkillTurn) -> Answer:
        """Take the code."""
        return await self.start(turn)

    def knows(self, turn: SkillTurn) -> bool:
        """Tell whether the message holds a code."""
        return find_notice_code(turn.message.text) is not None
