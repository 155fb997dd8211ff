"""One decision from two opinions: Rasa's ranking and retrieval's ranking become answer, choice or unknown."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Self

import yaml
from pydantic import BaseModel, ConfigDict, Field

from bot.understanding.retrieval import Candidate

OUT_OF_SCOPE = "out-of-scope"
"""The intent of what the assistant is not there for."""
MOST_CHOICES = 4


class Thresholds(BaseModel):
    """The settings of the decision, from data/decision.yml; every figure is a score from 0 to 1."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    rasa_weight: float = Field(ge=0, le=1)
    answer_from: float
    answer_margin: float
    clarify_from: float
    clarify_within: float
    alone_answer_from: float
    alone_answer_margin: float
    alone_clarify_from: float

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
    """`candidates`: one where sure, two to four where unsure, none where unknown; best first."""

    verdict: Verdict
    candidates: tuple[Candidate, ...]
    confidence: float


def choose_meaning(
    *,
    rasa: Sequence[Candidate],
    retrieved: Sequence[Candidate],
    known: Collection[str],
    thresholds: Thresholds,
) -> Decision:
    """Return what a question means. `rasa` is empty when the server is away; `known`: the names that may answer.

    A candidate that only one side names keeps that side's share of the score.
    """
    alone = not rasa
    scores = _combine(rasa, retrieved, weight=0.0 if alone else thresholds.rasa_weight)
    ranked = sorted(
        (Candidate(name, score) for name, score in scores.items() if name in known or name == OUT_OF_SCOPE),
        key=lambda candidate: -candidate.score,
    )
    answer_from = thresholds.alone_answer_from if alone else thresholds.answer_from
    margin = thresholds.alone_answer_margin if alone else thresholds.answer_margin
    clarify_from = thresholds.alone_clarify_from if alone else thresholds.clarify_from
    if not ranked or ranked[0].score < clarify_from or ranked[0].name == OUT_OF_SCOPE:
        return Decision(verdict=Verdict.UNKNOWN, candidates=(), confidence=ranked[0].score if ranked else 0.0)
    best = ranked[0]
    second = ranked[1].score if len(ranked) > 1 else 0.0
    if best.score >= answer_from and best.score - second >= margin:
        return Decision(verdict=Verdict.SURE, candidates=(best,), confidence=best.score)
    choices = tuple(
        candidate
        for candidate in ranked
        if candidate.score >= best.score * thresholds.clarify_within and candidate.name != OUT_OF_SCOPE
    )[:MOST_CHOICES]
    if len(choices) == 1:
        # Nothing else comes near it: better to answer than to offer a choice of one.
        return Decision(verdict=Verdict.SURE, candidates=choices, confidence=best.score)
    return Decision(verdict=Verdict.UNSURE, candidates=choices, confidence=best.score)


def _combine(rasa: Sequence[Candidate], retrieved: Sequence[Candidate], *, weight: float) -> dict[str, float]:
    scores = {candidate.name: weight * candidate.score for candidate in rasa}
    for candidate in retrieved:
        scores[candidate.name] = scores.get(candidate.name, 0.0) + (1 - weight) * candidate.score
    return scores
