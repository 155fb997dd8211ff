"""Dangers to life that no pattern knows: known by likeness to what people told of such (decision 38)."""

from __future__ import annotations

from collections.abc import Sequence

from bot.understanding.decision import Decision, Thresholds, Verdict
from bot.understanding.evidence import OUT_OF_SCOPE
from bot.understanding.in_force import ASIDE, DANGER
from bot.understanding.ranking import leave_out
from bot.understanding.reader import Ranked, Reader
from bot.understanding.retrieval import Candidate
from bot.understanding.safety import SafetyFound, SafetyRules


class Dangers:
    """Tells when a message is stopped for a danger that it is like."""

    def __init__(self, *, safety: SafetyRules, thresholds: Thresholds) -> None:
        self._safety = safety
        self._thresholds = thresholds

    def find(
        self, masked: str, decision: Decision, ordinary: Decision, ranked: Ranked, reader: Reader
    ) -> SafetyFound:
        """Return the rule of a danger that a message is like: not even the likeliest meaning, recall goes first.

        Only what surely has an answer of its own is answered by that. What is about a thing of an office that no
        danger is told with, "thẻ bị chó cắn rách", or asks an office for something, "ba em nằm xuống cần giấy gì",
        must be more like one: it is answered, and the number follows. `ordinary`: the decision if it is no danger.
        """
        # With Rasa away likeness decides alone, and leaves a little of its chance to many; what people only tell
        # of themselves is near to what they tell of dangers.
        is_aside = bool(decision.candidates) and decision.candidates[0].name.startswith(ASIDE)
        by_likeness = decision.ranking if is_aside else decision.candidates
        looked_at = ranked.names if ranked.heard else by_likeness
        dangers = [each for each in looked_at if each.name.startswith(DANGER)]
        chance = sum(each.score for each in dangers)
        is_sure = decision.verdict is Verdict.SURE and decision.confidence >= self._thresholds.certain_from
        is_known = is_sure and not decision.candidates[0].name.startswith((DANGER, ASIDE))
        least = self._find_least(looked_at) if ranked.heard else self._thresholds.danger_from
        if is_known or chance < least:
            return SafetyFound()
        is_faint = chance < self._thresholds.danger_from
        likeliest = max(dangers, key=lambda each: each.score)
        rule = self._safety.get_rule(likeliest.name.removeprefix(DANGER))
        if chance < self._thresholds.danger_beside_thing_from:
            has_answer = ordinary.verdict is not Verdict.UNKNOWN
            is_asked = has_answer and self._safety.is_asked_of_office(masked)
            if is_asked or reader.names_thing_unlike(masked, DANGER):
                return SafetyFound(beside=None if is_faint else rule)
        is_doubtful = chance < self._thresholds.danger_after_from
        return SafetyFound(rule=rule, is_doubtful=is_doubtful, is_faint=is_faint)

    def _find_least(self, looked_at: Sequence[Candidate]) -> float:
        """Return how likely a danger must be: less, where what else is likeliest has no answer to be lost."""
        others = (each.name for each in looked_at if not each.name.startswith(DANGER))
        is_unanswered = next(others, "").startswith((OUT_OF_SCOPE, ASIDE))
        return self._thresholds.danger_unanswered_from if is_unanswered else self._thresholds.danger_from


def leave_out_dangers(decision: Decision) -> Sequence[Candidate] | None:
    """Return the other meanings, where a danger is among those that may be meant; else None."""
    if not any(each.name.startswith(DANGER) for each in decision.candidates):
        return None
    return leave_out(decision.ranking, DANGER)
