"""What a question asks that leans on what was told before it: "còn lệ phí thì sao?"."""

from __future__ import annotations

from datetime import date

from bot.content.catalogue import Catalogue
from bot.content.schema import AnswerUnit, QuestionKind
from bot.understanding.decision import MOST_CHOICES, Verdict
from bot.understanding.evidence import OUT_OF_SCOPE
from bot.understanding.question_kind import NEAREST_KINDS
from bot.understanding.understood import Understood

FOLLOW_UP_WORDS = 6
"""A question of at most this many words may lean on the topic before it."""
SURELY_OUTSIDE_FROM = 0.75


def choose_follow_up(
    understood: Understood, catalogue: Catalogue, *, topic: str | None, day: date
) -> AnswerUnit | None:
    """Return the unit of a topic that a question asks for, if by itself it is about nothing or unsure."""
    if topic is None or understood.asked_kind is None:
        return None
    if not understood.leans_on_topic and not _may_lean(understood):
        return None
    units = catalogue.list_units_on(day)
    kinds = (understood.asked_kind, *NEAREST_KINDS.get(understood.asked_kind, ()), QuestionKind.OVERVIEW)
    return next((unit for kind in kinds for unit in units if (unit.topic, unit.kind) == (topic, kind)), None)


def list_near(understood: Understood, catalogue: Catalogue, *, after: str, day: date) -> list[AnswerUnit]:
    """List units of the same field that tell what was asked, where the topic has no such unit itself.

    `after`: the unit that was told last; what it points to goes first.
    """
    last = catalogue.units[after]
    field = last.topic.partition(".")[0]
    pointed_to = {catalogue.units[each].topic for each in last.related if each in catalogue.units}
    near = [
        unit
        for unit in catalogue.list_units_on(day)
        if unit.kind is understood.asked_kind and unit.topic.partition(".")[0] == field
    ]
    return sorted(near, key=lambda unit: unit.topic not in pointed_to)[:MOST_CHOICES]


def _may_lean(understood: Understood) -> bool:
    """Tell whether a question that is unsure by itself may be about the topic before it.

    One that is surely out of scope, "thời tiết hôm nay thế nào", is about no topic of ours.
    """
    decision = understood.decision
    outside = next((each.score for each in decision.ranking if each.name == OUT_OF_SCOPE), 0.0)
    is_unsure = decision.verdict is not Verdict.SURE and outside < SURELY_OUTSIDE_FROM
    return is_unsure and understood.word_count <= FOLLOW_UP_WORDS
