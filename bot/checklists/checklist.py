"""The list of what a procedure asks for, drawn from data/procedures, and the procedure that a text names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from bot.content.figures import ParameterNotInForce, fill_placeholders
from bot.content.procedure import Procedure
from bot.content.schema import Parameter, Source
from vietnamese.normalise import fold, normalise, tokens

MOST_CHOICES = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Checklist:
    """The list on one day. `items`: what to have ready. `links`: official pages, where forms are."""

    procedure_id: str
    name: str
    items: tuple[str, ...]
    note: str | None
    links: tuple[str, ...]
    sources: tuple[Source, ...]
    checked_on: date


class Checklists:
    """Draws lists."""

    def __init__(self, procedures: Mapping[str, Procedure]) -> None:
        self._procedures = procedures
        self._names = [
            (words, procedure.id)
            for procedure in procedures.values()
            for name in (procedure.short_name, procedure.name, *procedure.aliases)
            if (words := tokens(fold(normalise(name))))
        ]

    def find(self, procedure_id: str, parameters: Mapping[str, Parameter], *, day: date) -> Checklist | None:
        """Return the list of a procedure, None where it has none on that day, or a figure in it has ended."""
        procedure = self._procedures.get(procedure_id)
        version = next((each for each in procedure.versions if each.holds_on(day)), None) if procedure else None
        if procedure is None or version is None or version.documents is None:
            return None
        passage = version.documents
        forms = [
            f"{each.name}{f' ({each.code})' if each.code else ''}{f': {each.url}' if each.url else ''}"
            for each in version.forms
        ]
        try:
            items = [
                fill_placeholders(each, parameters, day=day) for each in (passage.say, *passage.items, *forms)
            ]
            note = fill_placeholders(passage.note, parameters, day=day) if passage.note else None
        except ParameterNotInForce:
            return None
        return Checklist(
            procedure_id=procedure_id,
            name=procedure.short_name,
            items=tuple(items),
            note=note,
            links=version.links,
            sources=passage.sources or version.sources,
            checked_on=version.checked_on,
        )

    def find_procedures(self, text: str) -> tuple[str, ...]:
        """Return the ids of the procedures whose names stand in a text, those of the longest name first."""
        said = tokens(fold(normalise(text)))
        found = sorted(
            ((len(words), procedure_id) for words, procedure_id in self._names if _stands_in(words, said)),
            reverse=True,
        )
        return tuple(dict.fromkeys(procedure_id for _, procedure_id in found))[:MOST_CHOICES]

    def name_of(self, procedure_id: str) -> str | None:
        """Return what people call a procedure."""
        procedure = self._procedures.get(procedure_id)
        return procedure.short_name if procedure is not None else None


def _stands_in(words: list[str], said: list[str]) -> bool:
    return any(said[at : at + len(words)] == words for at in range(len(said) - len(words) + 1))
