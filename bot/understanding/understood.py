"""What a message means, once it was read."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from bot.content.catalogue import Catalogue
from bot.content.schema import AnswerUnit, QuestionKind
from bot.understanding.breadth import BROAD_WORDS
from bot.understanding.decision import Decision, Verdict
from bot.understanding.retrieval import Candidate
from bot.understanding.safety import SafetyRule


@dataclass(frozen=True, slots=True, kw_only=True)
class Understood:
    """What a message means. `safety`: a fixed answer that goes before all else."""

    decision: Decision
    safety: SafetyRule | None = None
    beside: SafetyRule | None = None
    """An ordinary question, but the danger of this rule cannot be excluded: its line follows the answer."""
    otherwise: Decision | None = None
    """What else it means, where it is but a little like the danger that `safety` names: people who go on from a
    question tell of themselves, "vợ em là người Lào", as those do who tell of a danger."""
    is_faint: bool = False
    """So little like that danger that it holds only where nothing else could be meant: no number follows."""
    word_count: int
    asked_kind: QuestionKind | None = None
    heard: tuple[Candidate, ...] = ()
    """What Rasa made of it by itself."""
    is_unheard: bool = False
    """Rasa was away, so whatever else is read of this message is read without it: nobody waits twice."""
    stands_alone: bool = False
    """It says by itself what it means, whatever was asked before."""
    whole_text: str = ""
    """Together with what was asked before, masked, where it goes on from that."""
    subject: str = ""
    """What the conversation is about with it, where it goes on from what was asked before."""
    parts: tuple[Understood, ...] = ()
    """The two questions, where a message asks two different things."""

    @property
    def is_broad(self) -> bool:
        """Tell whether it is so short that it only names a thing."""
        return self.asked_kind is None and self.word_count <= BROAD_WORDS

    def as_ordinary(self) -> Understood:
        """Return it as an ordinary message, where it is but a little like a danger: the number follows."""
        if self.otherwise is None:
            return self
        beside = self.beside if self.is_faint else self.safety
        return replace(self, decision=self.otherwise, safety=None, beside=beside, otherwise=None)

    @property
    def name(self) -> str | None:
        """The unit or intent that is meant, where that is sure."""
        return self.decision.candidates[0].name if self.decision.verdict is Verdict.SURE else None


def list_unit_choices(
    decision: Decision, catalogue: Catalogue, *, day: date
) -> list[tuple[Candidate, AnswerUnit]]:
    """List the units among the candidates that are in force, best first."""
    found = ((candidate, catalogue.find_unit_on(candidate.name, day)) for candidate in decision.candidates)
    return [(candidate, unit) for candidate, unit in found if unit is not None]
