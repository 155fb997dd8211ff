"""`learn-two-questions`: when a message is two questions, from the development half of held-out messages.

Questions that stand for themselves are learnt from as well: most of them may be cut somewhere, and are one.
"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass

import numpy as np
from rich.console import Console
from rich.progress import track
from rich.table import Table

from bot.clock import hanoi_date
from bot.commands.evaluate import PATIENT_MS
from bot.evaluation.dialogues import GoldenMessage, answer_each, read_two_questions
from bot.evaluation.learn_ranking import Example, is_for_development, learn_weights, measure_first_choice
from bot.evaluation.questions import read_held_out
from bot.settings import DATA, Settings
from bot.understanding.two_questions import TWO_QUESTIONS, WHOLE
from bot.wiring import Core, open_core
from vietnamese.noise import make_noise

SEED = 6
_NOISES = ("strip-accents", "typos")
_PULL = 1e-3
_TWO = 2
_ONE = "một câu"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """A message as it stands in the files, its kind, and what speaks for each way to read it."""

    text: str
    kind: str
    example: Example


async def run_learning_two_questions(settings: Settings, console: Console) -> None:
    """Read every message, learn from one half, write data/two-questions.json, tell how the other half is read."""
    async with open_core(settings.model_copy(update={"nlu_timeout_ms": PATIENT_MS})) as core:
        asked = await _ask_all(core, console)
    learnt_from = [each.example for each in asked if is_for_development(each.text)]
    test: defaultdict[str, list[Example]] = defaultdict(list)
    for each in asked:
        if not is_for_development(each.text):
            test[each.kind].append(each.example)
    weights = learn_weights(learnt_from, columns=TWO_QUESTIONS, pull=_PULL)
    path = DATA / "two-questions.json"
    path.write_text(json.dumps({"weights": weights}, indent=2) + "\n")
    table = Table("Nửa thử, có cách cắt", "Số tin", "Đọc đúng cách")
    for kind, examples in test.items():
        table.add_row(kind, str(len(examples)), f"{measure_first_choice(examples, weights):.1%}")
    console.print(table)
    console.print(f"Đã học từ {len(learnt_from)} tin, ghi {path}.")


async def _ask_all(core: Core, console: Console) -> list[_Asked]:
    """Return every message that may be cut; of those that ask two things, where one way to cut it is right."""
    golden = [GoldenMessage(text=each.text, expected=(each.expected,)) for each in read_held_out().golden]
    messages = [
        *(("hai câu" if len(each.expected) == _TWO else "trông như hai", each) for each in read_two_questions()),
        *((_ONE, each) for each in golden),
    ]
    day, catalogue, understanding = hanoi_date(core.clock()), core.catalogue.current, core.understanding
    asked = []
    for kind, message in track(messages, description="Hỏi", console=console, transient=True):
        noises = [make_noise(noise, SEED)(message.text) for noise in _NOISES] if kind != _ONE else []
        for text in dict.fromkeys([message.text, *noises]):
            understood = await understanding.understand_whole(text, day=day)
            if understood.safety is not None:
                continue
            understood, ways = await understanding.read_ways(understood, text, before=None, day=day)
            if not ways:
                continue
            is_two = len(message.expected) == _TWO
            is_right = [not is_two] + [is_two and answer_each(each.parts, message, catalogue) for each in ways]
            example = Example(
                names=(WHOLE, *map(str, range(len(ways)))),
                features=understanding.compare_ways(understood, text, ways),
                is_right=np.array(is_right),
            )
            asked.append(_Asked(text=message.text, kind=kind, example=example))
    return asked
