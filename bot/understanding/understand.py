"""What a message means: normalised and masked, read by Rasa and by retrieval side by side, decided once.

one_question.py  what it means by itself, as one question
    reader.py    how likely each name is meant
    decision.py  one of them, a choice, or unknown
    dangers.py   a message that is like a danger to life is none of them
halves.py        where it may fall into two questions; two_questions.py: whether it does
going_on.py      what it means after what was asked before
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from dataclasses import replace
from datetime import date
from pathlib import Path

from bot.content.catalogue import Catalogue
from bot.domain.answers import AnswerKind
from bot.understanding.broad_words import BroadWords
from bot.understanding.courtesy import leave_out_thanks
from bot.understanding.decision import NOTHING, Thresholds
from bot.understanding.going_on import GoingOn, join_masked
from bot.understanding.halves import Boundary, list_cuts
from bot.understanding.in_context import Before, InContext
from bot.understanding.joining import adds_to_subject, names_thing
from bot.understanding.masking import end_lines, mask
from bot.understanding.one_question import OneQuestion
from bot.understanding.question_kind import names_no_topic
from bot.understanding.ranking import Ranking
from bot.understanding.rasa import RasaClient
from bot.understanding.reader import Reader
from bot.understanding.safety import SafetyRule, SafetyRules
from bot.understanding.two_questions import TwoQuestions, Way, find_way, list_features
from bot.understanding.understood import Understood
from bot.understanding.words_of_names import Numbers
from vietnamese.normalise import normalise


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
        """Take its parts. `kept_in`: where the index, and what answers tell, is kept between starts."""
        reader = Reader(rasa=rasa, ranking=ranking, thresholds=thresholds, kept_in=kept_in)
        self._one = OneQuestion(reader=reader, safety=safety, thresholds=thresholds, broad=broad)
        self._going_on = GoingOn(self._one, safety=safety, in_context=in_context, thresholds=thresholds)
        self._two_questions = two_questions

    @property
    def reader(self) -> Reader:
        """Return what ranks names for texts."""
        return self._one.reader

    def use(self, catalogue: Catalogue) -> None:
        """Answer from this catalogue from now on, index and all."""
        self.follow(catalogue)
        self.index(catalogue)

    def follow(self, catalogue: Catalogue) -> None:
        """Answer from this catalogue from now on, by the index that there is: a matter of milliseconds."""
        self._one.follow(catalogue)

    def index(self, catalogue: Catalogue) -> None:
        """Build the index anew where what it holds changed. It takes seconds, and may run in a thread."""
        self.reader.index(catalogue)

    def read_for(self, catalogue: Catalogue) -> Understanding:
        """Return one that reads questions the same way for another catalogue: a change before it is published."""
        other = self._read_with(self.reader.read_with())
        other.use(catalogue)
        return other

    def ask(self, rasa: RasaClient) -> Understanding:
        """Return one that reads questions the same way, but for another understanding server."""
        return self._read_with(self.reader.read_with(rasa))

    def _read_with(self, reader: Reader) -> Understanding:
        other = copy(self)
        other._one = self._one.read_with(reader)
        other._going_on = self._going_on.read_with(other._one)
        return other

    async def understand(self, text: str, *, day: date) -> Understood:
        """Return what a text means by itself on a day. Never raises: without Rasa, retrieval decides alone."""
        understood = await self.understand_whole(text, day=day)
        if understood.safety is not None:
            return understood
        return await self._understand_halves(understood, text, before=None, day=day)

    async def understand_whole(self, text: str, *, day: date) -> Understood:
        """Return what a text means as one question by itself."""
        return await self._one.read(leave_out_thanks(text), day=day)

    async def compare_in_context(
        self, understood: Understood, text: str, *, before: Before, day: date
    ) -> tuple[list[str], Numbers, float]:
        """Return the names that may be meant after what was asked before, and what speaks for each."""
        return await self._going_on.compare(understood, leave_out_thanks(text), before=before, day=day)

    async def read_on(self, understood: Understood, text: str, *, before: Before, day: date) -> Understood:
        """Return what a text means that may go on from what was asked before. `understood`: by itself."""
        text = leave_out_thanks(text)
        understood, masked = understood.as_ordinary(), normalise(mask(text))
        is_two = bool(understood.parts) and names_thing(masked)
        if understood.stands_alone or is_two or understood.safety is not None:
            return understood
        alone = replace(understood, parts=())
        halved = await self._understand_halves(alone, text, before=before, day=day)
        if halved.parts:
            subject = join_masked(before.subject, masked) if adds_to_subject(masked) else before.subject
            return replace(halved, subject=subject)
        if halved.safety is not None:
            return halved
        return await self._going_on.read(halved, text, before=before, day=day)

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
        return list_features(normalise(mask(leave_out_thanks(text))), understood, ways)

    async def read_ways(
        self, understood: Understood, text: str, *, before: Before | None, day: date
    ) -> tuple[Understood, list[Way]]:
        """Return the ways to read a text as two questions that both have an answer.

        Where a half is a danger, that is what the text means, or it is put beside the answer.
        """
        ways, text = [], leave_out_thanks(text)
        whole, excused = normalise(mask(end_lines(text))), understood.beside
        # Where the whole has an answer, or goes on from a question, half of it must be much like a danger.
        is_calm = before is not None or understood.name in self.reader.catalogue.units
        for at, cut in enumerate(list_cuts(whole, is_plain=normalise(text).isascii())):
            if before is not None and names_thing(cut.first):
                continue  # it goes on from nothing, so it was read so already
            if understood.heard or at == 0:
                ask = not understood.is_unheard
                read = await self._understand_both(cut.halves, before=before, day=day, ask=ask, is_calm=is_calm)
            else:  # with Rasa away likeness takes long: only the likeliest way is read, others by rules
                read = self._one.judge(cut.first), self._one.judge(cut.second)
            # Where nothing stands between them, a half may be a piece of a sentence: "sống nửa đời người chưa".
            if cut.boundary is not Boundary.NONE:
                understood = self._look_for_danger(understood, read, whole, excused)
                if understood.safety is not None:
                    return understood, []
            way = find_way(cut, read, self.reader.catalogue.units)
            if way is not None:
                ways.append(way)
        return understood, ways

    def _look_for_danger(
        self, understood: Understood, halves: Sequence[Understood], whole: str, excused: SafetyRule | None
    ) -> Understood:
        """Return what a text means where half of it is a danger: that goes first, or its number follows.

        `excused`: the rule that has but a line to add to the whole text.
        """
        # What the whole was excused for is no danger because half of it says less.
        found = [each.safety for each in halves if each.safety is not None and each.safety != excused]
        danger = next((rule for rule in found if rule.kind is AnswerKind.EMERGENCY), None)
        # Where it is certain what the whole asks, it is answered, and the number follows.
        if (
            danger is not None
            and not understood.stands_alone
            and not self._one.gives_way(danger, understood, whole)
        ):
            return replace(understood, decision=NOTHING, safety=danger)
        lines = [danger, understood.beside, *(each.beside for each in halves)]
        told = [rule for rule in lines if rule is not None]
        # Whatever else is to be said, the number to call is.
        urgent = next((rule for rule in told if rule.kind is AnswerKind.EMERGENCY), None)
        return replace(understood, beside=urgent or next(iter(told), None))

    async def _understand_both(
        self, halves: tuple[str, str], *, before: Before | None, day: date, ask: bool, is_calm: bool
    ) -> tuple[Understood, Understood]:
        """Return what each half means; the one that is read first may say what both are about.

        `ask`: whether Rasa is asked. `is_calm`: what is but a little like a danger is none.

        In "mất bao lâu và hết bao nhiêu tiền làm căn cước" that is the second.
        """
        is_turned = names_no_topic(halves[0]) and not names_no_topic(halves[1])
        parts = []
        for half in reversed(halves) if is_turned else halves:
            part = await self._one.read(half, day=day, ask=ask)
            part = part.as_ordinary() if is_calm else part
            if before is not None and not part.stands_alone:
                part = await self._going_on.read(part, half, before=before, day=day)
            parts.append(part)
            unit = self.reader.catalogue.units.get(part.name or "")
            before = Before(subject=half, topic=unit.topic if unit else None, unit=unit.id if unit else None)
        first, second = reversed(parts) if is_turned else parts
        return first, second
