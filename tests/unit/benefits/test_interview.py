"""What is asked, in which order, and that it ends with everything settled that can be."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from bot.benefits.assess import Verdict, assess, find_start
from bot.benefits.fact import NOT_SAID, read_known
from bot.benefits.interview import choose_next
from bot.benefits.rulebook import load_rulebook
from bot.content.files import read_content
from bot.settings import DATA

RULEBOOK = load_rulebook(DATA / "benefits")
DAY = date(2026, 11, 24)
PARAMETERS = read_content(DATA).parameters


def ask_all(replies: dict[str, str]) -> dict[str, str]:
    """Go through the interview with given replies, NOT_SAID elsewhere; return what was kept, in order."""
    kept: dict[str, str] = {}
    while (fact := choose_next(RULEBOOK, kept, DAY)) is not None:
        assert fact.id not in kept
        kept[fact.id] = replies.get(fact.id, NOT_SAID)
    return kept


_replies = st.fixed_dictionaries(
    {
        "birth": st.dates(date(1920, 1, 1), DAY).map(date.isoformat),
        **{
            fact.id: st.sampled_from([choice.id for choice in fact.choices])
            for fact in RULEBOOK.facts.values()
            if fact.choices
        },
    }
)


@given(_replies)
def test_the_interview_ends_with_nothing_left_open(replies: dict[str, str]) -> None:
    kept = ask_all(replies)
    known = read_known(RULEBOOK.facts, kept, DAY)
    open_facts = {name for each in assess(RULEBOOK, known, DAY, {}) for name in each.missing}
    assert open_facts <= {name for name, value in kept.items() if value == "unassessed"}
    # What was not asked would have changed nothing.
    whole = read_known(RULEBOOK.facts, {**replies, **kept}, DAY)
    short = {each.programme.id: each.verdict for each in assess(RULEBOOK, known, DAY, {})}
    if "study" in kept or replies["study"] == "none":
        long = {each.programme.id: each.verdict for each in assess(RULEBOOK, whole, DAY, {})}
        digital = "digital" in kept or replies["digital"] == "does-not"
        assert all(long[name] == short[name] for name in short if digital or name != "digital-citizen-fees")


def test_nobody_of_80_is_asked_about_school_and_nobody_rich_about_hiv() -> None:
    kept = ask_all({"birth": "1946-01-01", "household": "other", "disability": "none"})
    assert not {"study", "school", "care", "hiv", "income", "supporter", "expecting"} & kept.keys()


def test_a_pupil_is_not_asked_about_pensions() -> None:
    kept = ask_all({"birth": "2015-01-01", "household": "other", "disability": "none", "study": "general"})
    assert "pension" not in kept
    assert {"school", "care", "area"} <= kept.keys()


def test_whoever_answers_nothing_is_told_perhaps_and_never_asked_twice() -> None:
    kept = ask_all({})
    verdicts = {each.verdict for each in assess(RULEBOOK, read_known(RULEBOOK.facts, kept, DAY), DAY, {})}
    assert verdicts == {Verdict.PERHAPS}


def test_of_several_monthly_benefits_the_highest_is_paid_and_a_single_parent_adds() -> None:
    kept = {
        "birth": "1950-01-01",
        "household": "poor",
        "disability": "special-severe",
        "pension": "none",
        "supporter": "none",
        "single-parent": "does",
    }
    found = {
        each.programme.id: each
        for each in assess(RULEBOOK, read_known(RULEBOOK.facts, kept, DAY), DAY, PARAMETERS)
    }
    assert found["disabled-special-young-old"].instead is None
    assert found["elder-alone-oldest"].instead == "disabled-special-young-old"
    assert found["social-pension"].instead == "disabled-special-young-old"
    assert found["single-parent"].instead is None


def test_the_day_on_which_a_pension_begins_is_found() -> None:
    kept = {"birth": "1952-03-14", "household": "other", "pension": "none"}
    known = read_known(RULEBOOK.facts, kept, DAY)
    assert find_start(RULEBOOK, "social-pension", known, DAY) == date(2027, 3, 14)
    assert find_start(RULEBOOK, "social-pension", known, date(2025, 3, 14)) == date(2027, 3, 14)
    assert find_start(RULEBOOK, "social-pension", known, date(2025, 3, 13)) is None
