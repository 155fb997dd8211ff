"""What a message means: normalised and masked, read by Rasa and by retrieval side by side, decided once.

reader.py       how likely each name is meant by a text
decision.py     one of them, a choice, or unknown
dangers.py      a message that is like a danger to life is none of them
halves.py       where a message may fall into two questions; two_questions.py: whether it does
in_context.py   what goes on from the question before is read together with it
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from copy import copy
from dataclasses import replace
from datetime import date
from pathlib import Path

from bot.content.catalogue import Catalogue
from bot.domain.answers import AnswerKind
from bot.understanding.breadth import answer_broadly, prefer_overview
from bot.understanding.broad_words import BroadWords
from bot.understanding.dangers import Dangers, leave_out_dangers
from bot.understanding.decision import Decision, Thresholds, Verdict, choose_meaning
from bot.understanding.evidence import Numbers
from bot.understanding.halves import list_cuts
from bot.understanding.in_context import Before, InContext, Readings, Reply, find_field, list_features
from bot.understanding.in_force import DANGER
from bot.understanding.joining import adds_to_subject, join, name_subject, names_thing
from bot.understanding.linked import LinkedQuestions
from bot.understanding.masking import end_lines, mask
from bot.understanding.question_kind import find_question_kind, names_no_topic
from bot.understanding.ranking import Ranking
from bot.understanding.rasa import RasaClient
from bot.understanding.reader import Ranked, Reader
from bot.understanding.retrieval import Candidate
from bot.understanding.safety import SafetyRule, SafetyRules
from bot.understanding.two_questions import TwoQuestions, Way, are_answers
from bot.understanding.two_questions import list_features as list_way_features
from bot.understanding.understood import Understood
from vietnamese.normalise import normalise, tokens
from vietnamese.tidy import tidy

_NOTHING = Decision(verdict=Verdict.UNKNOWN, candidates=(), confidence=0.0)


class Understanding:
    """Reads messages."""

    def __init__(
        self,
        *,
        rasa: RasaClient,
        safety: SafetyRules,
        thresholds: Thresholds,
        ranking: Ranking,
        in_context: InContext,
        two_questions: TwoQuestions,
        broad: BroadWords,
        kept_in: Path | None = None,
    ) -> None:
        """Take its parts. `kept_in`: the folder where the search index is kept between starts."""
        self._reader = Reader(rasa=rasa, ranking=ranking, thresholds=thresholds, kept_in=kept_in)
        self._safety = safety
        self._dangers = Dangers(safety=safety, thresholds=thresholds)
        self._thresholds = thresholds
        self._thresholds_after = thresholds.model_copy(update={"outside_from": thresholds.outside_after_from})
        self._in_context = in_context
        self._two_questions = two_questions
        self._broad = broad
        self._linked = LinkedQuestions({})

    @property
    def reader(self) -> Reader:
        """Return what ranks names for texts."""
        return self._reader

    def use(self, catalogue: Catalogue) -> None:
        """Answer from this catalogue from now on, index and all."""
        self.follow(catalogue)
        self.index(catalogue)

    def follow(self, catalogue: Catalogue) -> None:
        """Answer from this catalogue from now on, by the index that there is: a matter of milliseconds."""
        if catalogue.linked != self._reader.catalogue.linked:
            self._linked = LinkedQuestions(catalogue.linked)
        self._reader.follow(catalogue)

    def index(self, catalogue: Catalogue) -> None:
        """Build the index anew where titles or phrasings changed. It takes seconds, and may run in a thread."""
        self._reader.index(catalogue)

    def read_for(self, catalogue: Catalogue) -> Understanding:
        """Return one that reads questions the same way for another catalogue: a change before it is published."""
        other = self._read_with(self._reader.read_with())
        other.use(catalogue)
        return other

    def ask(self, rasa: RasaClient) -> Understanding:
        """Return one that reads questions the same way, but for another understanding server."""
        return self._read_with(self._reader.read_with(rasa))

    def _read_with(self, reader: Reader) -> Understanding:
        other = copy(self)
        other._reader = reader
        return other

    async def understand(self, text: str, *, day: date) -> Understood:
        """Return what a text means by itself on a day. Never raises: without Rasa, retrieval decides alone."""
        understood = await self.understand_whole(text, day=day)
        if understood.safety is not None:
            return understood
        return await self._understand_halves(understood, text, before=None, day=day)

    async def read_on(self, understood: Understood, text: str, *, before: Before, day: date) -> Understood:
        """Return what a text means that may go on from what was asked before. `understood`: by itself."""
        if understood.stands_alone or understood.parts or understood.safety is not None:
            return understood
        halved = await self._understand_halves(understood, text, before=before, day=day)
        if halved.parts:
            masked = normalise(mask(text))
            subject = _join(before.subject, masked) if adds_to_subject(masked) else before.subject
            return replace(halved, subject=subject)
        if halved.safety is not None:
            return halved
        return await self._read_on(halved, text, before=before, day=day)

    async def _understand_halves(
        self, understood: Understood, text: str, *, before: Before | None, day: date
    ) -> Understood:
        """Return a text as its two questions, where it is likelier two; a danger in any half goes first."""
        understood, ways = await self.read_ways(understood, text, before=before, day=day)
        if understood.safety is not None or not ways:
            return understood
        features = self.compare_ways(understood, text, ways)
        way = self._two_questions.choose(ways, features)
        return replace(understood, parts=way.parts if way is not None else ())

    def compare_ways(self, understood: Understood, text: str, ways: Sequence[Way]) -> Numbers:
        """Return what speaks for a text as it is, and for each way to read it as two questions."""
        return list_way_features(normalise(mask(text)), understood, ways, self._reader.catalogue.units)

    async def read_ways(
        self, understood: Understood, text: str, *, before: Before | None, day: date
    ) -> tuple[Understood, list[Way]]:
        """Return the ways to read a text as two questions that both have an answer.

        Where a half is a danger, that is what the text means, or it is put beside the answer.
        """
        ways = []
        whole = normalise(mask(end_lines(text)))
        for cut in list_cuts(whole, is_plain=normalise(text).isascii()):
            if before is not None and names_thing(cut.first):
                continue  # it goes on from nothing, so it was read so already
            read = await self._understand_both(cut.halves, before=before, day=day)
            # What the whole was excused for is no danger because half of it says less.
            found = [each.safety for each in read if each.safety is not None and each.safety != understood.beside]
            danger = next((rule for rule in found if rule.kind is AnswerKind.EMERGENCY), None)
            # Where it is certain what the whole asks, it is answered, and the number follows.
            if (
                danger is not None
                and not understood.stands_alone
                and not self._gives_way(danger, understood, whole)
            ):
                return replace(understood, decision=_NOTHING, safety=danger), []
            beside = next((each.beside for each in read if each.beside is not None), danger)
            understood = replace(understood, beside=understood.beside or beside)
            way = Way(cut, read)
            if are_answers(way, self._reader.catalogue.units):
                ways.append(way)
        return understood, ways

    def _gives_way(self, danger: SafetyRule, whole: Understood, text: str) -> bool:
        """Tell whether a danger in half of a text may be but a part of a story.

        So it is where the whole is surely ordinary, or is excused by the rule itself.
        """
        is_ordinary = self._is_surely_ordinary(danger, whole.decision, whole.heard)
        return (is_ordinary or self._safety.is_excused(danger, text)) and self._safety.may_give_way(danger, text)

    async def _understand_both(
        self, halves: tuple[str, str], *, before: Before | None, day: date
    ) -> tuple[Understood, Understood]:
        """Return what each half means; the one that is read first may say what both are about.

        In "mất bao lâu và hết bao nhiêu tiền làm căn cước" that is the second.
        """
        is_turned = names_no_topic(halves[0]) and not names_no_topic(halves[1])
        parts = []
        for half in reversed(halves) if is_turned else halves:
            part = await self.understand_whole(half, day=day)
            if before is not None and not part.stands_alone:
                part = await self._read_on(part, half, before=before, day=day)
            parts.append(part)
            unit = self._reader.catalogue.units.get(part.name or "")
            before = Before(subject=half, topic=unit.topic if unit else None, unit=unit.id if unit else None)
        first, second = reversed(parts) if is_turned else parts
        return first, second

    async def understand_whole(self, text: str, *, day: date) -> Understood:
        """Return what a text means as one question by itself."""
        masked = normalise(mask(text))
        words = tokens(masked)
        kind = find_question_kind(masked)
        found = self._safety.find(text)
        safety, beside = found.rule, found.beside
        understood = Understood(
            decision=_NOTHING,
            safety=safety,
            beside=beside,
            word_count=len(words),
            asked_kind=kind,
            stands_alone=True,
        )
        # A rule holds the answer ready, but a unit about that very scam says more, if it is meant for sure, and an
        # ordinary question that has but the words of a rule has its own answer.
        may_give_way = safety is not None and self._safety.may_give_way(safety, text)
        is_scam = safety is not None and safety.kind is AnswerKind.SCAM
        if (safety is not None and not is_scam and not may_give_way) or not words:
            return understood
        if safety is None and (ready := self._find_ready(masked, day=day)) is not None:
            decision, stands_alone = ready
            return replace(understood, decision=decision, stands_alone=stands_alone)
        ranked = await self._reader.read(masked, day=day)
        is_broad = understood.is_broad
        decision = self._decide(ranked.names, alike=ranked.alike, is_broad=is_broad, day=day)
        if safety is not None and may_give_way and self._is_surely_ordinary(safety, decision, ranked.heard):
            safety, beside = None, beside or safety
        is_stopped = safety is not None and not is_scam
        if safety is None:
            others = leave_out_dangers(decision)
            ordinary = decision if others is None else self._decide(others, alike=1.0, is_broad=is_broad, day=day)
            danger = self._dangers.find(masked, decision, ordinary, ranked, self._reader)
            safety, beside = danger.rule, danger.beside or beside
            decision = ordinary if danger.beside is not None else decision
        if safety is not None and (is_stopped or not self._is_about_scams(decision)):
            decision = _NOTHING
        elif safety is not None:
            safety = None
        is_certain = decision.verdict is Verdict.SURE and decision.confidence >= self._thresholds.alone_from
        return replace(
            understood,
            decision=decision,
            safety=safety,
            beside=beside,
            heard=ranked.heard,
            stands_alone=is_certain or safety is not None,
        )

    async def compare_in_context(
        self, understood: Understood, text: str, *, before: Before, day: date
    ) -> tuple[list[str], Numbers, float]:
        """Return the names that may be meant after what was asked before, and what speaks for each.

        The numbers are what `InContext` weighs; the last one is how near the nearest phrasing of all is.
        """
        reader, masked = self._reader, normalise(mask(text))
        joined = _join(before.subject, masked)
        last = reader.catalogue.units.get(before.unit or "")
        titled = _join(name_subject(last), masked) if last is not None else joined
        topic = reader.find_in_force(day).topics.get(before.topic or "", ())
        heard = understood.heard or await reader.hear(masked)
        alone = reader.weigh(masked, heard, day=day, also=topic)
        with_question, with_title = await asyncio.gather(
            reader.read(joined, day=day, also=topic), reader.read(titled, day=day, also=topic)
        )
        # What only asks for a side, "mất bao lâu", is about something of the field that was spoken of.
        only_asks = understood.asked_kind is not None and names_no_topic(masked)
        field = before.topic if only_asks else None
        readings = Readings(
            alone=self._list_shares(alone, field),
            joined=self._list_shares(with_question, field),
            titled=self._list_shares(with_title, field),
        )
        reply = Reply(words=understood.word_count, names_thing=names_thing(masked), kind=understood.asked_kind)
        features = list_features(readings, before, reply, reader.catalogue)
        return readings.list_names(), features, max(alone.alike, with_question.alike, with_title.alike)

    async def _read_on(self, understood: Understood, text: str, *, before: Before, day: date) -> Understood:
        """Return what a text means after what was asked before, whatever it may mean by itself.

        What would be an emergency or a scam only when joined is not joined.
        """
        masked = normalise(mask(text))
        joined = _join(before.subject, masked)
        if self._safety.find_rule(joined) is not None:
            return understood
        kept = understood if adds_to_subject(masked) else replace(understood, subject=before.subject)
        linked = self._find_linked(joined, day=day)
        if linked is not None:
            return replace(kept, decision=linked, whole_text=joined)
        names, features, alike = await self.compare_in_context(understood, text, before=before, day=day)
        decision = self._decide(
            self._in_context.rank(names, features),
            alike=alike,
            is_broad=understood.is_broad,
            day=day,
            thresholds=self._thresholds_after,
        )
        if decision.verdict is Verdict.UNKNOWN and not understood.heard:
            return understood  # it only names a thing, and has its choice
        after = replace(kept, decision=decision)
        if not self._stays_near(decision, before) or after.name == understood.name:
            return after
        return replace(after, whole_text=joined, subject=after.subject or joined)

    def _stays_near(self, decision: Decision, before: Before) -> bool:
        """Tell whether what is likeliest meant belongs to the field that was spoken of."""
        units = self._reader.catalogue.units
        unit = units.get(decision.candidates[0].name) if decision.candidates else None
        return unit is not None and before.topic is not None and find_field(unit.topic) == find_field(before.topic)

    def _find_ready(self, masked: str, *, day: date) -> tuple[Decision, bool] | None:
        """Return what is known without reading, and whether it stands by itself.

        That is a question that staff linked, or a text that only names a thing.
        """
        linked = self._find_linked(masked, day=day)
        if linked is not None:
            return linked, True
        word = self._broad.find(tidy(masked))
        known = self._reader.find_in_force(day).known
        units = tuple(Candidate(unit, 1.0) for unit in (word.units if word else ()) if unit in known)
        if word is None or not units:
            return None
        verdict = Verdict.SURE if len(units) == 1 else Verdict.UNSURE
        return Decision(verdict=verdict, candidates=units, confidence=1.0), not word.leans

    def _find_linked(self, masked: str, *, day: date) -> Decision | None:
        """Return the unit of a question that staff linked; in the queue they see it joined with the one before."""
        unit, likeness = self._linked.find(masked) or ("", 0.0)
        if unit not in self._reader.find_in_force(day).known:
            return None
        return Decision(verdict=Verdict.SURE, candidates=(Candidate(unit, likeness),), confidence=likeness)

    def _decide(
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
            units=self._reader.catalogue.units,
            overviews=self._reader.find_in_force(day).overviews,
            thresholds=thresholds,
        )

    def _is_surely_ordinary(self, rule: SafetyRule, decision: Decision, heard: Sequence[Candidate]) -> bool:
        """Tell whether reading is sure of an answer, and hardly anything speaks for what a rule takes it for."""
        likeliest = decision.candidates[0].name if decision.candidates else ""
        is_unit = likeliest in self._reader.catalogue.units and not self._is_scam_unit(likeliest)
        # By likeness alone, with Rasa away, nothing is so sure.
        if decision.verdict is not Verdict.SURE or not is_unit or not heard:
            return False
        dangers = sum(each.score for each in decision.ranking if each.name.startswith(DANGER))
        scams = sum(each.score for each in decision.ranking if self._is_scam_unit(each.name))
        is_scam = rule.kind is AnswerKind.SCAM and scams >= self._thresholds.scam_beside_below
        return not is_scam and dangers < self._thresholds.danger_beside_below

    def _is_scam_unit(self, name: str) -> bool:
        unit = self._reader.catalogue.units.get(name)
        return unit is not None and unit.is_about_scams

    def _is_about_scams(self, decision: Decision) -> bool:
        likeliest = decision.candidates[0].name if decision.candidates else ""
        return decision.verdict is Verdict.SURE and self._is_scam_unit(likeliest)

    def _list_shares(self, ranked: Ranked, topic: str | None) -> dict[str, float]:
        """Return the confidences of one reading; a danger is only ever told by the message itself.

        `topic`: only units of its field.
        """
        units = self._reader.catalogue.units
        return {
            each.name: each.score
            for each in ranked.names
            if not each.name.startswith(DANGER)
            and (topic is None or (each.name in units and find_field(units[each.name].topic) == find_field(topic)))
        }


def _join(subject: str, masked: str) -> str:
    """Return both as one text; digits of an ID number that was cut in two are masked only now."""
    return normalise(mask(join(subject, masked)))
