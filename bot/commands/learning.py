"""What the learning commands share: weights from one half of held-out messages, and how the other half is read."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bot.evaluation.learn_ranking import Example, is_for_development, learn_weights, measure_first_choice

NOISES = ("strip-accents", "typos")
"""Besides as it stands, a message is learnt from as it is typed in these ways: there are few."""
SEED = 6
_PULL = 1e-3
"""How strongly weights are pulled to zero; a fifth or five times as much changes nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A message as it stands in the files, its kind, and what speaks for each of the ways to read it."""

    text: str
    kind: str
    example: Example


def learn_from_half(
    asked: Sequence[Asked],
    *,
    columns: Sequence[str],
    path: Path,
    console: Console,
    counts_as: Mapping[str, int] | None = None,
) -> None:
    """Learn from the development half, write the weights to a file, tell how often the test half is read right.

    `counts_as`: how many messages one of a kind counts as, where that is not one.
    """
    learnt_from: list[Example] = []
    test: defaultdict[str, list[Example]] = defaultdict(list)
    for each in asked:
        if is_for_development(each.text):
            learnt_from += [each.example] * (counts_as or {}).get(each.kind, 1)
        else:
            test[each.kind].append(each.example)
    weights = learn_weights(learnt_from, columns=columns, pull=_PULL)
    path.write_text(json.dumps({"weights": weights}, indent=2) + "\n")
    table = Table("Nửa thử, đứng đầu là đúng", "Số câu", "Tỷ lệ")
    for kind, examples in test.items():
        table.add_row(kind, str(len(examples)), f"{measure_first_choice(examples, weights):.1%}")
    console.print(table)
    console.print(f"Đã học từ {len(learnt_from)} câu, ghi {path}.")
