"""`learn-in-context`: how much the question before counts, from the development half of the held-out dialogues.

Questions that stand for themselves are learnt from as well, each after some other one: most change the subject.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from rich.console import Console
from rich.progress import track

from bot.clock import hanoi_date
from bot.commands.evaluate import PATIENT_MS
from bot.commands.learning import NOISES, SEED, Asked, learn_from_half
from bot.evaluation.dialogues import GoldenDialogue, follow, read_dialogues
from bot.evaluation.learn_ranking import Example, is_for_development, mark_right
from bot.evaluation.questions import GoldenQuestion, HeldOut, read_held_out
from bot.settings import DATA, Settings
from bot.understanding.evidence import OUT_OF_SCOPE
from bot.understanding.in_context import IN_CONTEXT
from bot.wiring import Core, open_core
from vietnamese.noise import make_noise

_COUNTS_AS = {"outside": 4, "asks-another-side": 2, "adds-or-corrects": 2, "changes-subject": 2}
"""Dialogues are few, and people go on as often as they change the subject; what is not ours costs most."""
_AFTER_ANOTHER = ("any", "again", "outside")
"""Questions that stand for themselves, put after some other one."""


async def run_learning_in_context(settings: Settings, console: Console) -> None:
    """Read every dialogue, learn from one half, write data/in-context.json."""
    async with open_core(settings.model_copy(update={"nlu_timeout_ms": PATIENT_MS})) as core:
        asked = await _ask_all(core, console)
    learn_from_half(
        asked, columns=IN_CONTEXT, path=DATA / "in-context.json", console=console, counts_as=_COUNTS_AS
    )


async def _ask_all(core: Core, console: Console) -> list[Asked]:
    dialogues = [*read_dialogues(), *_put_after_others(read_held_out())]
    day, catalogue, understanding = hanoi_date(core.clock()), core.catalogue.current, core.understanding
    asked = []
    for dialogue in track(dialogues, description="Hỏi", console=console, transient=True):
        before = await follow(understanding, catalogue, dialogue.before, day=day)
        for text in _type(dialogue):
            understood = (await understanding.understand(text, day=day)).as_ordinary()
            if before is None or understood.safety is not None:
                continue
            names, features, _ = await understanding.compare_in_context(understood, text, before=before, day=day)
            right = mark_right(names, dialogue.after.expected)
            example = Example(names=tuple(names), features=features, is_right=right)
            asked.append(Asked(text=dialogue.after.text, kind=dialogue.way, example=example))
    return asked


def _type(dialogue: GoldenDialogue) -> list[str]:
    """Return what comes after, as it is typed: dialogues are few, so each is read in several ways."""
    text = dialogue.after.text
    if dialogue.way in _AFTER_ANOTHER:
        return [text]
    return list(dict.fromkeys([text, *(make_noise(noise, SEED)(text) for noise in NOISES)]))


def _put_after_others(held_out: HeldOut) -> Iterator[GoldenDialogue]:
    """Put each question that stands for itself after some other one of its half."""
    dice = Random(SEED)
    for half in (True, False):
        golden = [each for each in held_out.golden if is_for_development(each.text) is half]
        outside = [text for text in held_out.out_of_scope if is_for_development(text) is half]
        for question in golden:
            yield GoldenDialogue(before=(dice.choice(golden).text,), after=question, way="any")
            same = [each for each in golden if each != question and each.expected[0] == question.expected[0]]
            if same:
                yield GoldenDialogue(before=(dice.choice(same).text,), after=question, way="again")
        for text in outside:
            question = GoldenQuestion(text=text, expected=(OUT_OF_SCOPE,))
            yield GoldenDialogue(before=(dice.choice(golden).text,), after=question, way="outside")
