"""Whether a message is two questions, once each way to cut it was read: the message as it is, or one of the cuts.

How much it counts what stands between the halves, how sure each of them is and how sure the whole, is learnt from
messages that ask two things and from those that only look so (decision 43, `python -m bot learn-two-questions`).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from bot.content.schema import AnswerUnit
from bot.understanding.halves import Boundary, Cut, count_asks
from bot.understanding.in_context import find_field
from bot.understanding.joining import names_thing
from bot.understanding.ranking import Weights
from bot.understanding.understood import Understood
from bot.understanding.words_of_names import Numbers
from vietnamese.normalise import tokens

TWO_QUESTIONS = (
    *("whole", "whole_sure", "whole_certain", "whole_long", "whole_asks"),
    *(f"after_{boundary}" for boundary in Boundary),
    *("least_sure", "first_sure", "second_sure", "first_certain", "second_certain"),
    *("same_topic", "same_field", "told_first", "told_second"),
    *("first_names_thing", "second_names_thing", "shorter_half"),
)
"""The names of the columns, as data/two-questions.json has them."""
WHOLE = "whole"
"""The name of the message as it is, among the ways to read it."""
_EVEN = 0.5
_LEAST = 1e-3
_LONGEST = 40
"""Words; a longer message is as much of a story as one of so many."""
_MOST_ASKS = 3
_HALF = 10
"""Words; half of a message that has so many says as much as a question needs."""


@dataclass(frozen=True, slots=True)
class Way:
    """A message as two questions, what each of them means, and the topics of both."""

    cut: Cut
    parts: tuple[Understood, Understood]
    topics: tuple[str, str]


class TwoQuestions(Weights):
    """How much each column counts, from data/two-questions.json."""

    columns = TWO_QUESTIONS
    learnt_by = "learn-two-questions"

    def choose(self, ways: Sequence[Way], features: Numbers) -> Way | None:
        """Return the way that is likelier than the message as it is, None where none is.

        `features`: a row of columns for the message as it is, then one for each way.
        """
        names = [WHOLE, *map(str, range(len(ways)))]
        ranked = {each.name: each.score for each in self.rank(names, features)}
        if not ways or ranked[WHOLE] >= _EVEN:
            return None
        return ways[max(range(len(ways)), key=lambda at: ranked[str(at)])]


def find_way(cut: Cut, parts: tuple[Understood, Understood], units: Mapping[str, AnswerUnit]) -> Way | None:
    """Return a cut as a way to read a message, where both halves have an answer for sure, and not the same."""
    first, second = (units.get(part.name or "") for part in parts)
    if first is None or second is None or first.id == second.id:
        return None
    return Way(cut, parts, (first.topic, second.topic))


def list_features(text: str, whole: Understood, ways: Sequence[Way]) -> Numbers:
    """Return a row of `TWO_QUESTIONS` for the message as it is, then one for each way. `text`: masked."""
    rows = np.zeros((1 + len(ways), len(TWO_QUESTIONS)))
    sure = whole.decision.confidence if whole.name is not None else 0.0
    asks = min(count_asks(text), _MOST_ASKS) / _MOST_ASKS
    rows[0, :5] = 1.0, sure, _certain(sure), min(whole.word_count, _LONGEST) / _LONGEST, asks
    for row, way in zip(rows[1:], ways, strict=True):
        first, second = way.parts
        confidences = first.decision.confidence, second.decision.confidence
        row[5:] = (
            *(float(way.cut.boundary is boundary) for boundary in Boundary),
            *(math.log(max(min(confidences), _LEAST)), *confidences, *map(_certain, confidences)),
            *(float(way.topics[0] == way.topics[1]), float(len({*map(find_field, way.topics)}) == 1)),
            *(float(part.name == whole.name) for part in way.parts),
            *(float(names_thing(half)) for half in way.cut.halves),
            min(*(len(tokens(half)) for half in way.cut.halves), _HALF) / _HALF,
        )
    return rows


def _certain(confidence: float) -> float:
    """Return how far a confidence is from even odds, as a logarithm: 0.99 is much surer than 0.9."""
    return math.log((confidence + _LEAST) / (1 - confidence + _LEAST))
