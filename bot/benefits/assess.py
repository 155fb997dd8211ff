"""What a person is entitled to on a day, perhaps entitled to, or not: every programme in force, judged once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from bot.benefits.criteria import BIRTH, AgeIs, Finding, Leaf, Truth, evaluate, list_leaves
from bot.benefits.known import Born, Known
from bot.benefits.programme import Amount, Programme, ProgrammeVersion
from bot.benefits.rulebook import Rulebook
from bot.content.figures import find_value
from bot.content.schema import Parameter
from bot.domain.ages import birthday

LOOKS_AHEAD_YEARS = 2
"""A benefit that begins within so many years is told as coming."""
_NOTHING = Finding(Truth.NO)


class Verdict(StrEnum):
    """How a person stands to a programme."""

    ENTITLED = "entitled"
    """Đủ điều kiện."""
    PERHAPS = "perhaps"
    """Có thể: còn thiếu điều gì đó, hoặc do cơ quan xét từng trường hợp."""
    NOT = "not"
    """Không thuộc diện."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """One programme, judged.

    `amount`: in đồng, None where the law gives none that we know. `because`: what settled it. `missing`: the facts
    that would. `instead`: the programme that is paid in its place.
    """

    programme: Programme
    version: ProgrammeVersion
    verdict: Verdict
    amount: int | None
    because: tuple[Leaf, ...]
    missing: frozenset[str]
    instead: str | None = None


def assess(rulebook: Rulebook, known: Known, day: date, parameters: Mapping[str, Parameter]) -> list[Assessment]:
    """Judge every programme that is in force on a day, in the order of the rulebook."""
    findings = find_all(rulebook, known, day)
    judged = []
    for programme in rulebook.programmes.values():
        version = programme.find_version(day)
        if version is not None:
            finding = findings[programme.id]
            judged.append(
                Assessment(
                    programme=programme,
                    version=version,
                    verdict=_verdict(finding.truth, version),
                    amount=compute_amount(version.amount, day, parameters),
                    because=finding.because,
                    missing=finding.missing,
                )
            )
    return _pay_highest(judged)


def find_all(rulebook: Rulebook, known: Known, day: date) -> Mapping[str, Finding]:
    """Return by programme whether its criteria hold; a programme that is not in force holds of nobody."""
    found: dict[str, Finding] = {}

    def ask(name: str) -> Finding:
        if name not in found:
            version = rulebook.programmes[name].find_version(day)
            found[name] = evaluate(version.when, known, day, ask) if version is not None else _NOTHING
        return found[name]

    for name in rulebook.programmes:
        ask(name)
    return found


def compute_amount(amount: Amount, day: date, parameters: Mapping[str, Parameter]) -> int | None:
    """Return an amount in đồng on a day, None where there is none, or none in force."""
    if amount.of is None:
        return None
    base = _value(amount.of, day, parameters)
    times = _value(amount.times, day, parameters) if isinstance(amount.times, str) else amount.times
    if base is None or (amount.times is not None and times is None):
        return None
    return round(base * (times if times is not None else 1))


def find_start(rulebook: Rulebook, programme_id: str, known: Known, day: date) -> date | None:
    """Return the day, within LOOKS_AHEAD_YEARS, on which a person becomes entitled by age or law alone.

    None where no such day is known.
    """
    days = list_turning_days([rulebook.programmes[programme_id]], known, day)
    return next(
        (later for later in days if find_all(rulebook, known, later)[programme_id].truth is Truth.YES), None
    )


def list_turning_days(programmes: Iterable[Programme], known: Known, day: date) -> list[date]:
    """List the days within LOOKS_AHEAD_YEARS on which something may change: birthdays and first days of versions.

    A birth date that is not known exactly gives no birthdays.
    """
    born = known.get(BIRTH)
    days = set()
    for version in (version for programme in programmes for version in programme.versions):
        days.add(version.effective_from)
        if isinstance(born, Born) and born.first == born.last:
            days |= {birthday(born.first, age) for age in _list_ages(version)}
    return sorted(later for later in days if day < later <= birthday(day, LOOKS_AHEAD_YEARS))


def _list_ages(version: ProgrammeVersion) -> Iterator[int]:
    for leaf in list_leaves(version.when):
        if isinstance(leaf, AgeIs):
            yield from (age for age in (leaf.age.at_least, leaf.age.below) if age is not None)


def _value(name: str, day: date, parameters: Mapping[str, Parameter]) -> float | None:
    found = find_value(parameters[name], day) if name in parameters else None
    return float(found.value) if found is not None else None


def _verdict(truth: Truth, version: ProgrammeVersion) -> Verdict:
    if truth is Truth.NO:
        return Verdict.NOT
    return Verdict.ENTITLED if truth is Truth.YES and not version.office_decides else Verdict.PERHAPS


def _pay_highest(judged: list[Assessment]) -> list[Assessment]:
    """Mark those that are not paid because a higher one of their group is, or because another covers them."""
    entitled = {each.programme.id: each for each in judged if each.verdict is Verdict.ENTITLED}
    paid: list[Assessment] = []
    instead: dict[str, str] = {}
    # The highest first; of equal ones the first of the rulebook.
    for each in sorted(entitled.values(), key=lambda one: -(one.amount or 0)):
        programme = each.programme
        rival = next((other for other in paid if _excludes(other.programme, programme)), None)
        if programme.covered_by is not None and programme.covered_by in entitled:
            instead[programme.id] = programme.covered_by
        elif rival is not None:
            instead[programme.id] = rival.programme.id
        else:
            paid.append(each)
    return [replace(each, instead=instead.get(each.programme.id)) for each in judged]


def _excludes(one: Programme, other: Programme) -> bool:
    are_paid_together = other.id in one.adds_to or one.id in other.adds_to
    return one.group is not None and one.group == other.group and not are_paid_together
