"""Messages that must get a fixed, safe answer whatever else they contain: recognised with recall first.

The patterns and the words of the answers are data (data/safety/*.yml), matched on text whose accents are folded.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import yaml
from pydantic import BaseModel, ConfigDict, Field

from bot.domain.answers import AnswerKind
from vietnamese.normalise import fold, normalise
from vietnamese.tidy import tidy


class SafetyCase(BaseModel):
    """A way in which a kind of message is worded.

    `patterns`: regular expressions on lower-case text, tried without accents and as it is written: one that has
    accents tells apart what only they do, "biến đi" from "biển đi".
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    patterns: tuple[str, ...] = Field(min_length=1)
    unless: tuple[str, ...] = ()
    """Where one of these is found too, the case does not hold, for example a question about a fee for it."""


class SafetyRule(BaseModel):
    """A kind of message and its fixed answer. `id`: also the end of a name in data/nlu, `danger.<id>`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    kind: AnswerKind
    cases: tuple[SafetyCase, ...] = Field(min_length=1)
    text: str


class SafetyFile(BaseModel):
    """A file of rules, and the lists of words that its patterns name in braces: "{procedure}".

    `meant`: words that are dangerous with these accents only. Typed without any they still count.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    words: dict[str, str] = Field(default_factory=dict)
    meant: tuple[str, ...] = ()
    safety: tuple[SafetyRule, ...]

    def compile(self) -> list[_Compiled]:
        """Return the rules ready to be tried."""
        return [
            _Compiled(rule, self._compile(case.patterns), self._compile(case.unless))
            for rule in self.safety
            for case in rule.cases
        ]

    def _compile(self, patterns: tuple[str, ...]) -> tuple[re.Pattern[str], ...]:
        return tuple(re.compile(self._fill_in(pattern)) for pattern in patterns)

    def _fill_in(self, pattern: str) -> str:
        for name, words in self.words.items():
            pattern = pattern.replace("{" + name + "}", words)
        return pattern


@dataclass(frozen=True, slots=True)
class _Compiled:
    rule: SafetyRule
    patterns: tuple[re.Pattern[str], ...]
    unless: tuple[re.Pattern[str], ...]

    def holds(self, as_written: tuple[str, ...], as_meant: tuple[str, ...]) -> bool:
        if _is_found(self.patterns, as_written):
            return not _is_found(self.unless, as_written)
        return _is_found(self.patterns, as_meant) and not _is_found(self.unless, (*as_written, *as_meant))


class SafetyRules:
    """All rules, in the order of the files: the first that holds answers."""

    def __init__(self, cases: Sequence[_Compiled], meant: Sequence[str] = ()) -> None:
        self._cases = tuple(cases)
        self._meant = tuple(
            (re.compile(rf"\b{re.escape(fold(words))}\b"), words.split()) for words in map(normalise, meant)
        )
        self._by_id = {case.rule.id: case.rule for case in cases}

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Return the rules of a folder, files in order of name."""
        paths = sorted(folder.glob("*.yml"))
        files = [SafetyFile.model_validate(yaml.safe_load(path.read_text())) for path in paths]
        return cls(
            [case for file in files for case in file.compile()], [words for file in files for words in file.meant]
        )

    def find_rule(self, text: str) -> SafetyRule | None:
        """Return the first rule that a text falls under."""
        written = normalise(text)
        as_written = tuple(dict.fromkeys((self._fold(written), written)))
        # "ko", "dc" and raw Telex keys hide no danger; English seems Telex, so this reading alone excuses nothing.
        meant = self._fold(tidy(written))
        as_meant = () if meant in as_written else (meant,)
        return next((case.rule for case in self._cases if case.holds(as_written, as_meant)), None)

    def _fold(self, text: str) -> str:
        """Take the accents off, but for words that are dangerous with other accents than these."""
        folded = fold(text)
        if len(folded) != len(text):  # stray marks: the places would not be the same
            return folded
        for pattern, meant in self._meant:
            for found in pattern.finditer(folded):
                typed = text[found.start() : found.end()]
                words = zip(typed.split(), meant, strict=True)
                if any(word not in (with_accents, fold(word)) for word, with_accents in words):
                    folded = folded[: found.start()] + typed + folded[found.end() :]
        return folded

    def get_rule(self, rule_id: str) -> SafetyRule:
        """Return a rule by its name. KeyError where there is none."""
        return self._by_id[rule_id]


def _is_found(patterns: tuple[re.Pattern[str], ...], texts: tuple[str, ...]) -> bool:
    return any(pattern.search(text) for pattern in patterns for text in texts)
