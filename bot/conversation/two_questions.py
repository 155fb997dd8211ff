"""Two questions in one message: one message with both answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.content.catalogue import UNIT_PREFIX, Catalogue
from bot.content.schema import FIRST_SCREEN_CHARACTERS
from bot.domain.answers import Answer, Button


def join_answers(answers: Sequence[Answer], names: Sequence[str], catalogue: Catalogue) -> Answer:
    """Return one message with the answers; what grows too long keeps its first paragraph and a button to all.

    An answer whose first line an earlier one tells as well, as those drawn from one procedure do, is left out.
    """
    told = list(answers[:1])
    for answer in answers[1:]:
        first_line = answer.text.strip().partition("\n")[0].rstrip(".")
        if not any(first_line in each.text for each in told):
            told.append(answer)
    answers, names = told, [name for answer, name in zip(answers, names, strict=True) if answer in told]
    texts = [answer.text.strip() for answer in answers]
    buttons = [button for answer in answers for button in answer.buttons[:2]]
    for at in reversed(range(len(texts))):
        if len("\n\n".join(texts)) > FIRST_SCREEN_CHARACTERS:
            texts[at] = texts[at].partition("\n\n")[0]
            unit = catalogue.units[names[at]]
            buttons.insert(0, Button(title=unit.title, payload=f"{UNIT_PREFIX}{unit.id}"))
    return replace(
        answers[0],
        text="\n\n".join(texts),
        sources=tuple(dict.fromkeys(source for answer in answers for source in answer.sources)),
        buttons=tuple(dict.fromkeys(buttons)),
    )
