"""Which answers read otherwise once a value of law changes, and from which day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from bot.content.catalogue import Catalogue
from bot.content.figures import fill_placeholders
from bot.content.files import find_placeholders
from bot.content.schema import Parameter


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedText:
    """An answer that changes. `before`, `after`: all of it as citizens read it that day; empty: not shown."""

    unit_id: str
    title: str
    day: date
    before: str
    after: str


def find_changed_texts(catalogue: Catalogue, new: Parameter, *, today: date) -> list[ChangedText]:
    """List every answer that reads otherwise with `new`, each on the first day from today on that it does."""
    candidate = catalogue.replace_record(new)
    old = catalogue.parameters.get(new.id)
    days = sorted({today, *(day for each in (old, new) if each for day in _list_turns(each) if day > today)})
    found = []
    for unit in catalogue.units.values():
        if not any(new.id in find_placeholders(version) for version in unit.versions):
            continue
        for day in days:
            before, after = _read(catalogue, unit.id, day), _read(candidate, unit.id, day)
            if before != after:
                found.append(ChangedText(unit_id=unit.id, title=unit.title, day=day, before=before, after=after))
                break
    return sorted(found, key=lambda each: (each.day, each.title))


def _list_turns(parameter: Parameter) -> Iterator[date]:
    """Yield the days on which a value begins or is over."""
    for value in parameter.values:
        yield value.effective_from
        if value.effective_to is not None:
            yield value.effective_to + timedelta(days=1)


def _read(catalogue: Catalogue, unit_id: str, day: date) -> str:
    unit = catalogue.find_unit_on(unit_id, day)
    version = unit.version_on(day) if unit is not None else None
    if version is None:
        return ""
    return fill_placeholders(f"{version.text}\n{version.more or ''}", catalogue.parameters, day=day).strip()
