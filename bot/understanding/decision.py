"""One decision from a ranking: answer, choice or unknown."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Self

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from bot.understanding.evidence import OUT_OF_SCOPE
from bot.understanding.ranking import weigh
from bot.understanding.retrieval import Candidate
from bot.yaml_files import read_yaml

MOST_CHOICES = 4
MOST_OTHERS = 2
_RANKED = 8
_MOST_NAMED = 4


class Thresholds(BaseModel):
    """The settings of the decision, from data/decision.yml, chosen on held-out questions (docs/evaluation.md)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    alone_sharpness: float = Field(gt=0)
    """With Rasa away: turns the likeness of phrasings into confidences."""
    alone_outside: float
    """With Rasa away: what speaks for "out of scope" from the start ..."""
    alone_outside_less: float = Field(ge=0)
    """... and how much less with each thing of an office that the question names."""
    answer_from: float = Field(ge=0, le=1)
    certain_from: float = Field(ge=0, le=1)
    topic_from: float = Field(ge=0, le=1)
    clarify_from: float = Field(ge=0, le=1)
    clarify_within: float = Field(ge=0, le=1)
    alike_from: float = Field(ge=0, le=1)
    outside_from: float = Field(ge=0, le=1)
    danger_from: float = Field(gt=0, le=1)
    danger_beside_thing_from: float = Field(gt=0, le=1)
    danger_unanswered_from: float = Field(gt=0, le=1)
    danger_after_from: float = Field(gt=0, le=1)
    danger_beside_below: float = Field(ge=0, le=1)
    scam_beside_below: float = Field(ge=0, le=1)
    alone_from: float = Field(ge=0, le=1)
    outside_after_from: float = Field(ge=0, le=1)

    @classmethod
    def load(cls, path: Path) -> Self:
        """Return the settings of a file."""
        return cls.model_validate(read_yaml(path)["decision"])


class Verdict(StrEnum):
    """What a ranking comes to."""

    SURE = "sure"
    """One candidate is meant."""
    UNSURE = "unsure"
    """A few candidates may be meant: the citizen chooses."""
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """`candidates`: one where sure, two to four where unsure, none where unknown; best first.

    `others`: what else may be meant where the one is likely but not certain.
    """

    verdict: Verdict
    candidates: tuple[Candidate, ...]
    confidence: float
    others: tuple[Candidate, ...] = ()
    ranking: tuple[Candidate, ...] = ()
    """The likeliest names, best first, whatever was decided."""


NOTHING = Decision(verdict=Verdict.UNKNOWN, candidates=(), confidence=0.0)
"""Nothing is meant that a unit would answer."""


def choose_meaning(ranked: Sequence[Candidate], *, alike: float, thresholds: Thresholds) -> Decision:
    """Return what a question means. `ranked`: confidences that sum to 1, best first.

    `alike`: how near the nearest phrasing of all is. A question that is like none is not understood.
    """
    return replace(_decide(ranked, alike=alike, thresholds=thresholds), ranking=tuple(ranked[:_RANKED]))


def as_choice(decision: Decision) -> Decision:
    """Return a decision that offers what it would have answered."""
    if decision.verdict is not Verdict.SURE:
        return decision
    choices = (*decision.candidates, *decision.others)[:MOST_CHOICES]
    return replace(decision, verdict=Verdict.UNSURE, candidates=choices, others=())


def rank_alone(
    retrieved: Sequence[Candidate], *, known: Collection[str], named: int, thresholds: Thresholds
) -> list[Candidate]:
    """Return the ranking with Rasa away, by likeness alone. `known`: who may answer.

    `named`: how many things of an office the question names (vietnamese/concepts.tsv). A question of strange words
    only is likely not ours; one that names the card, a fee and an age hardly is not.
    """
    allowed = [each for each in retrieved if each.name in known or each.name == OUT_OF_SCOPE]
    outside = thresholds.alone_outside - thresholds.alone_outside_less * min(named, _MOST_NAMED)
    scores = [
        thresholds.alone_sharpness * each.score + (outside if each.name == OUT_OF_SCOPE else 0.0)
        for each in allowed
    ]
    return weigh([each.name for each in allowed], np.array(scores))


def _decide(ranked: Sequence[Candidate], *, alike: float, thresholds: Thresholds) -> Decision:
    outside = next((candidate.score for candidate in ranked if candidate.name == OUT_OF_SCOPE), 0.0)
    if not ranked or ranked[0].name == OUT_OF_SCOPE or alike < thresholds.alike_from:
        return Decision(verdict=Verdict.UNKNOWN, candidates=(), confidence=ranked[0].score if ranked else 0.0)
    best = ranked[0]
    is_ours = outside < thresholds.outside_from
    if is_ours and best.score >= thresholds.answer_from:
        others = tuple(
            candidate
            for candidate in ranked[1 : MOST_OTHERS + 1]
            if candidate.score >= best.score * thresholds.clarify_within and candidate.name != OUT_OF_SCOPE
        )
        is_certain = best.score >= thresholds.certain_from
        return Decision(
            verdict=Verdict.SURE,
            candidates=(best,),
            confidence=best.score,
            others=() if is_certain else others,
        )
    if best.score < thresholds.clarify_from:
        return Decision(verdict=Verdict.UNKNOWN, candidates=(), confidence=best.score)
    choices = tuple(
        candidate
        for candidate in ranked
        if candidate.score >= best.score * thresholds.clarify_within and candidate.name != OUT_OF_SCOPE
    )[:MOST_CHOICES]
    if len(choices) == 1 and is_ours:
        # Nothing else comes near it: better to answer than to offer a choice of one.
        return Decision(verdict=Verdict.SURE, candidates=choices, confidence=best.score)
    return Decision(verdict=Verdict.UNSURE, candidates=choices, confidence=best.score)
