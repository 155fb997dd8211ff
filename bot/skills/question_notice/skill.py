"""Asks for consent, and keeps which question somebody waits for, until they are told."""

from __future__ import annotations

from bot.domain.answers import Answer, AnswerKind, Button
from bot.domain.question import PURPOSE
from bot.reminders.rules import ConsentWording
from bot.skills.skill import STEP_PREFIX, SkillTurn
from bot.storage.citizens import record_contact
from bot.storage.consents import ConsentAction, record_consent
from bot.storage.questions import record_asker
from vietnamese.normalise import fold, normalise

NOT_HERE = "Ở đây tôi không nhắn cho bạn sau này được."
GONE = "Câu hỏi đó không còn. Bạn gõ lại câu hỏi, nếu tôi chưa biết thì bấm Báo tôi lần nữa."
ASK_AGAIN = "Bạn bấm **Đồng ý** hoặc **Không**."
REFUSED = "Được, tôi không lưu gì về bạn."
SET = "✅ Khi có câu trả lời, tôi nhắn bạn một tin rồi quên việc này."
_QUESTION = "question"
_AGREE = Button(title="Đồng ý", payload=f"{STEP_PREFIX}yes")
_DISAGREE = Button(title="Không", payload=f"{STEP_PREFIX}no")


class QuestionNoticeSkill:
    """Báo tôi khi có câu trả lời."""

    name = "question-notice"

    def __init__(self, consent: ConsentWording) -> None:
        assert consent.purpose == PURPOSE
        self._consent = consent

    async def start(self, turn: SkillTurn) -> Answer:
        """Ask for consent."""
        turn.session.close_form()
        if not turn.message.address.channel.can_be_reached_later:
            return _say(NOT_HERE)
        if turn.session.last_question_id is None:
            return _say(GONE)
        question = str(turn.session.last_question_id)
        turn.session.open_form(self.name, "consent", now=turn.now, **{_QUESTION: question})
        return _say(self._consent.text, _AGREE, _DISAGREE)

    async def proceed(self, turn: SkillTurn) -> Answer:
        """Keep who waits for the question, or nothing."""
        form = turn.session.form
        assert form is not None
        if _is_said(turn, _DISAGREE):
            turn.session.close_form()
            return _say(REFUSED)
        if not _is_said(turn, _AGREE):
            return _say(ASK_AGAIN, _AGREE, _DISAGREE)
        turn.session.close_form()
        contact = await record_contact(turn.tx, turn.message.address, now=turn.now)
        await record_consent(
            turn.tx,
            citizen_id=contact.citizen_id,
            purpose=PURPOSE,
            action=ConsentAction.GIVEN,
            wording_sha256=self._consent.sha256,
            channel=turn.message.address.channel,
            now=turn.now,
        )
        kept = await record_asker(turn.tx, int(form.filled[_QUESTION]), contact.id, now=turn.now)
        return _say(SET if kept else GONE)


def _is_said(turn: SkillTurn, button: Button) -> bool:
    """Tell whether a button was pressed, or its very words were typed: an "ok" is no consent."""
    if turn.message.button is not None:
        return turn.message.button == button.payload
    return fold(normalise(turn.message.text)).strip(" .") == fold(normalise(button.title))


def _say(text: str, *buttons: Button) -> Answer:
    return Answer(kind=AnswerKind.FORM, text=text, buttons=buttons)
