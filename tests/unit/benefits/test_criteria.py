"""Three values: what one fact settles, what stays open, and what is worth asking."""

from __future__ import annotations

from datetime import date
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from bot.benefits.criteria import Criteria, Finding, Truth, evaluate
from bot.benefits.known import Born, Known, Possible, read_born

DAY = date(2026, 11, 24)
_READ: TypeAdapter[Criteria] = TypeAdapter(Criteria)
HOUSEHOLDS = ("poor", "near-poor", "other")
FACTS = {"household": HOUSEHOLDS, "area": ("hard", "other"), "hiv": ("does", "does-not")}


def judge(raw: object, known: Known, day: date = DAY) -> Finding:
    return evaluate(_READ.validate_python(raw), known, day, lambda _: Finding(Truth.NO))


POOR = {"fact": "household", "is": ["poor"]}
HARD = {"fact": "area", "is": ["hard"]}


def known(**facts: str) -> dict[str, Possible]:
    return {name: frozenset({value}) for name, value in facts.items()}


def test_one_no_settles_an_all_whatever_is_not_known() -> None:
    found = judge({"all": [POOR, HARD]}, known(area="other"))
    assert found.truth is Truth.NO
    assert found.missing == frozenset()


def test_one_yes_settles_an_any() -> None:
    assert judge({"any": [POOR, HARD]}, known(area="hard")).truth is Truth.YES


def test_what_is_missing_is_only_what_could_still_settle_it() -> None:
    found = judge({"all": [POOR, HARD]}, known(area="hard"))
    assert (found.truth, found.missing) == (Truth.UNKNOWN, frozenset({"household"}))


@pytest.mark.parametrize(
    ("said", "truth"),
    [("1951", Truth.UNKNOWN), ("1950", Truth.YES), ("1952", Truth.NO), ("1951-11-24", Truth.YES)],
)
def test_a_year_of_birth_may_leave_an_age_open(said: str, truth: Truth) -> None:
    assert judge({"age": {"at_least": 75}}, {"birth": read_born(said)}).truth is truth


def test_below_is_the_day_before_the_birthday() -> None:
    born = {"birth": Born(date(2010, 11, 24), date(2010, 11, 24))}
    assert judge({"age": {"below": 16}}, born, date(2026, 11, 23)).truth is Truth.YES
    assert judge({"age": {"below": 16}}, born, date(2026, 11, 24)).truth is Truth.NO


def test_born_on_29_february_reaches_an_age_on_1_march() -> None:
    born = {"birth": Born(date(1952, 2, 29), date(1952, 2, 29))}
    assert judge({"age": {"at_least": 75}}, born, date(2027, 2, 28)).truth is Truth.NO
    assert judge({"age": {"at_least": 75}}, born, date(2027, 3, 1)).truth is Truth.YES


_leaf = st.sampled_from(list(FACTS)).flatmap(
    lambda fact: st.lists(st.sampled_from(FACTS[fact]), min_size=1, unique=True).map(
        lambda choices: {"fact": fact, "is": choices}
    )
)
_criteria = st.recursive(
    _leaf,
    lambda part: st.builds(
        lambda kind, parts: {kind: parts}, st.sampled_from(["all", "any"]), st.lists(part, min_size=1, max_size=3)
    ),
    max_leaves=8,
)


@given(_criteria, st.dictionaries(st.sampled_from(list(FACTS)), st.integers(0, 1)))
def test_yes_and_no_hold_of_every_completion_and_missing_names_all_that_matters(
    raw: object, chosen: dict[str, int]
) -> None:
    partly = known(**{fact: FACTS[fact][number] for fact, number in chosen.items()})
    found = judge(raw, partly)
    open_facts = [fact for fact in FACTS if fact not in partly]
    outcomes = set()
    for values in product(*(FACTS[fact] for fact in open_facts)):
        whole = {**partly, **known(**dict(zip(open_facts, values, strict=True)))}
        outcome = judge(raw, whole).truth
        outcomes.add(outcome)
        # Whatever is said of facts that are not named as missing, they alone change nothing.
        only_missing = {name: value for name, value in whole.items() if name in partly or name in found.missing}
        assert judge(raw, only_missing).truth is outcome
    if found.truth is not Truth.UNKNOWN:
        assert outcomes == {found.truth}
