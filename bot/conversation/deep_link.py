"""Where a link into a conversation leads: https://t.me/<bot>?start=<payload>.

A payload is the id of an answer unit or of a procedure, a group of procedures ("can-cuoc"), a command
("tra_cuu"), or the code of a message that we sent. Telegram allows only A-Z a-z 0-9 _ - in it, at most 64, so the
dots of an id travel as "_".
"""

from __future__ import annotations

from datetime import date

from bot.content.catalogue import Catalogue
from bot.content.schema import AnswerUnit, QuestionKind

MOST_CHOICES = 8


def find_linked_unit(payload: str, catalogue: Catalogue, *, day: date) -> AnswerUnit | None:
    """Return the unit that a payload names by itself, or the one that sums its procedure up."""
    name = _read_id(payload)
    unit = catalogue.find_unit_on(name, day)
    if unit is not None or not name:
        return unit
    of_topic = [each for each in catalogue.list_units_on(day) if each.topic == name]
    return next((each for each in of_topic if each.kind is QuestionKind.OVERVIEW), next(iter(of_topic), None))


def list_linked_units(payload: str, catalogue: Catalogue, *, day: date) -> list[AnswerUnit]:
    """List the summaries of the procedures of a group, those of the shortest names first."""
    name = _read_id(payload)
    if not name:
        return []
    found = [
        each
        for each in catalogue.list_units_on(day)
        if each.kind is QuestionKind.OVERVIEW and each.topic.startswith(f"{name}.")
    ]
    return sorted(found, key=lambda each: (len(each.title), each.id))[:MOST_CHOICES]


def _read_id(payload: str) -> str:
    return payload.strip().lower().replace("_", ".")
