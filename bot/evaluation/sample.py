"""A small part of the phrasings and the held-out questions about it, on which any pipeline can be measured.

Rasa's default pipeline takes hours for everything. On a sample it and ours learn the same and are asked the same
in one run; the figures say who is ahead on so many units, not how well citizens are understood.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from bot.evaluation.questions import GoldenQuestion
from bot.understanding.evidence import OUT_OF_SCOPE

PHRASINGS_EACH = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """What is learnt, by name, and what is asked afterwards."""

    phrasings: Mapping[str, Sequence[str]]
    questions: tuple[GoldenQuestion, ...]


def choose_sample(
    phrasings: Mapping[str, Sequence[str]], golden: Sequence[GoldenQuestion], *, units: int
) -> Sample:
    """Return so many units with held-out questions, a few phrasings of each, and out of scope beside them.

    Chosen by a hash of names and texts: the same data give the same sample.
    """
    asked = {question.expected[0] for question in golden} & phrasings.keys()
    names = [*sorted(asked - {OUT_OF_SCOPE}, key=_mix)[:units], OUT_OF_SCOPE]
    chosen = {name: sorted(phrasings[name], key=_mix)[:PHRASINGS_EACH] for name in names}
    return Sample(
        phrasings=chosen, questions=tuple(question for question in golden if question.expected[0] in chosen)
    )


def write_sample(sample: Sample, folder: Path) -> Path:
    """Write the phrasings to a folder shaped as data/, and return it."""
    file = folder / "nlu" / "phrasings.yml"
    file.parent.mkdir(parents=True, exist_ok=True)
    entries = [
        {"intent": name, "examples": "".join(f"- {text}\n" for text in texts)}
        for name, texts in sample.phrasings.items()
    ]
    file.write_text(yaml.safe_dump({"nlu": entries}, allow_unicode=True), encoding="utf-8")
    return folder


def _mix(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
