"""Messages that must get a fixed, safe answer whatever else they contain: recognised with recall first.

The patterns and the words of the answers are data (data/safety/*.yml), matched on text whose accents are folded.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import yaml
from pydantic import BaseModel, ConfigDict, Field

from bot.domain.answers import AnswerKind
from vietnamese.normalise import fold, normalise


class SafetyRule(BaseModel):
    """A kind of message and its fixed answer.

    `patterns`: regular expressions on lower-case text, tried without accents and as it is written: one that has
    accents tells apart what only they do, "biến đi" from "biển đi".
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    kind: AnswerKind
    patterns: tuple[str, ...] = Field(min_length=1)
    unless: tuple[str, ...] = ()
    """Where one of these is found too, the rule does not hold, for example a question about a fee for it."""
    text: str
    related: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Compiled:
    rule: SafetyRule
    patterns: tuple[re.Pattern[str], ...]
    unless: tuple[re.Pattern[str], ...]


class SafetyRules:
    """All rules, in the order of the files: the first that holds answers."""

    def __init__(self, rules: tuple[SafetyRule, ...]) -> None:
        self._rules = tuple(
            _Compiled(rule, tuple(map(re.compile, rule.patterns)), tuple(map(re.compile, rule.unless)))
            for rule in rules
        )

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Return the rules of a folder, files in order of name."""
        rules: list[SafetyRule] = []
        for path in sorted(folder.glob("*.yml")):
            rules += (SafetyRule.model_validate(each) for each in yaml.safe_load(path.read_text())["safety"])
        return cls(tuple(rules))

    def find_rule(self, text: str) -> SafetyRule | None:
        """Return the first rule that a text falls under."""
        written = normalise(text)
        texts = (fold(written), written)
        for compiled in self._rules:
            if _is_found(compiled.patterns, texts) and not _is_found(compiled.unless, texts):
                return compiled.rule
        return None


def _is_found(patterns: tuple[re.Pattern[str], ...], texts: tuple[str, ...]) -> bool:
    return any(pattern.search(text) for pattern in patterns for text in texts)
