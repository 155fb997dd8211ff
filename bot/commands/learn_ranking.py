"""`learn-ranking`: the weights of the second stage, from the development half of the held-out questions."""

from __future__ import annotations

import json
from collections.abc import Callable

from rich.console import Console
from rich.progress import track

from bot.clock import hanoi_date
from bot.evaluation.learn_ranking import Example, is_for_development, learn_weights, mark_right
from bot.evaluation.questions import read_held_out
from bot.settings import DATA, Settings
from bot.understanding.evidence import OUT_OF_SCOPE
from bot.understanding.masking import mask
from bot.wiring import open_core
from vietnamese.noise import NOISES, make_noise
from vietnamese.normalise import normalise

SEED = 6


class UnderstandingAway(RuntimeError):
    """The understanding server does not answer, so nothing can be learnt from it."""


async def run_learning(settings: Settings, console: Console) -> None:
    """Ask every question of the development half in all ways of typing, learn, write data/ranking.json."""
    held_out = read_held_out()
    asked = [(question.text, question.expected) for question in held_out.golden]
    asked += [(text, (OUT_OF_SCOPE,)) for text in held_out.out_of_scope]
    ways: list[Callable[[str], str]] = [str, *(make_noise(noise, SEED) for noise in NOISES)]
    typed = [(way(text), right) for text, right in asked if is_for_development(text) for way in ways]
    examples = []
    async with open_core(settings) as core:
        day = hanoi_date(core.clock())
        for text, right in track(typed, description="Hỏi", console=console, transient=True):
            masked = normalise(mask(text))
            rasa = await core.rasa.parse(masked)
            if not rasa:
                raise UnderstandingAway
            candidates, features = core.understanding.compare(masked, rasa, day=day)
            names = [candidate.name for candidate in candidates]
            examples.append(Example(features=features, is_right=mark_right(names, right)))
    path = DATA / "ranking.json"
    path.write_text(json.dumps({"weights": learn_weights(examples)}, indent=2) + "\n")
    console.print(f"Đã học từ {len(examples)} câu, ghi {path}.")
