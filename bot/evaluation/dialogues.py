"""Held-out messages that are no single question: what people write next (tests/nlu/dialogues), and two at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bot.content.catalogue import Catalogue
from bot.evaluation.questions import HELD_OUT, GoldenQuestion, as_tuple
from bot.evaluation.score import Scored, find_name, judge, score_understood
from bot.understanding.in_context import Before
from bot.understanding.masking import mask
from bot.understanding.understand import Understanding
from bot.understanding.understood import Understood
from bot.yaml_files import read_yaml


@dataclass(frozen=True, slots=True, kw_only=True)
class GoldenMessage:
    """A message that asks two things, or only looks as if it did. `expected`: what answers each of them."""

    text: str
    expected: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class GoldenDialogue:
    """`before`: what was written, first to last. `after`: the question that comes then. `way`: how it goes on."""

    before: tuple[str, ...]
    after: GoldenQuestion
    way: str


def read_dialogues(folder: Path = HELD_OUT / "dialogues") -> list[GoldenDialogue]:
    """Return the dialogues of a folder: each file lists some for each way to go on."""
    return [
        GoldenDialogue(
            before=as_tuple(each["before"]),
            after=GoldenQuestion(text=each["after"], expected=as_tuple(each["expect"])),
            way=way,
        )
        for path in sorted(folder.glob("*.yml"))
        for way, dialogues in read_yaml(path).items()
        for each in dialogues
    ]


def read_two_questions(path: Path = HELD_OUT / "two_questions.yml") -> list[GoldenMessage]:
    """Return the messages with two questions."""
    return [
        GoldenMessage(text=each["question"], expected=tuple(as_tuple(names) for names in each["expect"]))
        for each in read_yaml(path)
    ]


async def score_dialogue(
    understanding: Understanding, catalogue: Catalogue, dialogue: GoldenDialogue, *, day: date
) -> Scored:
    """Score the last message of a dialogue."""
    before = await follow(understanding, catalogue, dialogue.before, day=day)
    understood = await understand_after(understanding, dialogue.after.text, before=before, day=day)
    return score_understood(understood, dialogue.after, catalogue, text=dialogue.after.text)


async def are_both_answered(
    understanding: Understanding, catalogue: Catalogue, message: GoldenMessage, *, day: date
) -> bool:
    """Tell whether every question of a message is answered, and nothing else."""
    understood = await understanding.understand(message.text, day=day)
    return answer_each(understood.parts or (understood,), message, catalogue)


def answer_each(parts: Sequence[Understood], message: GoldenMessage, catalogue: Catalogue) -> bool:
    """Tell whether these answers are those of the questions of a message, in their order."""
    questions = [GoldenQuestion(text=message.text, expected=names) for names in message.expected]
    return len(parts) == len(questions) and all(
        judge(find_name(part, question), question, catalogue) in question.expected
        for part, question in zip(parts, questions, strict=True)
    )


async def follow(
    understanding: Understanding, catalogue: Catalogue, texts: Sequence[str], *, day: date
) -> Before | None:
    """Return what a conversation is about after these messages; None where nothing of them was understood."""
    before: Before | None = None
    for text in texts:
        understood = await understand_after(understanding, text, before=before, day=day)
        read = understood.parts[-1] if understood.parts else understood
        names = [each.name for each in read.decision.candidates]
        units = [catalogue.units[name] for name in names if name in catalogue.units]
        if units:
            topics = {unit.topic for unit in units}
            before = Before(
                subject=understood.subject or " ".join(mask(text).split()),
                topic=topics.pop() if len(topics) == 1 else None,
                unit=units[0].id if read.name in catalogue.units else None,
            )
    return before


async def understand_after(
    understanding: Understanding, text: str, *, before: Before | None, day: date
) -> Understood:
    """Return what a message means in its conversation, read as conversation/turn.py reads it."""
    understood = await understanding.understand(text, day=day)
    if before is None:
        return understood
    return await understanding.read_on(understood, text, before=before, day=day)
