"""What a person is entitled to on a day, perhaps entitled to, or not: every programme in force, judged once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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
    that would. `instead`: the programme of its group that is paid in its place.
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


def find_start(rulebook: Rulebook, programme_id: str, known: Known, day: date, *, until: date) -> date | None:
    """Return the first day after `day` on which a person becomes entitled by age or law alone, None if none does.

    Only days on which something can change are looked at: birthdays that a version names, and first days of
    versions. A birth date that is not known exactly has no such day.
    """
    born = known.get(BIRTH)
    if not isinstance(born, Born) or born.first != born.last:
        return None
    for start in sorted(_list_turning_days(rulebook.programmes[programme_id].versions, born.first)):
        if day < start <= until and find_all(rulebook, known, start)[programme_id].truth is Truth.YES:
            return start
    return None


def _list_turning_days(versions: Iterable[ProgrammeVersion], birth: date) -> set[date]:
    days = set()
    for version in versions:
        days.add(version.effective_from)
        for leaf in list_leaves(version.when):
            if isinstance(leaf, AgeIs):
                days |= {birthday(birth, age) for age in (leaf.age.at_least, leaf.age.below) if age is not None}
    return days


def _value(name: str, day: date, parameters: Mapping[str, Parameter]) -> float | None:
    found = find_value(parameters[name], day) if name in parameters else None
    return float(found.value) if found is not None else None


def _verdict(truth: Truth, version: ProgrammeVersion) -> Verdict:
    if truth is Truth.NO:
        return Verdict.NOT
    return Verdict.ENTITLED if truth is Truth.YES and not version.office_decides else Verdict.PERHAPS


def _pay_highest(judged: list[Assessment]) -> list[Assessment]:
    """Mark those of a group that are not paid because another of it is higher."""
    return [replace(each, instead=_find_instead(each, judged)) for each in judged]


def _find_instead(one: Assessment, judged: list[Assessment]) -> str | None:
    if one.verdict is not Verdict.ENTITLED or one.programme.group is None or one.amount is None:
        return None
    rivals = [
        other
        for other in judged
        if other.verdict is Verdict.ENTITLED
        and other.programme.group == one.programme.group
        and other.amount is not None
        and not _are_paid_together(one.programme, other.programme)
    ]
    highest = max(rivals, key=lambda each: each.amount or 0)  # of equal ones the first
    return highest.programme.id if highest.programme.id != one.programme.id else None


def _are_paid_together(one: Programme, other: Programme) -> bool:
    return other.id in one.adds_to or one.id in other.adds_to
