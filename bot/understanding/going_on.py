"""A message after another: read by itself, with the question before, and with the title of the answer before."""

from __future__ import annotations

import asyncio
from copy import copy
from dataclasses import replace
from datetime import date

from bot.understanding.decision import Decision, Thresholds, Verdict, as_choice
from bot.understanding.evidence import OUT_OF_SCOPE
from bot.understanding.in_context import Before, InContext, Readings, Reply, find_field, list_features
from bot.understanding.in_force import ASIDE, DANGER
from bot.understanding.joining import adds_to_subject, asks_nothing, join, name_subject, names_thing
from bot.understanding.masking import mask
from bot.understanding.one_question import OneQuestion
from bot.understanding.question_kind import FILLERS, names_no_topic
from bot.understanding.ranking import leave_out
from bot.understanding.reader import Ranked, Reader
from bot.understanding.safety import SafetyRules
from bot.understanding.understood import Understood
from bot.understanding.words_of_names import Numbers
from vietnamese.normalise import fold, normalise, tokens

_SHORT_REPLY = 2
"""Words; what is so short, or only tells of oneself, may go on from a question: it is offered a choice."""


class GoingOn:
    """Reads a message that may go on from what was asked before."""

    def __init__(
        self, one: OneQuestion, *, safety: SafetyRules, in_context: InContext, thresholds: Thresholds
    ) -> None:
        """Take its parts. `one`: how a message is read by itself."""
        self._one = one
        self._safety = safety
        self._in_context = in_context
        self._thresholds = thresholds.model_copy(update={"outside_from": thresholds.outside_after_from})

    def read_with(self, one: OneQuestion) -> GoingOn:
        """Return one that reads the same way with another reader."""
        other = copy(self)
        other._one = one
        return other

    @property
    def _reader(self) -> Reader:
        return self._one.reader

    async def read(self, understood: Understood, text: str, *, before: Before, day: date) -> Understood:
        """Return what a text means after what was asked before, whatever it may mean by itself.

        What would be an emergency or a scam only when joined is not joined.
        """
        masked = normalise(mask(text))
        joined = join_masked(before.subject, masked)
        if self._safety.find_rule(joined) is not None or _says_nothing(masked):
            return understood
        kept = understood if adds_to_subject(masked) else replace(understood, subject=before.subject)
        linked = self._one.find_linked(joined, day=day)
        if linked is not None:
            return replace(kept, decision=linked, whole_text=joined)
        names, features, alike = await self.compare(understood, text, before=before, day=day)
        is_aside = understood.name is not None and understood.name.startswith(ASIDE)
        ranked = self._in_context.rank(names, features)
        may_go_on = is_aside or _is_short_reply(masked)
        is_outside = may_go_on and bool(ranked) and ranked[0].name == OUT_OF_SCOPE
        if may_go_on:
            ranked = leave_out(ranked, OUT_OF_SCOPE)
        decision = self._one.decide(
            ranked,
            alike=alike,
            is_broad=understood.is_broad,
            day=day,
            thresholds=self._thresholds,
        )
        if understood.is_unheard and decision.verdict is Verdict.UNSURE and not is_outside:
            decision = self._one.tell_topic(decision, day=day)
        decision = as_choice(decision) if is_outside else decision
        if decision.verdict is Verdict.UNKNOWN and (is_aside or not understood.heard):
            return understood  # it has its own reply: it only names a thing, or asks nothing
        after = replace(kept, decision=decision)
        if not self._stays_near(decision, before) or after.name == understood.name:
            return after
        return replace(after, whole_text=joined, subject=after.subject or joined)

    async def compare(
        self, understood: Understood, text: str, *, before: Before, day: date
    ) -> tuple[list[str], Numbers, float]:
        """Return the names that may be meant after what was asked before, and what speaks for each.

        The numbers are what `InContext` weighs; the last one is how near the nearest phrasing of all is.
        """
        reader, masked = self._reader, normalise(mask(text))
        joined = join_masked(before.subject, masked)
        last = reader.catalogue.units.get(before.unit or "")
        titled = join_masked(name_subject(last), masked) if last is not None else joined
        topic = reader.find_in_force(day).topics.get(before.topic or "", ())
        ask = not understood.is_unheard
        heard = understood.heard or (await reader.hear(masked) if ask else ())
        alone = reader.weigh(masked, heard, day=day, also=topic)
        with_question, with_title = await asyncio.gather(
            reader.read(joined, day=day, also=topic, ask=ask), reader.read(titled, day=day, also=topic, ask=ask)
        )
        # What only asks for a side, "mất bao lâu", is about something of the field that was spoken of.
        only_asks = understood.asked_kind is not None and names_no_topic(masked)
        field = before.topic if only_asks else None
        readings = Readings(
            alone=self._list_shares(alone, field),
            joined=self._list_shares(with_question, field),
            titled=self._list_shares(with_title, field),
        )
        reply = Reply(
            words=understood.word_count,
            names_thing=names_thing(masked),
            kind=understood.asked_kind,
            states=asks_nothing(masked),
            aside=sum(each.score for each in alone.names if each.name.startswith(ASIDE)),
        )
        features = list_features(readings, before, reply, reader.catalogue)
        return readings.list_names(), features, max(alone.alike, with_question.alike, with_title.alike)

    def _stays_near(self, decision: Decision, before: Before) -> bool:
        """Tell whether what is likeliest meant belongs to the field that was spoken of."""
        units = self._reader.catalogue.units
        unit = units.get(decision.candidates[0].name) if decision.candidates else None
        return unit is not None and before.topic is not None and find_field(unit.topic) == find_field(before.topic)

    def _list_shares(self, ranked: Ranked, topic: str | None) -> dict[str, float]:
        """Return the confidences of one reading.

        A danger is only ever told by the message itself, and what is said aside belongs to what was asked before.

        `topic`: only units of its field.
        """
        units = self._reader.catalogue.units
        return {
            each.name: each.score
            for each in ranked.names
            if not each.name.startswith((DANGER, ASIDE))
            and (topic is None or (each.name in units and find_field(units[each.name].topic) == find_field(topic)))
        }


def join_masked(subject: str, masked: str) -> str:
    """Return both as one text; digits of an ID number that was cut in two are masked only now."""
    return normalise(mask(join(subject, masked)))


def _is_short_reply(masked: str) -> bool:
    """Tell whether a reply is a word or two that say something: "mất rồi", "nặng", but not "được không"."""
    words = tokens(fold(masked))
    return len(words) <= _SHORT_REPLY and not set(words) <= FILLERS


def _says_nothing(masked: str) -> bool:
    """Tell whether a reply is one word that neither asks nor names anything: "được", "không"."""
    words = tokens(fold(masked))
    return len(words) == 1 and words[0] in FILLERS
