"""Two questions in one message: which units answer them, and one message with both answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from bot.content.catalogue import UNIT_PREFIX, Catalogue
from bot.content.schema import FIRST_SCREEN_CHARACTERS
from bot.domain.answers import Answer, Button
from bot.understanding.follow_up import choose_follow_up
from bot.understanding.understood import Understood


def choose_both(understood: Understood, catalogue: Catalogue, *, day: date) -> tuple[str, ...]:
    """Return the units that answer the two questions of a message; none where they are not two for sure.

    One that names no topic, "và hết bao nhiêu tiền", asks about that of the other.
    """
    topic = _find_topic(understood, catalogue)
    if topic is None:
        return ()
    names: list[str] = []
    for part in understood.parts:
        name = _find_name(part, topic, catalogue, day=day)
        if name is None or name not in catalogue.units or name in names:
            return ()
        names.append(name)
    return tuple(names)


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


def _find_name(part: Understood, topic: str, catalogue: Catalogue, *, day: date) -> str | None:
    """Return the unit for one of the two questions: of the topic where it has one of that kind."""
    follow_up = choose_follow_up(part, catalogue, topic=topic, day=day)
    if follow_up is not None and follow_up.kind is part.asked_kind:
        return follow_up.id
    if part.completed is not None and part.completed.name is not None:
        return part.completed.name
    if follow_up is not None:
        return follow_up.id
    if part.name is not None:
        return part.name
    # Unsure by itself, but the other question says which of them: "trợ cấp người cao tuổi bao nhiêu".
    units = (catalogue.units.get(each.name) for each in part.decision.candidates)
    return next((unit.id for unit in units if unit and unit.topic == topic and unit.kind is part.asked_kind), None)


def _find_topic(understood: Understood, catalogue: Catalogue) -> str | None:
    """Return the topic of the part that names one, else that of the message as a whole."""
    named = [part.name for part in understood.parts if not part.leans_on_topic]
    for name in (*named, understood.name):
        if name is not None and name in catalogue.units:
            return catalogue.units[name].topic
    return None
