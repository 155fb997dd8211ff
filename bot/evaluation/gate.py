"""The publish gate: which held-out questions get another answer once a change of content is published."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.content.catalogue import Catalogue
from bot.evaluation.questions import GoldenQuestion
from bot.evaluation.score import find_name, judge
from bot.understanding.understand import Understanding


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentState:
    """What would answer: a catalogue, and the understanding that reads questions for it."""

    catalogue: Catalogue
    understanding: Understanding


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedAnswer:
    """A question whose answer changes. `before` and `after`: what citizens read; names where there is no text."""

    question: str
    name_before: str
    name_after: str
    before: str
    after: str
    breaks: bool
    """It was answered right, and is not any more."""


async def find_changed_answers(
    questions: Sequence[GoldenQuestion], *, published: ContentState, candidate: ContentState, day: date
) -> list[ChangedAnswer]:
    """List the questions that the candidate answers otherwise, those that break first."""
    changed = []
    for question in questions:
        # At the same time: while one waits for the understanding server, the other searches.
        (name_before, before, right_before), (name_after, after, right_after) = await asyncio.gather(
            _answer(question, published, day), _answer(question, candidate, day)
        )
        if (name_before, before) != (name_after, after):
            changed.append(
                ChangedAnswer(
                    question=question.text,
                    name_before=name_before,
                    name_after=name_after,
                    before=before,
                    after=after,
                    breaks=right_before and not right_after,
                )
            )
    return sorted(changed, key=lambda each: not each.breaks)


async def _answer(question: GoldenQuestion, state: ContentState, day: date) -> tuple[str, str, bool]:
    """Return the name of what answers, the text, and whether that is right."""
    name = find_name(await state.understanding.understand(question.text, day=day), question)
    is_right = judge(name, question, state.catalogue) == question.expected[0]
    unit = state.catalogue.find_unit_on(name, day)
    return name, state.catalogue.render_unit(name, day=day).text if unit is not None else name, is_right
