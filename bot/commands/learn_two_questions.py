"""`learn-two-questions`: when a message is two questions, from the development half of held-out messages.

Questions that stand for themselves are learnt from as well: most of them may be cut somewhere, and are one.
"""

from __future__ import annotations

import numpy as np
from rich.console import Console
from rich.progress import track

from bot.clock import hanoi_date
from bot.commands.evaluate import PATIENT_MS
from bot.commands.learning import NOISES, SEED, Asked, learn_from_half
from bot.evaluation.dialogues import GoldenMessage, answer_each, read_two_questions
from bot.evaluation.learn_ranking import Example
from bot.evaluation.questions import read_held_out
from bot.settings import DATA, Settings
from bot.understanding.two_questions import TWO_QUESTIONS, WHOLE
from bot.wiring import Core, open_core
from vietnamese.noise import make_noise

_TWO = 2
_ONE = "một câu"


async def run_learning_two_questions(settings: Settings, console: Console) -> None:
    """Read every message that may be cut, learn from one half, write data/two-questions.json."""
    async with open_core(settings.model_copy(update={"nlu_timeout_ms": PATIENT_MS})) as core:
        asked = await _ask_all(core, console)
    learn_from_half(asked, columns=TWO_QUESTIONS, path=DATA / "two-questions.json", console=console)


async def _ask_all(core: Core, console: Console) -> list[Asked]:
    """Return every message that may be cut; of those that ask two things, where one way to cut it is right."""
    golden = [GoldenMessage(text=each.text, expected=(each.expected,)) for each in read_held_out().golden]
    messages = [
        *(("hai câu" if len(each.expected) == _TWO else "trông như hai", each) for each in read_two_questions()),
        *((_ONE, each) for each in golden),
    ]
    day, catalogue, understanding = hanoi_date(core.clock()), core.catalogue.current, core.understanding
    asked = []
    for kind, message in track(messages, description="Hỏi", console=console, transient=True):
        noises = [make_noise(noise, SEED)(message.text) for noise in NOISES] if kind != _ONE else []
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
            asked.append(Asked(text=message.text, kind=kind, example=example))
    return asked
