"""Every rule of data/benefits, by its own worked examples; and that these stand at both sides of each edge."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from bot.benefits.assess import assess
from bot.benefits.criteria import AgeIs, list_leaves
from bot.benefits.fact import read_known
from bot.benefits.known import Born, read_born
from bot.benefits.programme import Example, Programme, ProgrammeVersion
from bot.benefits.rulebook import find_unknown_names, load_rulebook
from bot.content.figures import fill_placeholders
from bot.content.files import read_content
from bot.domain.ages import birthday
from bot.settings import DATA

RULEBOOK = load_rulebook(DATA / "benefits")
CONTENT = read_content(DATA)
DAY = timedelta(days=1)
EXAMPLES = [
    pytest.param(programme, example, id=f"{programme.id}-{number}")
    for programme in RULEBOOK.programmes.values()
    for number, example in enumerate(programme.examples)
]
VERSIONS = [
    pytest.param(programme, version, id=f"{programme.id}-{version.effective_from}")
    for programme in RULEBOOK.programmes.values()
    for version in programme.versions
]


def _kept(example: Example) -> dict[str, str]:
    return {name: str(value) for name, value in example.known.items()}


@pytest.mark.parametrize(("programme", "example"), EXAMPLES)
def test_worked_example(programme: Programme, example: Example) -> None:
    known = read_known(RULEBOOK.facts, _kept(example), example.day)
    found = {each.programme.id: each for each in assess(RULEBOOK, known, example.day, CONTENT.parameters)}
    if example.verdict == "none":
        assert programme.id not in found
        return
    assert found[programme.id].verdict == example.verdict
    if example.amount is not None:
        assert found[programme.id].amount == example.amount


@pytest.mark.parametrize(("programme", "version"), VERSIONS)
def test_examples_stand_at_both_sides_of_every_date_and_age(
    programme: Programme, version: ProgrammeVersion
) -> None:
    days = {example.day for example in programme.examples}
    edges = {version.effective_from - DAY, version.effective_from}
    if version.effective_to is not None:
        edges |= {version.effective_to, version.effective_to + DAY}
    assert edges <= days
    latest = version.effective_to is None
    for age in {age for leaf in list_leaves(version.when) if isinstance(leaf, AgeIs) for age in _ages(leaf)}:
        exact = [each for each in programme.examples if _is_exact(each)]
        reached = [_birth(each) for each in exact if birthday(_birth(each), age) == each.day]
        not_yet = [_birth(each) for each in exact if birthday(_birth(each), age) == each.day + DAY]
        # An age that the law changed later is shown at its own time.
        assert (reached and not_yet) or not latest, f"{age} tuổi"


@pytest.mark.parametrize(("programme", "version"), VERSIONS)
def test_an_amount_of_money_holds_on_every_day_of_its_version(
    programme: Programme, version: ProgrammeVersion
) -> None:
    last = version.effective_to or date(2026, 12, 31)
    day = version.effective_from
    while day <= last:
        judged = {each.programme.id: each for each in assess(RULEBOOK, {}, day, CONTENT.parameters)}
        assert (judged[programme.id].amount is None) == (version.amount.of is None)
        day += timedelta(days=91)
    for text in (version.amount.say, version.note):
        assert fill_placeholders(text or "", CONTENT.parameters, day=last) is not None


def test_programmes_draw_only_on_what_the_knowledge_holds() -> None:
    unknown = find_unknown_names(
        RULEBOOK, parameters=CONTENT.parameters, documents=CONTENT.documents, units=CONTENT.units
    )
    assert list(unknown) == []


def test_amounts_of_the_answers_and_of_the_rules_are_the_same() -> None:
    """What an answer tells as one figure is the standard amount by its coefficient."""
    for programme in RULEBOOK.programmes.values():
        amount = programme.versions[-1].amount
        if isinstance(amount.times, str):
            told = CONTENT.parameters[amount.times.replace(".he-so.", ".muc.").replace(".lan.", ".muc.")]
            assert amount.of is not None
            standard = CONTENT.parameters[amount.of].values[-1].value
            assert told.values[-1].value == float(standard) * float(
                CONTENT.parameters[amount.times].values[-1].value
            )


def _ages(leaf: AgeIs) -> Iterator[int]:
    yield from (age for age in (leaf.age.at_least, leaf.age.below) if age is not None)


def _is_exact(example: Example) -> bool:
    return "birth" in example.known and len(str(example.known["birth"])) > 4


def _birth(example: Example) -> date:
    born = read_born(str(example.known["birth"]))
    assert isinstance(born, Born)
    return born.first
