"""While a chat is with staff: what is typed goes to them, masked, and the assistant is silent."""

from __future__ import annotations

from bot.domain.answers import SILENCE, Answer, AnswerKind
from bot.domain.handover import MOST_MESSAGES, Author, HandoverState
from bot.handover.lifecycle import hear_citizen
from bot.handover.rules import Duty
from bot.skills.handover import wording
from bot.skills.handover.skill import BACK_BUTTON, find_open_handover, leave
from bot.skills.skill import SkillTurn
from bot.storage.encryption import Cipher
from bot.storage.handovers import count_messages
from bot.understanding.masking import mask_for_staff
from bot.understanding.understood import Understood
from vietnamese.normalise import fold, normalise

_BACK_WORDS = frozenset(
    {
        "quay lai",
        "quay lai voi may",
        "ve voi may",
        "thoat",
        "ket thuc",
        "gap may",
        "gap tro ly",
    }
)
_ALWAYS_ANSWERED = (AnswerKind.EMERGENCY, AnswerKind.SCAM)
"""What cannot wait until staff read it."""


class WithStaff:
    """Passes on to staff."""

    def __init__(self, *, duty: Duty, cipher: Cipher) -> None:
        self._duty = duty
        self._cipher = cipher

    async def pass_on(self, turn: SkillTurn, understood: Understood | None) -> Answer | None:
        """Return what to say, which is mostly nothing; None where the message is for the assistant.

        Buttons and commands are for the assistant, and so is the reply that a form it opened waits for.
        """
        message, session = turn.message, turn.session
        if understood is None or session.form is not None:
            return None
        held = await find_open_handover(turn)
        if held is None:
            return None
        if fold(normalise(message.text)).strip(" .!") in _BACK_WORDS:
            return await leave(turn)
        said = await count_messages(turn.tx, held.id, Author.CITIZEN)
        if said >= MOST_MESSAGES:
            return Answer(kind=AnswerKind.FORM, text=wording.TOO_MANY, buttons=(BACK_BUTTON,))
        masked = mask_for_staff(message.text)
        await hear_citizen(
            turn.tx,
            self._cipher,
            held,
            f"(sửa) {masked}" if message.edited else masked,
            duty=self._duty,
            now=turn.now,
        )
        rule = understood.safety
        if rule is not None and rule.kind in _ALWAYS_ANSWERED:
            return Answer(kind=rule.kind, text=rule.text, answer_id=f"safety.{rule.id}", confidence=1.0)
        if held.state is HandoverState.REQUESTED and not session.told_passed_on:
            session.told_passed_on = True
            return Answer(kind=AnswerKind.FORM, text=self._duty.rules.texts.passed_on, buttons=(BACK_BUTTON,))
        return SILENCE

    async def note_file(self, turn: SkillTurn) -> Answer | None:
        """Tell both sides that files do not go to staff; None where the chat is not with staff."""
        held = await find_open_handover(turn)
        if held is None:
            return None
        await hear_citizen(turn.tx, self._cipher, held, wording.FILE_TRIED, duty=self._duty, now=turn.now)
        return Answer(kind=AnswerKind.FORM, text=wording.NO_FILES, buttons=(BACK_BUTTON,))
