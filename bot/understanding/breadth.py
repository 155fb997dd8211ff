"""How broad a question is: one that only names a thing gets its summary, or a choice among the things so named."""

from __future__ import annotations

from collections.abc import Mapping

from bot.content.schema import AnswerUnit, QuestionKind
from bot.understanding.decision import MOST_CHOICES, Decision, Thresholds, Verdict
from bot.understanding.evidence import OUT_OF_SCOPE
from bot.understanding.retrieval import Candidate

TOLD_IN_OVERVIEW = frozenset(
    (
        QuestionKind.OVERVIEW,
        QuestionKind.CONDITION,
        QuestionKind.DOCUMENTS,
        QuestionKind.STEPS,
        QuestionKind.ONLINE,
        QuestionKind.FEE,
        QuestionKind.AMOUNT,
        QuestionKind.TIME,
        QuestionKind.PLACE,
    )
)
BROAD_WORDS = 4
"""So many words without a kind of question only name a thing: "làm căn cước", "đổi thẻ"."""
_LEADS = 2.0
"""A topic this many times as likely as the next is the one that is meant."""


def prefer_overview(
    decision: Decision, *, units: Mapping[str, AnswerUnit], overviews: Mapping[str, str], thresholds: Thresholds
) -> Decision:
    """Return the summary of a procedure where only its side that is meant is unsure: it tells them all.

    `overviews`: the summary of each topic that has one in force.
    """
    if decision.verdict is not Verdict.UNSURE or not _is_ours(decision, thresholds):
        return decision
    told = [
        each for each in decision.candidates if each.name in units and units[each.name].kind in TOLD_IN_OVERVIEW
    ]
    topic, share = next(iter(_share_by_topic(told, units)), ("", 0.0))
    if topic not in overviews or share < thresholds.topic_from:
        return decision
    return Decision(verdict=Verdict.SURE, candidates=(Candidate(overviews[topic], share),), confidence=share)


def answer_broadly(
    decision: Decision, *, units: Mapping[str, AnswerUnit], overviews: Mapping[str, str], thresholds: Thresholds
) -> Decision:
    """Return the decision on a question that only names a thing: its summary, or two to four to choose from."""
    best = next(iter(decision.ranking), None)
    is_clear = decision.verdict is Verdict.UNKNOWN or decision.confidence >= thresholds.certain_from
    if best is None or best.name not in units or is_clear or not _is_ours(decision, thresholds):
        return decision
    topics = _share_by_topic([each for each in decision.ranking if each.name in units], units)
    (topic, share), second = topics[0], topics[1][1] if len(topics) > 1 else 0.0
    if share >= _LEADS * second and topic in overviews:
        return Decision(verdict=Verdict.SURE, candidates=(Candidate(overviews[topic], share),), confidence=share)
    near = [(name, part) for name, part in topics if part >= share * thresholds.clarify_within][:MOST_CHOICES]
    if len(near) == 1:
        return decision
    nearest = {units[each.name].topic: each.name for each in reversed(decision.ranking) if each.name in units}
    choices = tuple(Candidate(overviews.get(name, nearest[name]), part) for name, part in near)
    return Decision(verdict=Verdict.UNSURE, candidates=choices, confidence=share)


def _is_ours(decision: Decision, thresholds: Thresholds) -> bool:
    """Tell whether little speaks for a question that is out of scope: else nothing is answered for sure."""
    outside = next((each.score for each in decision.ranking if each.name == OUT_OF_SCOPE), 0.0)
    return outside < thresholds.outside_from


def _share_by_topic(candidates: list[Candidate], units: Mapping[str, AnswerUnit]) -> list[tuple[str, float]]:
    shares: dict[str, float] = {}
    for candidate in candidates:
        topic = units[candidate.name].topic
        shares[topic] = shares.get(topic, 0.0) + candidate.score
    return sorted(shares.items(), key=lambda each: -each[1])
