"""Which questions go to the queue: what was not known, was unclear twice, or was not what the person meant."""

from __future__ import annotations

from bot.domain.answers import Answer, AnswerKind
from bot.domain.question import LONGEST, QuestionReason
from bot.domain.session import Session
from bot.skills.skill import SkillTurn
from bot.storage.questions import NewQuestion, record_question
from bot.understanding.again import asks_again
from bot.understanding.masking import mask
from bot.understanding.understood import Understood

UNCLEAR_FROM = 2
_NO_QUESTION = (AnswerKind.FORM, AnswerKind.SCAM)
_FEWEST_WORDS = 2
"""A single word is no question that staff could answer."""


async def note_question(turn: SkillTurn, understood: Understood | None, answer: Answer) -> None:
    """Remember what was asked, and put it into the queue where it was not answered well.

    What came by a button, an emergency, a step of a form, to be checked for a scam or to be told again is no
    question. What is said after an emergency, a scam or a form goes on from that, and not from what was asked
    before it. Only the masked text is kept.
    """
    session = turn.session
    if answer.kind in (AnswerKind.EMERGENCY, AnswerKind.SCAM):
        session.leave_subject()
    if answer.kind is AnswerKind.FORM:
        session.subject = None
    if understood is None or understood.safety is not None or answer.kind in _NO_QUESTION:
        return
    if answer.kind is AnswerKind.ANSWER and asks_again(turn.message.text):
        return
    session.unclear_in_a_row = session.unclear_in_a_row + 1 if answer.kind is AnswerKind.CLARIFY else 0
    session.last_question = (understood.whole_text or " ".join(mask(turn.message.text).split()))[:LONGEST]
    if answer.kind in (AnswerKind.ANSWER, AnswerKind.CLARIFY):
        session.subject = understood.subject[-LONGEST:] or session.last_question
    session.last_question_id = None
    reason = _judge(session, understood, answer)
    if reason is not None:
        question = NewQuestion(text=session.last_question, reason=reason, channel=turn.message.address.channel)
        session.last_question_id = await record_question(turn.tx, question, now=turn.now)


async def note_disliked(turn: SkillTurn, unit_id: str) -> None:
    """Put the last question into the queue, because its answer was not what the person had asked; once."""
    session = turn.session
    if session.last_question and session.last_question_id is None:
        question = NewQuestion(
            text=session.last_question,
            reason=QuestionReason.DISLIKED,
            channel=turn.message.address.channel,
            unit_id=unit_id,
        )
        session.last_question_id = await record_question(turn.tx, question, now=turn.now)


def _judge(session: Session, understood: Understood, answer: Answer) -> QuestionReason | None:
    if understood.word_count < _FEWEST_WORDS:
        return None
    if answer.kind is AnswerKind.UNKNOWN:
        return QuestionReason.UNKNOWN
    if session.unclear_in_a_row == UNCLEAR_FROM:
        return QuestionReason.UNCLEAR
    return None
