"""Questions that staff linked to a unit: one that is nearly the same has that unit for an answer, at once.

The classifier learns from them at the next training (bot/evaluation/retrain.py); until then this answers.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping

from vietnamese.likeness import list_marks, measure_likeness

SAME_FROM = 0.85
"""Above what unlike questions about one subject reach; see tests/unit/test_likeness.py."""
_LOOKED_AT = 20


class LinkedQuestions:
    """Finds the unit of a question by the questions that staff linked."""

    def __init__(self, linked: Mapping[str, tuple[str, ...]]) -> None:
        self._marks = [(unit, list_marks(text)) for unit, texts in sorted(linked.items()) for text in texts]
        self._by_mark: defaultdict[str, list[int]] = defaultdict(list)
        for at, (_, marks) in enumerate(self._marks):
            for mark in marks:
                self._by_mark[mark].append(at)

    def find(self, question: str) -> tuple[str, float] | None:
        """Return the unit and how alike the nearest question is; None where none is nearly the same."""
        if not self._marks:
            return None
        marks = list_marks(question)
        shared = Counter(at for mark in marks for at in self._by_mark.get(mark, ()))
        near = [
            (measure_likeness(marks, self._marks[at][1]), self._marks[at][0])
            for at, _ in shared.most_common(_LOOKED_AT)
        ]
        likeness, unit = max(near, default=(0.0, ""))
        return (unit, likeness) if likeness >= SAME_FROM else None
