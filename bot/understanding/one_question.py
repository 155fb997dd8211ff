"""What a message means by itself, as one question: safety first, then the likeliest answer."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from dataclasses import replace
from datetime import date

from bot.content.catalogue import Catalogue
from bot.domain.answers import AnswerKind
from bot.understanding.breadth import answer_broadly, prefer_overview
from bot.understanding.broad_words import BroadWords
from bot.understanding.dangers import Dangers, leave_out_dangers
from bot.understanding.decision import NOTHING, Decision, Thresholds, Verdict, choose_meaning
from bot.understanding.in_force import ASIDE, DANGER
from bot.understanding.joining import names_thing
from bot.understanding.linked import LinkedQuestions
from bot.understanding.masking import mask
from bot.understanding.question_kind import find_question_kind
from bot.understanding.reader import Reader
from bot.understanding.retrieval import Candidate
from bot.understanding.safety import SafetyRule, SafetyRules
from bot.understanding.understood import Understood
from vietnamese.normalise import normalise, tokens
from vietnamese.tidy import tidy


class OneQuestion:
    """Reads a message as one question by itself."""

    def __init__(self, *, reader: Reader, safety: SafetyRules, thresholds: Thresholds, broad: BroadWords) -> None:
        """Take its parts."""
        self.reader = reader
        self._safety = safety
        self._dangers = Dangers(safety=safety, thresholds=thresholds)
        self._thresholds = thresholds
        self._broad = broad
        self._linked = LinkedQuestions({})

    def follow(self, catalogue: Catalogue) -> None:
        """Answer from this catalogue from now on, by the index that there is: a matter of milliseconds."""
        if catalogue.linked != self.reader.catalogue.linked:
            self._linked = LinkedQuestions(catalogue.linked)
        self.reader.follow(catalogue)

    def read_with(self, reader: Reader) -> OneQuestion:
        """Return one that reads the same way with another reader."""
        other = copy(self)
        other.reader = reader
        return other

    def judge(self, text: str) -> Understood:
        """Return what the safety rules say of a text, before anything is read."""
        masked = normalise(mask(text))
        found = self._safety.find(text)
        return Understood(
            decision=NOTHING,
            safety=found.rule,
            beside=found.beside,
            word_count=len(tokens(masked)),
            asked_kind=find_question_kind(masked),
            stands_alone=True,
        )

    async def read(self, text: str, *, day: date, ask: bool = True) -> Understood:
        """Return what a text means as one question by itself. `ask`: whether Rasa is asked."""
        masked = normalise(mask(text))
        understood = self.judge(text)
        safety, beside = understood.safety, understood.beside
        # A rule holds the answer ready, but a unit about that very scam says more, if it is meant for sure, and an
        # ordinary question that has but the words of a rule has its own answer.
        may_give_way = safety is not None and self._safety.may_give_way(safety, text)
        is_scam = safety is not None and safety.kind is AnswerKind.SCAM
        if (safety is not None and not is_scam and not may_give_way) or not understood.word_count:
            return understood
        if safety is None and (ready := self._find_ready(masked, day=day)) is not None:
            decision, stands_alone = ready
            return replace(understood, decision=decision, stands_alone=stands_alone)
        ranked = await self.reader.read(masked, day=day, ask=ask)
        is_broad = understood.is_broad
        decision = self.decide(ranked.names, alike=ranked.alike, is_broad=is_broad, day=day)
        if safety is not None and may_give_way and self._is_surely_ordinary(safety, decision, ranked.heard):
            safety, beside = None, beside or safety
        is_stopped = safety is not None and not is_scam
        otherwise, is_faint = None, False
        if safety is None:
            others = leave_out_dangers(decision)
            ordinary = decision if others is None else self.decide(others, alike=1.0, is_broad=is_broad, day=day)
            danger = self._dangers.find(masked, decision, ordinary, ranked, self.reader)
            safety, beside = danger.rule, danger.beside or beside
            decision = ordinary if safety is None else decision
            otherwise, is_faint = (ordinary if danger.is_doubtful else None), danger.is_faint
        if safety is not None and (is_stopped or not self._is_about_scams(decision)):
            decision = NOTHING
        elif safety is not None:
            safety = None
        is_certain = decision.verdict is Verdict.SURE and decision.confidence >= self._thresholds.alone_from
        # "lệ phí hết bao nhiêu" is surely about fees, but of what was spoken of, if anything was.
        likeliest = decision.candidates[0].name if decision.candidates else ""
        leans = likeliest in self.reader.catalogue.units
        is_certain = is_certain and not likeliest.startswith(ASIDE) and (not leans or names_thing(masked))
        return replace(
            understood,
            decision=decision,
            safety=safety,
            beside=beside,
            otherwise=otherwise,
            is_faint=is_faint,
            heard=ranked.heard,
            is_unheard=not ranked.heard,
            stands_alone=is_certain or (safety is not None and otherwise is None),
        )

    def decide(
        self,
        names: Sequence[Candidate],
        *,
        alike: float,
        is_broad: bool,
        day: date,
        thresholds: Thresholds | None = None,
    ) -> Decision:
        """Return the decision, with a summary in the place of its sides where all of them may be meant."""
        thresholds = thresholds or self._thresholds
        widen = answer_broadly if is_broad else prefer_overview
        return widen(
            choose_meaning(names, alike=alike, thresholds=thresholds),
            units=self.reader.catalogue.units,
            overviews=self.reader.find_in_force(day).overviews,
            thresholds=thresholds,
        )

    def tell_topic(self, decision: Decision, *, day: date) -> Decision:
        """Return the summary of a topic that nearly all of a ranking belongs to; else the decision as it is.

        By likeness alone, with Rasa away, sides are so near to each other that the few offered say too little.
        """
        told = prefer_overview(
            replace(decision, candidates=decision.ranking),
            units=self.reader.catalogue.units,
            overviews=self.reader.find_in_force(day).overviews,
            thresholds=self._thresholds,
        )
        return told if told.verdict is Verdict.SURE else decision

    def find_linked(self, masked: str, *, day: date) -> Decision | None:
        """Return the unit of a question that staff linked; in the queue they see it joined with the one before."""
        unit, likeness = self._linked.find(masked) or ("", 0.0)
        if unit not in self.reader.find_in_force(day).known:
            return None
        return Decision(verdict=Verdict.SURE, candidates=(Candidate(unit, likeness),), confidence=likeness)

    def gives_way(self, danger: SafetyRule, whole: Understood, text: str) -> bool:
        """Tell whether a danger in half of a text may be but a part of a story.

        So it is where the whole is surely ordinary, or is excused by the rule itself.
        """
        is_ordinary = self._is_surely_ordinary(danger, whole.decision, whole.heard)
        return (is_ordinary or self._safety.is_excused(danger, text)) and self._safety.may_give_way(danger, text)

    def _find_ready(self, masked: str, *, day: date) -> tuple[Decision, bool] | None:
        """Return what is known without reading, and whether it stands by itself.

        That is a question that staff linked, or a text that only names a thing.
        """
        linked = self.find_linked(masked, day=day)
        if linked is not None:
            return linked, True
        word = self._broad.find(tidy(masked))
        known = self.reader.find_in_force(day).known
        units = tuple(Candidate(unit, 1.0) for unit in (word.units if word else ()) if unit in known)
        if word is None or not units:
            return None
        verdict = Verdict.SURE if len(units) == 1 else Verdict.UNSURE
        return Decision(verdict=verdict, candidates=units, confidence=1.0), not word.leans

    def _is_surely_ordinary(self, rule: SafetyRule, decision: Decision, heard: Sequence[Candidate]) -> bool:
        """Tell whether reading is sure of an answer, and hardly anything speaks for what a rule takes it for."""
        likeliest = decision.candidates[0].name if decision.candidates else ""
        is_unit = likeliest in self.reader.catalogue.units and not self._is_scam_unit(likeliest)
        # By likeness alone, with Rasa away, nothing is so sure.
        if decision.verdict is not Verdict.SURE or not is_unit or not heard:
            return False
        dangers = sum(each.score for each in decision.ranking if each.name.startswith(DANGER))
        scams = sum(each.score for each in decision.ranking if self._is_scam_unit(each.name))
        is_scam = rule.kind is AnswerKind.SCAM and scams >= self._thresholds.scam_beside_below
        return not is_scam and dangers < self._thresholds.danger_beside_below

    def _is_scam_unit(self, name: str) -> bool:
        unit = self.reader.catalogue.units.get(name)
        return unit is not None and unit.is_about_scams

    def _is_about_scams(self, decision: Decision) -> bool:
        likeliest = decision.candidates[0].name if decision.candidates else ""
        return decision.verdict is Verdict.SURE and self._is_scam_unit(likeliest)
