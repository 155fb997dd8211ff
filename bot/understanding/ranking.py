"""The second stage: weighs what speaks for each of the likeliest names, and turns that into confidences.

Rasa's classifier finds the right name among its best ten nearly always and first six times in seven; which of the
ten is meant is decided here. The weights are data, learnt by `python -m bot learn-ranking` from the development
half of the held-out questions (docs/evaluation.md).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import ClassVar, Self

import numpy as np
from pydantic import BaseModel, ConfigDict, model_validator

from bot.understanding.evidence import FEATURES, LEAST_CHANCE, OUT_OF_SCOPE
from bot.understanding.retrieval import Candidate
from bot.understanding.words_of_names import Numbers

_UNRANKED = 0.5
"""Who is not among Rasa's best has so much of the chance of the last of them."""


class Weights(BaseModel):
    """The weight of each column of numbers that speak for names; a file of its own in data/ for each kind."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    columns: ClassVar[tuple[str, ...]] = ()
    learnt_by: ClassVar[str] = ""
    weights: dict[str, float]

    @classmethod
    def load(cls, path: Path) -> Self:
        """Return the weights of a file."""
        return cls.model_validate_json(path.read_text())

    @model_validator(mode="after")
    def _has_every_column(self) -> Self:
        if set(self.weights) != set(self.columns):
            raise ValueError(
                "the weights are not those of today's columns: give a new one 0 and run python -m bot"
                f" {self.learnt_by}"
            )
        return self

    def rank(self, names: Sequence[str], features: Numbers) -> list[Candidate]:
        """Return the names with confidences that sum to 1, best first. `features`: a row of columns for each."""
        return weigh(names, features @ [self.weights[name] for name in self.columns])


class Ranking(Weights):
    """How much each column of evidence counts, from data/ranking.json. `features`: what `Evidence` lists."""

    columns = FEATURES
    learnt_by = "learn-ranking"


def list_candidates(
    rasa: Sequence[Candidate], others: Iterable[str], *, known: Collection[str]
) -> list[Candidate]:
    """List what is looked at a second time: Rasa's best and others that may answer, and out of scope."""
    least = max(min((each.score for each in rasa), default=1.0) * _UNRANKED, LEAST_CHANCE)
    chances = {each.name: each.score for each in rasa}
    names = dict.fromkeys([*chances, OUT_OF_SCOPE, *others])
    return [Candidate(name, chances.get(name, least)) for name in names if name in known or name == OUT_OF_SCOPE]


def weigh(names: Sequence[str], scores: Numbers) -> list[Candidate]:
    """Return names with confidences that sum to 1, best first. `scores`: logarithms, up to a constant."""
    if not len(names):
        return []
    lifted = np.exp(scores - scores.max())
    shares = lifted / lifted.sum()
    ranked = [Candidate(name, float(share)) for name, share in zip(names, shares, strict=True)]
    return sorted(ranked, key=lambda each: (-each.score, each.name))


def leave_out(ranked: Sequence[Candidate], prefix: str) -> list[Candidate]:
    """Return the names that do not begin with a prefix; their confidences sum to 1 again."""
    kept = [each for each in ranked if not each.name.startswith(prefix)]
    whole = sum(each.score for each in kept) or 1.0
    return [Candidate(each.name, each.score / whole) for each in kept]
