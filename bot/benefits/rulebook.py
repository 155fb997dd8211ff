"""Every programme and fact of data/benefits, read and checked against the knowledge they draw on."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from bot.benefits.criteria import AgeIs, Choice, EntitledTo, list_leaves
from bot.benefits.fact import Fact
from bot.benefits.programme import Programme
from bot.content.schema import PLACEHOLDER, Record
from bot.yaml_files import read_yaml

_FACTS = "facts.yml"
_Kind = TypeVar("_Kind", bound=Record)


class RulebookInvalid(ValueError):
    """Something in data/benefits is wrong; each line names the record and the reason."""


@dataclass(frozen=True, slots=True)
class Rulebook:
    """Programmes by id, in the order in which they are told; facts by id, in the order in which they are asked."""

    programmes: Mapping[str, Programme]
    facts: Mapping[str, Fact]


def load_rulebook(folder: Path) -> Rulebook:
    """Read data/benefits.

    Raises:
        RulebookInvalid: a record does not fit, or names something that is not there.
    """
    facts = {each.id: each for each in _read(folder / _FACTS, "facts", Fact)}
    programmes: dict[str, Programme] = {}
    for file in sorted(folder.glob("*.yml")):
        if file.name != _FACTS:
            for each in _read(file, "programmes", Programme):
                if each.id in programmes:
                    raise RulebookInvalid(f"{file.name}: {each.id} is there twice")
                programmes[each.id] = each
    rulebook = Rulebook(programmes, facts)
    problems = list(_find_broken_references(rulebook))
    if problems:
        raise RulebookInvalid("\n".join(problems))
    return rulebook


def find_unknown_names(
    rulebook: Rulebook, *, parameters: Collection[str], documents: Collection[str], units: Collection[str]
) -> Iterator[str]:
    """Give what programmes draw on that the knowledge does not hold."""
    for programme in rulebook.programmes.values():
        if programme.unit not in units:
            yield f"{programme.id}: unit {programme.unit}"
        for version in programme.versions:
            amount = version.amount
            drawn = [name for name in (amount.of, amount.times) if isinstance(name, str)]
            for text in (amount.say, version.note):
                drawn += PLACEHOLDER.findall(text or "")
            yield from (f"{programme.id}: parameter {name}" for name in drawn if name not in parameters)
            yield from (
                f"{programme.id}: document {source.document}"
                for source in version.sources
                if source.document not in documents
            )


def _find_broken_references(rulebook: Rulebook) -> Iterator[str]:
    for programme in rulebook.programmes.values():
        for name in (*programme.adds_to, *([programme.covered_by] if programme.covered_by else [])):
            if name not in rulebook.programmes:
                yield f"{programme.id}: {name}"
        for version in programme.versions:
            for leaf in list_leaves(version.when):
                match leaf:
                    case AgeIs():
                        continue
                    case EntitledTo():
                        unknown = [name for name in leaf.entitled if name not in rulebook.programmes]
                    case Choice():
                        fact = rulebook.facts.get(leaf.fact)
                        choices = {each.id for each in fact.choices} if fact is not None else set()
                        unknown = [name for name in leaf.choices if name not in choices]
                yield from (f"{programme.id}: {name}" for name in unknown)


def _read(file: Path, key: str, model: type[_Kind]) -> list[_Kind]:
    given: Any = read_yaml(file)
    if not isinstance(given, dict) or set(given) - {"shared"} != {key}:
        raise RulebookInvalid(f"{file.name}: one list named {key} is expected")
    try:
        return [model.model_validate(raw) for raw in given[key]]
    except ValidationError as error:
        raise RulebookInvalid(f"{file.name}: {error}") from error
