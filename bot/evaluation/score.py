"""The score of the decision that answers citizens: masked text, Rasa and retrieval, one decision."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from bot.content.catalogue import Catalogue
from bot.content.schema import QuestionKind
from bot.domain.answers import AnswerKind
from bot.evaluation.questions import GoldenQuestion
from bot.understanding.breadth import TOLD_IN_OVERVIEW
from bot.understanding.decision import Verdict
from bot.understanding.in_force import ASIDE
from bot.understanding.understand import Understanding
from bot.understanding.understood import Understood

UNDECIDED = "?"
"""A choice was offered instead of an answer."""
UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """One question and what it was taken for; `offered`: a right unit was among a choice."""

    question: str
    expected: str
    got: str
    offered: bool = False
    confidence: float = 0.0

    @property
    def is_right(self) -> bool:
        """Tell whether it was answered at once, and right."""
        return self.got == self.expected


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """Shares from 0 to 1 of `n` questions."""

    accuracy: float
    right_or_offered: float
    macro_f1: float
    n: int


async def score_question(
    understanding: Understanding, catalogue: Catalogue, question: GoldenQuestion, *, text: str, day: date
) -> Scored:
    """Score one question as it was typed: `text` is the question itself, or the question with noise."""
    return score_understood(await understanding.understand(text, day=day), question, catalogue, text=text)


def score_understood(
    understood: Understood, question: GoldenQuestion, catalogue: Catalogue, *, text: str
) -> Scored:
    """Score what a question was understood as. `text`: as it was typed."""
    decision = understood.decision
    names = [candidate.name for candidate in (*decision.candidates, *decision.others)]
    return Scored(
        question=text,
        expected=question.expected[0],
        got=judge(find_name(understood, question), question, catalogue),
        offered=any(name in names for name in question.expected),
        confidence=decision.confidence,
    )


def find_name(understood: Understood, question: GoldenQuestion) -> str:
    """Return the name of what answers a question; a choice and "unknown" have names of their own.

    What is read as two questions is answered twice: the right one counts.
    """
    if understood.safety is not None:
        # The fixed warning about scams is a right answer to a question about one.
        about_scams = any("lua-dao" in name.split(".") for name in question.expected)
        if understood.safety.kind is AnswerKind.SCAM and about_scams:
            return question.expected[0]
        return f"safety.{understood.safety.id}"
    if understood.parts:
        told = [part.name or UNKNOWN for part in understood.parts]
        return next((name for name in told if name in question.expected), told[0])
    return understood.name or (UNDECIDED if understood.decision.candidates else UNKNOWN)


def judge(name: str, question: GoldenQuestion, catalogue: Catalogue) -> str:
    """Return the unit expected where what was found answers as well, else what was found."""
    is_right = name in question.expected or any(_tells(catalogue, name, each) for each in question.expected)
    return question.expected[0] if is_right else name


def sum_up(scored: Sequence[Scored]) -> Score:
    """Return the score over all questions."""
    return Score(
        accuracy=sum(each.is_right for each in scored) / len(scored),
        right_or_offered=sum(each.is_right or each.offered for each in scored) / len(scored),
        macro_f1=find_macro_f1(scored),
        n=len(scored),
    )


def find_macro_f1(scored: Iterable[Scored]) -> float:
    """Return the mean over the expected names of each one's F1."""
    scored = list(scored)
    right: Counter[str] = Counter(each.got for each in scored if each.is_right)
    expected = Counter(each.expected for each in scored)
    got = Counter(each.got for each in scored)
    return sum(2 * right[name] / (expected[name] + got[name]) for name in expected) / len(expected)


async def is_left_unanswered(understanding: Understanding, text: str, *, day: date) -> bool:
    """Tell whether no answer is given at once to what is out of scope."""
    understood = await understanding.understand(text, day=day)
    is_answered = bool(understood.parts) or understood.decision.verdict is Verdict.SURE
    # Whoever only tells of themselves is asked what they want to know.
    is_aside = understood.name is not None and understood.name.startswith(ASIDE)
    return understood.safety is not None or (is_aside and not understood.parts) or not is_answered


def _tells(catalogue: Catalogue, got: str, expected: str) -> bool:
    """Tell whether the answer given tells what was asked beside something else of the same topic.

    The summary of a procedure tells each side; the answer on its fee also tells the time and the place.
    """
    given, wanted = catalogue.units.get(got), catalogue.units.get(expected)
    if given is None or wanted is None or given.topic != wanted.topic:
        return False
    if given.kind is QuestionKind.OVERVIEW and wanted.kind in TOLD_IN_OVERVIEW:
        return True
    first_line = wanted.versions[-1].text.strip().partition("\n")[0]
    return first_line in given.versions[-1].text
