"""Choices for messengers without buttons: numbered in the text, chosen by number or by their words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

from bot.domain.answers import Answer, Button
from vietnamese.normalise import fold, normalise, tokens

INVITATION = "Nhắn số hoặc chữ để chọn:"
_POINT = "- "
_NUMBER = re.compile(r"(?:(?:chon|so|cau|muc) )*(\d{1,2})")
_IN_WORDS = ("mot", "hai", "ba", "bon", "nam", "sau", "bay", "tam", "chin")


def render_choices(answer: Answer) -> Answer:
    """Return the answer with its links and its buttons, numbered, at the end of its text.

    A list in the text whose every point is a choice, word for word, is not said twice.
    """
    if answer.links:
        said = "\n".join(f"{link.title}: {link.url}" for link in answer.links)
        answer = replace(answer, text=f"{answer.text.rstrip()}\n\n{said}", links=())
    if not answer.buttons:
        return answer
    titles = {button.title for button in answer.buttons}
    kept = [
        line
        for _, lines in groupby(answer.text.strip().split("\n"), key=_is_point)
        for block in [list(lines)]
        if not all(line.strip().removeprefix(_POINT) in titles for line in block)
        for line in block
    ]
    numbered = [f"{number}. {button.title}" for number, button in enumerate(answer.buttons, start=1)]
    said = "\n".join(kept).rstrip()
    return replace(answer, text="\n".join([*([said, ""] if said else []), INVITATION, *numbered]))


def _is_point(line: str) -> bool:
    return line.lstrip().startswith(_POINT)


def find_choice(typed: str, buttons: Sequence[Button]) -> Button | None:
    """Return the choice that was meant by a number or by its words, None where it is something else."""
    said = " ".join(tokens(fold(normalise(typed))))
    if not said:
        return None
    by_title = [button for button in buttons if " ".join(tokens(fold(normalise(button.title)))) == said]
    if by_title:
        return by_title[0]
    # More than two digits is a code or a date, never a choice.
    numbered = _NUMBER.fullmatch(said)
    number = int(numbered.group(1)) if numbered else _IN_WORDS.index(said) + 1 if said in _IN_WORDS else 0
    return buttons[number - 1] if 1 <= number <= len(buttons) else None
