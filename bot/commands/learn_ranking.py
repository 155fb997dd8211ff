"""`learn-ranking`: the weights of the second stage, from the development half of the held-out questions.

It then tells on the test half what each part brings: Rasa's classifier alone, likeness alone, both, all evidence.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable

from rich.console import Console
from rich.progress import track
from rich.table import Table

from bot.clock import hanoi_date
from bot.evaluation.learn_ranking import (
    Example,
    is_for_development,
    learn_weights,
    mark_right,
    measure_first_choice,
)
from bot.evaluation.questions import read_held_out
from bot.settings import DATA, Settings
from bot.understanding.breadth import BROAD_WORDS
from bot.understanding.evidence import FEATURES, OUT_OF_SCOPE
from bot.understanding.masking import mask
from bot.wiring import Core, open_core
from vietnamese.noise import make_noise
from vietnamese.normalise import normalise

SEED = 6
_CHANCE = ("chance", "chance_rank")
_LIKENESS = ("nearest", "nearest_three", "nearest_rank")
_PARTS = {
    "Rasa": _CHANCE,
    "giống câu mẫu": _LIKENESS,
    "từ của câu hỏi": [name for name in FEATURES if name.startswith(("covered", "phrasings"))],
    "Rasa + giống câu mẫu": (*_CHANCE, *_LIKENESS),
    "tất cả": FEATURES,
}
_SHORT_COUNT_AS = 3
"""Questions of a few words are many among citizens, and few among the held-out ones."""
_Set = tuple[bool, str]
"""Whether it is for development, and how it is typed; "" for what is out of scope."""


class UnderstandingAway(RuntimeError):
    """The understanding server does not answer, so nothing can be learnt from it."""


async def run_learning(settings: Settings, console: Console) -> None:
    """Ask every held-out question in three ways of typing, learn from one half, write data/ranking.json."""
    async with open_core(settings) as core:
        examples = await _ask_all(core, console)
    learnt_from = [each for (is_development, _), group in examples.items() if is_development for each in group]
    weights = learn_weights(learnt_from)
    path = DATA / "ranking.json"
    path.write_text(json.dumps({"weights": weights}, indent=2) + "\n")
    ways = [way for is_development, way in examples if not is_development]
    table = Table("Nửa thử, đứng đầu là đúng", *(way or "ngoài phạm vi" for way in ways))
    for part, only in _PARTS.items():
        tried = learn_weights(learnt_from, only=only)
        table.add_row(part, *(f"{measure_first_choice(examples[False, way], tried):.1%}" for way in ways))
    console.print(table)
    console.print(f"Đã học từ {len(learnt_from)} câu, ghi {path}.")


async def _ask_all(core: Core, console: Console) -> dict[_Set, list[Example]]:
    held_out = read_held_out()
    ways: dict[str, Callable[[str], str]] = {
        "clean": str,
        **{noise: make_noise(noise, SEED) for noise in ("strip-accents", "typos")},
    }
    asked = [
        (is_for_development(each.text), name, way(each.text), each.expected)
        for each in held_out.golden
        for name, way in ways.items()
    ]
    asked += [(is_for_development(text), "", text, (OUT_OF_SCOPE,)) for text in held_out.out_of_scope]
    examples: defaultdict[_Set, list[Example]] = defaultdict(list)
    day = hanoi_date(core.clock())
    for is_development, name, text, right in track(asked, description="Hỏi", console=console, transient=True):
        masked = normalise(mask(text))
        rasa = await core.rasa.parse(masked)
        if not rasa:
            raise UnderstandingAway
        candidates, features = core.understanding.compare(masked, rasa, day=day)
        is_right = mark_right([candidate.name for candidate in candidates], right)
        example = Example(features=features, is_right=is_right)
        weight = _SHORT_COUNT_AS if len(text.split()) <= BROAD_WORDS else 1
        examples[is_development, name] += [example] * weight
    return dict(examples)
