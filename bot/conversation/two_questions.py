"""Two questions in one message: one message with both answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.content.catalogue import UNIT_PREFIX, Catalogue
from bot.content.schema import FIRST_SCREEN_CHARACTERS
from bot.domain.answers import Answer, Button
from bot.understanding.joining import name_subject

_AROUND_TITLE = len("****\n")
_BREAK = "\n\n"


def join_answers(answers: Sequence[Answer], names: Sequence[str], catalogue: Catalogue) -> Answer:
    """Return one message with the answers, each under its title.

    What grows too long keeps its first paragraph and a button to all.
    An answer whose first line an earlier one tells as well, as those drawn from one procedure do, is left out.
    """
    told = list(answers[:1])
    for answer in answers[1:]:
        first_line = answer.text.strip().partition("\n")[0].rstrip(".")
        if not any(first_line in each.text for each in told):
            told.append(answer)
    answers, names = told, [name for answer, name in zip(answers, names, strict=True) if answer in told]
    if len(answers) == 1:
        return answers[0]
    texts = [answer.text.strip() for answer in answers]
    buttons = [button for answer in answers for button in answer.buttons[:2]]
    units = [catalogue.units[name] for name in names]
    room = FIRST_SCREEN_CHARACTERS - sum(len(unit.title) + _AROUND_TITLE for unit in units)
    for at in reversed(range(len(texts))):
        if len(_BREAK.join(texts)) > room:
            texts[at] = _keep_beginning(texts[at])
            buttons.insert(0, Button(title=units[at].title, payload=f"{UNIT_PREFIX}{units[at].id}"))
    titles = [name_subject(unit) for unit in units]
    texts = [f"**{title[0].upper()}{title[1:]}**\n{text}" for title, text in zip(titles, texts, strict=True)]
    return replace(
        answers[0],
        text=_BREAK.join(texts),
        sources=tuple(dict.fromkeys(source for answer in answers for source in answer.sources)),
        buttons=tuple(dict.fromkeys(buttons)),
    )


def _keep_beginning(text: str) -> str:
    """Return the first paragraph, and the next where the first only leads to it."""
    first, _, rest = text.partition(_BREAK)
    return f"{first}{_BREAK}{rest.split(_BREAK)[0]}" if first.endswith(":") and rest else first
