"""`learn-ranking`: the weights of the second stage, from the development half of the held-out questions.

It then tells on the test half what each part brings: Rasa's classifier alone, likeness alone, both, all evidence.
"""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass

from rich.console import Console
from rich.progress import track
from rich.table import Table

from bot.clock import hanoi_date
from bot.commands.evaluate import PATIENT_MS
from bot.evaluation.choose_thresholds import choose_thresholds, find_mean_cost, weigh_by_folds
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
from bot.understanding.decision import Thresholds
from bot.understanding.evidence import FEATURES, OUT_OF_SCOPE
from bot.understanding.masking import mask
from bot.understanding.rasa import PAUSE_S
from bot.understanding.retrieval import Candidate
from bot.wiring import Core, open_core
from vietnamese.noise import make_noise
from vietnamese.normalise import normalise

SEED = 6
_MORE_SLIPS_SEED = 7
"""Slips are what loses most, and no two people make the same: each question is learnt from with two kinds."""
_CHANCE = ("chance", "chance_rank")
_LIKENESS = ("nearest", "nearest_three", "nearest_rank")
_PARTS = {
    "Rasa": _CHANCE,
    "giống câu mẫu": _LIKENESS,
    "từ của câu hỏi": [name for name in FEATURES if name.startswith(("covered", "phrasings", "subject"))],
    "Rasa + giống câu mẫu": (*_CHANCE, *_LIKENESS),
    "tất cả": FEATURES,
}
_SHORT_COUNT_AS = 3
"""Questions of a few words are many among citizens, and few among the held-out ones."""
_OUTSIDE_COUNTS_AS = 4
"""So is what is out of scope, and answering it costs most."""
_TRIES = 10


class UnderstandingAway(RuntimeError):
    """The understanding server does not answer, so nothing can be learnt from it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """A held-out question as typed. `way`: how, "" for what is out of scope. `counts_as`: so many questions."""

    question: str
    way: str
    counts_as: int
    example: Example

    @property
    def is_for_development(self) -> bool:
        return is_for_development(self.question)


async def run_learning(settings: Settings, console: Console) -> None:
    """Ask every held-out question as typed in four ways, learn from one half, write data/ranking.json.

    The thresholds in data/decision.yml are set by hand; it tells which would be cheapest.
    """
    async with open_core(settings.model_copy(update={"nlu_timeout_ms": PATIENT_MS})) as core:
        asked = await _ask_all(core, console)
    groups: defaultdict[str, list[Example]] = defaultdict(list)
    test: defaultdict[str, list[Example]] = defaultdict(list)
    for each in asked:
        if each.is_for_development:
            groups[each.question] += [each.example] * each.counts_as
        else:
            test[each.way].append(each.example)
    learnt_from = [example for group in groups.values() for example in group]
    path = DATA / "ranking.json"
    path.write_text(json.dumps({"weights": learn_weights(learnt_from)}, indent=2) + "\n")
    table = Table("Nửa thử, đứng đầu là đúng", *(way or "ngoài phạm vi" for way in test))
    for part, only in _PARTS.items():
        tried = learn_weights(learnt_from, only=only)
        table.add_row(part, *(f"{measure_first_choice(examples, tried):.1%}" for examples in test.values()))
    console.print(table)
    console.print(f"Đã học từ {len(learnt_from)} câu, ghi {path}.")
    thresholds = Thresholds.load(DATA / "decision.yml")
    weighed = weigh_by_folds(list(groups.values()))
    best, cost = choose_thresholds(weighed, thresholds)
    console.print(
        f"Ngưỡng đang dùng tốn {find_mean_cost(weighed, thresholds):.3f} một câu; rẻ nhất là {cost:.3f} với "
        f"answer_from {best.answer_from}, outside_from {best.outside_from}."
    )


async def _ask_all(core: Core, console: Console) -> list[_Asked]:
    held_out = read_held_out()
    ways: dict[str, Callable[[str], str]] = {
        "clean": str,
        **{noise: make_noise(noise, SEED) for noise in ("strip-accents", "typos")},
        "typos, others": make_noise("typos", _MORE_SLIPS_SEED),
    }
    texts = [
        (each.text, name, way(each.text), each.expected) for each in held_out.golden for name, way in ways.items()
    ]
    texts += [(text, "", text, (OUT_OF_SCOPE,)) for text in held_out.out_of_scope]
    asked = []
    day = hanoi_date(core.clock())
    for question, name, text, right in track(texts, description="Hỏi", console=console, transient=True):
        masked = normalise(mask(text))
        rasa = await _parse(core, masked)
        candidates, features = core.understanding.reader.compare(masked, rasa, day=day)
        names = tuple(candidate.name for candidate in candidates)
        example = Example(names=names, features=features, is_right=mark_right(names, right))
        counts_as = _SHORT_COUNT_AS if len(question.split()) <= BROAD_WORDS else 1
        counts_as = counts_as if name else _OUTSIDE_COUNTS_AS
        asked.append(_Asked(question=question, way=name, counts_as=counts_as, example=example))
    return asked


async def _parse(core: Core, masked: str) -> list[Candidate]:
    """Return what Rasa makes of a question. On a busy machine an answer may come too late; then it is asked again.

    Raises:
        UnderstandingAway: it did not answer for a while.
    """
    for _ in range(_TRIES):
        if rasa := await core.rasa.parse(masked):
            return rasa
        await asyncio.sleep(PAUSE_S)
    raise UnderstandingAway
