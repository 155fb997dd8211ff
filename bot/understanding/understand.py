"""What a message means: normalised and masked, read by Rasa and by retrieval side by side, decided once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from bot.content.catalogue import Catalogue
from bot.content.schema import QuestionKind
from bot.domain.answers import AnswerKind
from bot.understanding.breadth import BROAD_WORDS, answer_broadly, prefer_overview
from bot.understanding.broad_words import BroadWords
from bot.understanding.decision import Decision, Thresholds, Verdict, choose_meaning, rank_alone
from bot.understanding.evidence import FEATURES, Evidence, Numbers
from bot.understanding.linked import LinkedQuestions
from bot.understanding.masking import mask
from bot.understanding.question_kind import find_question_kind, names_no_topic, split_questions
from bot.understanding.ranking import Ranking, list_candidates
from bot.understanding.rasa import RasaClient
from bot.understanding.refining import complete, is_refinement
from bot.understanding.retrieval import Candidate, Retrieval
from bot.understanding.safety import SafetyFound, SafetyRules
from bot.understanding.two_things import split_things
from bot.understanding.understood import Understood
from vietnamese.concepts import find_concepts
from vietnamese.normalise import fold, normalise, tokens
from vietnamese.tidy import tidy

DANGER = "danger."
"""Before the name of a safety rule: messages about dangers to life that no pattern knows, known by likeness."""
_INTENT_PREFIXES = ("skill.", "smalltalk.", "handover.", DANGER)
COVERING = 6
"""Names beside Rasa's that are looked at, since they were asked with the words of the question."""


class Understanding:
    """Reads messages. It keeps an index of the newest catalogue beside the client of the Rasa server."""

    def __init__(
        self,
        *,
        rasa: RasaClient,
        safety: SafetyRules,
        thresholds: Thresholds,
        ranking: Ranking,
        broad: BroadWords,
        kept_in: Path | None = None,
    ) -> None:
        """Take its parts. `kept_in`: the folder where the search index is kept between starts."""
        self._broad = broad
        self._rasa = rasa
        self._safety = safety
        self._thresholds = thresholds
        self._ranking = ranking
        self._kept_in = kept_in
        self._catalogue = Catalogue(units={})
        self._indexed: tuple[Mapping[str, str], Mapping[str, tuple[str, ...]]] = ({}, {})
        """The titles and the phrasings that the index was built from."""
        self._evidence = Evidence(Retrieval({}))
        self._linked = LinkedQuestions({})
        self._known_on: date | None = None
        self._known: frozenset[str] = frozenset()
        self._overviews: dict[str, str] = {}

    def use(self, catalogue: Catalogue) -> None:
        """Answer from this catalogue from now on, index and all."""
        self.follow(catalogue)
        self.index(catalogue)

    def follow(self, catalogue: Catalogue) -> None:
        """Answer from this catalogue from now on, by the index that there is: a matter of milliseconds."""
        if catalogue.linked != self._catalogue.linked:
            self._linked = LinkedQuestions(catalogue.linked)
        self._catalogue = catalogue
        self._known_on = None

    def index(self, catalogue: Catalogue) -> None:
        """Build the index anew where titles or phrasings changed. It takes seconds, and may run in a thread."""
        indexed = ({unit.id: unit.title for unit in catalogue.units.values()}, catalogue.phrasings)
        if indexed == self._indexed:
            return
        titles, phrasings = indexed
        texts = {name: list(examples) for name, examples in phrasings.items()}
        for unit_id, title in titles.items():
            texts.setdefault(unit_id, []).append(title)
        self._evidence = Evidence(Retrieval(texts, kept_in=self._kept_in))
        self._indexed = indexed

    def read_for(self, catalogue: Catalogue) -> Understanding:
        """Return one that reads questions the same way for another catalogue: a change before it is published."""
        other = Understanding(
            rasa=self._rasa,
            safety=self._safety,
            thresholds=self._thresholds,
            ranking=self._ranking,
            broad=self._broad,
        )
        # An index of our own is read by both; one for other titles or phrasings is not worth keeping.
        other._indexed, other._evidence = self._indexed, self._evidence
        other.use(catalogue)
        return other

    def ask(self, rasa: RasaClient) -> Understanding:
        """Return one that reads questions the same way, but for another understanding server."""
        other = Understanding(
            rasa=rasa,
            safety=self._safety,
            thresholds=self._thresholds,
            ranking=self._ranking,
            broad=self._broad,
        )
        other._indexed, other._evidence = self._indexed, self._evidence
        other.use(self._catalogue)
        return other

    async def understand(self, text: str, *, day: date) -> Understood:
        """Return what a text means on a day. Never raises: without Rasa, retrieval decides alone."""
        understood = await self._understand_one(text, day=day)
        if understood.safety is not None:
            return understood
        if (both := split_questions(normalise(text))) is not None:
            return replace(understood, parts=await self._understand_both(both, day=day))
        if (both := split_things(normalise(mask(text)))) is not None:
            parts = [await self._understand_one(part, day=day) for part in both]
            # Unless both are known for sure, it is one question that two words of it look like two.
            if all(part.name is not None for part in parts):
                return replace(understood, parts=tuple(parts))
        return understood

    async def _understand_both(self, both: tuple[str, str], *, day: date) -> tuple[Understood, ...]:
        """Return what two different kinds of question mean, of which one may say what both are about."""
        parts = [await self._understand_one(part, day=day) for part in both]
        # "mất bao lâu và hết bao nhiêu tiền làm căn cước": one of the two says what both are about.
        for at, (part, other) in enumerate(zip(both, reversed(both), strict=True)):
            if parts[at].leans_on_topic and not parts[1 - at].leans_on_topic:
                parts[at] = await self.complete(parts[at], part, subject=other, day=day)
        return tuple(parts)

    async def complete(self, understood: Understood, text: str, *, subject: str, day: date) -> Understood:
        """Return what a text that is about nothing means together with what was asked before, `subject`.

        What would be an emergency or a scam only when joined is not joined.
        """
        whole = complete(mask(subject), mask(text))
        completed = await self._understand_one(whole, day=day)
        if completed.safety is not None:
            return understood
        return replace(understood, completed=completed, completed_text=whole)

    async def _understand_one(self, text: str, *, day: date) -> Understood:
        masked = normalise(mask(text))
        words = tokens(masked)
        asked_kind = find_question_kind(masked)
        found = self._safety.find(text)
        safety, beside = found.rule, found.beside
        # A scam rule holds the answer ready, but a unit about that very scam says more, if it is meant for sure.
        if (safety is not None and safety.kind is not AnswerKind.SCAM) or not words:
            return Understood(
                decision=Decision(verdict=Verdict.UNKNOWN, candidates=(), confidence=0.0),
                safety=safety,
                beside=beside,
                word_count=len(words),
            )
        linked = self._linked.find(masked)
        if safety is None and linked is not None and linked[0] in self._find_known(day):
            unit, likeness = linked
            candidate = Candidate(unit, likeness)
            return Understood(
                decision=Decision(verdict=Verdict.SURE, candidates=(candidate,), confidence=likeness),
                beside=beside,
                word_count=len(words),
                asked_kind=asked_kind,
            )
        named = self._find_named(masked, day=day) if safety is None else None
        if named is not None:
            return Understood(
                decision=named,
                beside=beside,
                word_count=len(words),
                asked_kind=asked_kind,
                leans_on_topic=asked_kind is not None and names_no_topic(masked),
                refines=is_refinement(masked),
            )
        rasa = await self._rasa.parse(masked)
        is_broad = asked_kind is None and len(words) <= BROAD_WORDS
        decision = self._widen(self._decide(masked, rasa, day=day), is_broad=is_broad)
        if safety is None:
            ordinary = self._leave_out_dangers(decision, is_broad=is_broad)
            danger = self._find_danger(masked, decision, ordinary, rasa)
            safety, beside = danger.rule, danger.beside or beside
            decision = ordinary if danger.beside is not None else decision
        if safety is not None and not self._is_about_scams(decision):
            decision = Decision(verdict=Verdict.UNKNOWN, candidates=(), confidence=0.0)
        elif safety is not None:
            safety = None
        return Understood(
            decision=decision,
            safety=safety,
            beside=beside,
            word_count=len(words),
            asked_kind=asked_kind,
            leans_on_topic=asked_kind is not None and names_no_topic(masked),
            refines=is_refinement(masked),
        )

    def _find_danger(
        self, masked: str, decision: Decision, ordinary: Decision, rasa: Sequence[Candidate]
    ) -> SafetyFound:
        """Return the rule of a danger that a message is like: not even the likeliest meaning, recall goes first.

        Only what surely has an answer of its own is answered by that. What is about a thing of an office that no
        danger is told with, "thẻ bị chó cắn rách", or asks an office for something, "ba em nằm xuống cần giấy gì",
        must be more like one: it is answered, and the number follows. `ordinary`: the decision if it is no danger.
        """
        dangers = [each for each in rasa or decision.candidates if each.name.startswith(DANGER)]
        chance = sum(each.score for each in dangers)
        is_sure = decision.verdict is Verdict.SURE and decision.confidence >= self._thresholds.certain_from
        is_known = is_sure and not decision.candidates[0].name.startswith(DANGER)
        if is_known or chance < self._thresholds.danger_from:
            return SafetyFound()
        likeliest = max(dangers, key=lambda each: each.score)
        rule = self._safety.get_rule(likeliest.name.removeprefix(DANGER))
        if chance < self._thresholds.danger_beside_thing_from:
            has_answer = ordinary.verdict is not Verdict.UNKNOWN
            is_asked = has_answer and self._safety.is_asked_of_office(masked)
            if is_asked or self._evidence.names_thing_unlike(self._evidence.retrieval.read(masked), DANGER):
                return SafetyFound(beside=rule)
        return SafetyFound(rule=rule)

    def _leave_out_dangers(self, decision: Decision, *, is_broad: bool) -> Decision:
        """Return the decision among the other meanings, where a danger is among those that may be meant."""
        if not any(each.name.startswith(DANGER) for each in decision.candidates):
            return decision
        kept = [each for each in decision.ranking if not each.name.startswith(DANGER)]
        whole = sum(each.score for each in kept) or 1.0
        ranked = [Candidate(each.name, each.score / whole) for each in kept]
        left = choose_meaning(ranked, alike=1.0, thresholds=self._thresholds)
        return self._widen(left, is_broad=is_broad)

    def _find_named(self, masked: str, *, day: date) -> Decision | None:
        """Return the summary or the choice for a text that only names a thing, None for any other."""
        known = self._find_known(day)
        units = tuple(Candidate(unit, 1.0) for unit in self._broad.find(tidy(masked)) if unit in known)
        if not units:
            return None
        verdict = Verdict.SURE if len(units) == 1 else Verdict.UNSURE
        return Decision(verdict=verdict, candidates=units, confidence=1.0)

    def compare(self, masked: str, rasa: Sequence[Candidate], *, day: date) -> tuple[list[Candidate], Numbers]:
        """Return what is looked at a second time, and what speaks for each: what `Ranking` weighs."""
        evidence = self._evidence
        asked = evidence.retrieval.read(masked)
        others = evidence.list_covering(asked, limit=COVERING)
        listed = list_candidates(rasa, others, known=self._find_known(day))
        candidates = [each for each in listed if evidence.knows(each.name)]
        return candidates, evidence.list_features(asked, candidates, heard={each.name for each in rasa})

    def _decide(self, masked: str, rasa: Sequence[Candidate], *, day: date) -> Decision:
        if rasa:
            candidates, features = self.compare(masked, rasa, day=day)
            ranked = self._ranking.rank(candidates, features)
            alike = float(features[:, FEATURES.index("nearest")].max(initial=0.0))
        else:
            retrieved = self._evidence.retrieval.rank(self._evidence.retrieval.read(masked))
            named = len(find_concepts(tokens(fold(masked))))
            known = self._find_known(day)
            ranked = rank_alone(retrieved, known=known, named=named, thresholds=self._thresholds)
            alike = max((each.score for each in retrieved), default=0.0)
        return choose_meaning(ranked, alike=alike, thresholds=self._thresholds)

    def _widen(self, decision: Decision, *, is_broad: bool) -> Decision:
        """Return the decision with a summary in the place of its sides, where all of them may be meant."""
        widen = answer_broadly if is_broad else prefer_overview
        return widen(
            decision,
            units=self._catalogue.units,
            overviews=self._overviews,
            thresholds=self._thresholds,
        )

    def _is_about_scams(self, decision: Decision) -> bool:
        unit = self._catalogue.units.get(decision.candidates[0].name) if decision.candidates else None
        return decision.verdict is Verdict.SURE and unit is not None and unit.is_about_scams

    def _find_known(self, day: date) -> frozenset[str]:
        """Return the names that may answer on a day; looked up once for each day and catalogue."""
        if self._known_on != day:
            units = {unit.id for unit in self._catalogue.list_units_on(day)}
            intents = {name for name in self._catalogue.phrasings if name.startswith(_INTENT_PREFIXES)}
            self._known_on, self._known = day, frozenset(units | intents)
            self._overviews = {
                unit.topic: unit.id
                for unit in self._catalogue.units.values()
                if unit.kind is QuestionKind.OVERVIEW and unit.id in units
            }
        return self._known
