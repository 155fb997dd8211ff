"""One decision from two opinions: Rasa's ranking and retrieval's ranking become answer, choice or unknown."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Self

import yaml
from pydantic import BaseModel, ConfigDict, Field

from bot.understanding.retrieval import Candidate

OUT_OF_SCOPE = "out-of-scope"
"""The intent of what the assistant is not there for."""
MOST_CHOICES = 4
MOST_OTHERS = 2
_RANKED = 8
_MOST_NAMED = 4
_UNRANKED = 0.5
_LEAST_CHANCE = 1e-4


class Thresholds(BaseModel):
    """The settings of the decision, from data/decision.yml, chosen on held-out questions (docs/evaluation.md)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    likeness_weight: float = Field(ge=0)
    """How much a phrasing that is alike counts beside the logarithm of Rasa's confidence."""
    outside_start: float
    """What speaks for "out of scope" from the start, beside what Rasa and retrieval say ..."""
    outside_less: float = Field(ge=0)
    """... and how much less with each thing of an office that the question names."""
    sharpness: float = Field(gt=0)
    """Turns the sum of both into confidences that are as often right as they say."""
    alone_sharpness: float = Field(gt=0)
    """The same where Rasa is away and likeness decides alone."""
    answer_from: float = Field(ge=0, le=1)
    certain_from: float = Field(ge=0, le=1)
    topic_from: float = Field(ge=0, le=1)
    clarify_from: float = Field(ge=0, le=1)
    clarify_within: float = Field(ge=0, le=1)
    alike_from: float = Field(ge=0, le=1)
    outside_from: float = Field(ge=0, le=1)

    @classmethod
    def load(cls, path: Path) -> Self:
        """Return the settings of a file."""
        return cls.model_validate(yaml.safe_load(path.read_text())["decision"])


class Verdict(StrEnum):
    """What the two opinions come to."""

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


def choose_meaning(
    *,
    rasa: Sequence[Candidate],
    retrieved: Sequence[Candidate],
    known: Collection[str],
    named: int,
    thresholds: Thresholds,
) -> Decision:
    """Return what a question means. `rasa` is empty when the server is away; `known`: who may answer.

    `named`: how many things of an office the question names (vietnamese/concepts.tsv). A question of strange words
    only is likely not ours; one that names the card, a fee and an age hardly is not.
    """
    ranked = _combine(rasa, retrieved, known=known, named=named, thresholds=thresholds)
    alike = next((candidate.score for candidate in retrieved if candidate.name in known), 0.0)
    return replace(_decide(ranked, alike=alike, thresholds=thresholds), ranking=tuple(ranked[:_RANKED]))


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


def _combine(
    rasa: Sequence[Candidate],
    retrieved: Sequence[Candidate],
    *,
    known: Collection[str],
    named: int,
    thresholds: Thresholds,
) -> list[Candidate]:
    """Return the candidates with confidences that sum to 1, best first."""
    likeness = {candidate.name: candidate.score for candidate in retrieved}
    chances = {candidate.name: candidate.score for candidate in rasa}
    names = [name for name in chances.keys() | likeness.keys() if name in known or name == OUT_OF_SCOPE]
    # Who is not among Rasa's best has less than the last of them.
    least = max(min(chances.values(), default=1.0) * _UNRANKED, _LEAST_CHANCE)
    scores = {
        name: math.log(max(chances.get(name, least), _LEAST_CHANCE))
        + thresholds.likeness_weight * likeness.get(name, 0.0)
        for name in names
    }
    if OUT_OF_SCOPE in scores:
        scores[OUT_OF_SCOPE] += thresholds.outside_start - thresholds.outside_less * min(named, _MOST_NAMED)
    sharpness = thresholds.sharpness if rasa else thresholds.alone_sharpness
    top = max(scores.values(), default=0.0)
    lifted = {name: math.exp(sharpness * (score - top)) for name, score in scores.items()}
    total = sum(lifted.values())
    return sorted(
        (Candidate(name, share / total) for name, share in lifted.items()),
        key=lambda each: (-each.score, each.name),
    )
