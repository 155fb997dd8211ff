"""Messages that must get a fixed, safe answer whatever else they contain: recognised with recall first.

The patterns and the words of the answers are data (data/safety/*.yml), matched on text whose accents are folded.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from bot.domain.answers import AnswerKind
from bot.yaml_files import read_yaml
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
    beside: tuple[str, ...] = ()
    """Where one of these is found too, an office is asked for something, but the danger may still be there: the
    question is answered, and the rule's `line` follows. Not where the file's `acute` says that it is now."""


class SafetyRule(BaseModel):
    """A kind of message and its fixed answer. `id`: also the end of a name in data/nlu, `danger.<id>`.

    `line`: what follows an ordinary answer where the danger cannot be excluded.
    `gives_way`: its fixed answer gives way to the answer to an ordinary question, if reading is sure of one and
    nothing is said of the file's `acute`; the line follows.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    kind: AnswerKind
    cases: tuple[SafetyCase, ...] = Field(min_length=1)
    text: str
    line: str = ""
    gives_way: bool = False

    @model_validator(mode="after")
    def _has_a_line_to_give_way_with(self) -> Self:
        if self.gives_way and not self.line:
            raise ValueError(f"{self.id}: gives_way without a line")
        return self


class SafetyFile(BaseModel):
    """A file of rules, and the lists of words that its patterns name in braces: "{procedure}".

    `meant`: words that are dangerous with these accents only. Typed without any they still count.
    `acute`: what says that a danger is not over, or that who writes is in one too.
    `idioms`: patterns of what is not meant as it is said, "mệt muốn chết"; rules are tried on what is left.
    `asked_of_office`: patterns of a message that asks an office for something and says nothing of a danger of now.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    words: dict[str, str] = Field(default_factory=dict)
    meant: tuple[str, ...] = ()
    acute: tuple[str, ...] = ()
    idioms: tuple[str, ...] = ()
    asked_of_office: tuple[str, ...] = ()
    safety: tuple[SafetyRule, ...]

    def compile(self) -> list[_Compiled]:
        """Return the rules ready to be tried."""
        return [
            _Compiled(
                rule,
                self.compile_patterns(case.patterns),
                self.compile_patterns(case.unless),
                self.compile_patterns(case.beside),
                self.compile_patterns(self.acute),
            )
            for rule in self.safety
            for case in rule.cases
        ]

    def compile_patterns(self, patterns: tuple[str, ...]) -> tuple[re.Pattern[str], ...]:
        """Return patterns with the lists of words filled in."""
        return tuple(re.compile(self._fill_in(pattern)) for pattern in patterns)

    def _fill_in(self, pattern: str) -> str:
        for name, words in self.words.items():
            pattern = pattern.replace("{" + name + "}", words)
        return pattern


@dataclass(frozen=True, slots=True)
class _Reading:
    """A text as patterns are tried on it.

    What has no accents is tried on `plain` alone: on "cứu với" as it is typed, "no cry for help" would hold. For
    the same reason what says that something is missing is tried on the last reading alone, raw Telex keys undone.
    """

    plain: tuple[str, ...]
    accented: str

    def has(self, patterns: tuple[re.Pattern[str], ...]) -> bool:
        """Tell whether one of some patterns is found."""
        return any(pattern.search(text) for pattern in patterns for text in self._list_texts(pattern.pattern))

    def _list_texts(self, pattern: str) -> tuple[str, ...]:
        plain = self.plain[-1:] if pattern.startswith("^(?!") else self.plain
        return plain if pattern.isascii() else (*plain, self.accented)


@dataclass(frozen=True, slots=True)
class _Compiled:
    rule: SafetyRule
    patterns: tuple[re.Pattern[str], ...]
    unless: tuple[re.Pattern[str], ...]
    beside: tuple[re.Pattern[str], ...]
    acute: tuple[re.Pattern[str], ...]

    def find(self, readings: Sequence[_Reading]) -> SafetyFound | None:
        """Return what a message is by this case, None where it is not like that. `readings`: as written first."""
        reading = next((each for each in readings if each.has(self.patterns)), None)
        if reading is None or reading.has(self.unless):
            return None
        is_beside = reading.has(self.beside) and not reading.has(self.acute)
        return SafetyFound(beside=self.rule) if is_beside else SafetyFound(rule=self.rule)


@dataclass(frozen=True, slots=True, kw_only=True)
class SafetyFound:
    """What the rules say. `rule`: its fixed answer is given; `beside`: its line follows whatever is answered.

    `is_doubtful`: known by likeness alone, and that is little. `is_faint`: so little that it holds only where
    nothing else could be meant.
    """

    rule: SafetyRule | None = None
    beside: SafetyRule | None = None
    is_doubtful: bool = False
    is_faint: bool = False


class SafetyRules:
    """All rules, in the order of the files: the first that holds answers."""

    def __init__(
        self,
        cases: Sequence[_Compiled],
        meant: Sequence[str] = (),
        asked_of_office: Sequence[re.Pattern[str]] = (),
        idioms: Sequence[re.Pattern[str]] = (),
    ) -> None:
        self._cases = tuple(cases)
        self._idioms = tuple(idioms)
        self._asked_of_office = tuple(asked_of_office)
        self._meant = tuple(
            (re.compile(rf"\b{re.escape(fold(words))}\b"), words.split()) for words in map(normalise, meant)
        )
        self._by_id = {case.rule.id: case.rule for case in cases}

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Return the rules of a folder, files in order of name."""
        paths = sorted(folder.glob("*.yml"))
        files = [SafetyFile.model_validate(read_yaml(path)) for path in paths]
        return cls(
            [case for file in files for case in file.compile()],
            [words for file in files for words in file.meant],
            [pattern for file in files for pattern in file.compile_patterns(file.asked_of_office)],
            [pattern for file in files for pattern in file.compile_patterns(file.idioms)],
        )

    def find_rule(self, text: str) -> SafetyRule | None:
        """Return the first rule that a text falls under."""
        return self.find(text).rule

    def find(self, text: str) -> SafetyFound:
        """Return the first rule that a text falls under, and the first before it that has but a line to add."""
        readings = self._read(text)
        beside = SafetyFound()
        for case in self._cases:
            found = case.find(readings)
            if found is not None and found.rule is not None:
                return SafetyFound(rule=found.rule, beside=beside.beside)
            if found is not None and beside.beside is None:
                beside = found
        return beside

    def is_asked_of_office(self, text: str) -> bool:
        """Tell whether a text asks an office for something, and says nothing of a danger of now."""
        reading = self._read(text)[-1]
        return _Reading(reading.plain[-1:], reading.accented).has(self._asked_of_office)

    def may_give_way(self, rule: SafetyRule, text: str) -> bool:
        """Tell whether the fixed answer of a rule gives way to an ordinary answer, if that is sure.

        A danger to life does so only where an office is asked for something.
        """
        if not rule.gives_way or (rule.kind is AnswerKind.EMERGENCY and not self.is_asked_of_office(text)):
            return False
        acute = next(case.acute for case in self._cases if case.rule.id == rule.id)
        return not any(reading.has(acute) for reading in self._read(text))

    def _read(self, text: str) -> tuple[_Reading, ...]:
        """Return a text as it is written and, where that differs, together with how understanding reads it."""
        written = self._leave_out_idioms(normalise(text))
        folded = self._fold(written)
        as_written = _Reading((folded,), written)
        # "ko", "dc" and raw Telex keys hide no danger; English seems Telex, so this reading alone excuses nothing.
        meant = self._fold(tidy(written))
        if meant in (folded, written):
            return (as_written,)
        return as_written, _Reading((folded, meant), written)

    def is_excused(self, rule: SafetyRule, text: str) -> bool:
        """Tell whether a text would fall under a rule, if it did not say too what excuses it."""
        readings = self._read(text)
        cases = [case for case in self._cases if case.rule.id == rule.id]
        return any(each.has(case.patterns) and each.has(case.unless) for case in cases for each in readings)

    def _leave_out_idioms(self, text: str) -> str:
        """Return a text with blanks in the places of what is not meant as it is said."""
        for pattern in self._idioms:
            folded = fold(text)
            if len(folded) != len(text):  # stray marks: the places would not be the same
                return text
            for found in pattern.finditer(folded if pattern.pattern.isascii() else text):
                text = text[: found.start()] + " " * len(found.group()) + text[found.end() :]
        return text

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
