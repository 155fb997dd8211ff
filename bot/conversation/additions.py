"""What stands beside an answer: a way to say that it was not meant, or to a person, whom to call, the banner."""

from __future__ import annotations

from dataclasses import replace

from bot.conversation import wording
from bot.conversation.dialogue import DISLIKE_PREFIX
from bot.domain.answers import Answer, AnswerKind, Button
from bot.domain.handover import SKILL
from bot.domain.switches import Switches
from bot.skills.skill import SkillTurn
from bot.understanding.understood import Understood

DISLIKED_OFFERS = 2
"""After so many answers that were not meant, a person is offered."""


def add_feedback(answer: Answer, understood: Understood | None, turn: SkillTurn) -> Answer:
    """Let whoever typed a question say that its answer is not what they meant, or ask to be told of one."""
    if understood is None or not turn.message.address.channel.can_be_reached_later:
        return answer
    if answer.kind is AnswerKind.ANSWER and answer.answer_id is not None and not understood.parts:
        disliked = Button(title="Chưa đúng ý tôi", payload=f"{DISLIKE_PREFIX}{answer.answer_id}")
        return replace(answer, buttons=(*answer.buttons, disliked))
    if answer.kind is AnswerKind.UNKNOWN and understood.safety is None:
        return replace(answer, buttons=(wording.TELL_ME_BUTTON, *answer.buttons))
    return answer


def add_person(answer: Answer, understood: Understood | None, turn: SkillTurn, switches: Switches) -> Answer:
    """Offer a person to whom nothing was known for, or who disliked two answers."""
    message, session = turn.message, turn.session
    if not message.address.channel.can_be_reached_later or session.handover_id or SKILL in switches.skills_off:
        return answer
    was_unknown = understood is not None and understood.safety is None and answer.kind is AnswerKind.UNKNOWN
    has_disliked = (message.button or "").startswith(DISLIKE_PREFIX) and session.disliked >= DISLIKED_OFFERS
    if was_unknown or has_disliked:
        return replace(answer, buttons=(wording.PERSON_BUTTON, *answer.buttons))
    return answer


def add_number(answer: Answer, understood: Understood | None) -> Answer:
    """Add whom to call to the answer to an ordinary question, where a danger cannot be excluded."""
    if understood is None or answer.is_silent or answer.kind is AnswerKind.EMERGENCY:
        return answer
    rule = understood.beside
    if rule is None or not rule.line:
        return answer
    return replace(answer, text=f"{answer.text.strip()}\n\n{rule.line}")


def add_banner(answer: Answer, banner: str, turn: SkillTurn) -> Answer:
    """Put what everybody is to know before an answer, once in a conversation."""
    session = turn.session
    if not banner or answer.is_silent or session.banner_seen == banner:
        return answer
    if answer.kind in (AnswerKind.EMERGENCY, AnswerKind.SCAM):
        return answer
    session.banner_seen = banner
    return replace(answer, text=f"ℹ️ {banner}\n\n{answer.text}")
