"""What to ask next: only what can still change a verdict, now or soon, in the order of data/benefits/facts.yml."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from bot.benefits.assess import find_all, list_turning_days
from bot.benefits.criteria import Truth
from bot.benefits.fact import Fact, read_known
from bot.benefits.rulebook import Rulebook


def choose_next(rulebook: Rulebook, kept: Mapping[str, str], day: date) -> Fact | None:
    """Return the next fact to ask about, None where nothing that may still be asked would change anything.

    `kept`: by fact, the answers so far, with NOT_SAID for those that were not given.
    """
    known = read_known(rulebook.facts, kept, day)
    days = [day, *list_turning_days(rulebook.programmes.values(), known, day)]
    matter = {
        name
        for each_day in days
        for finding in find_all(rulebook, known, each_day).values()
        if finding.truth is Truth.UNKNOWN
        for name in finding.missing
    }
    return next((fact for fact in rulebook.facts.values() if fact.id in matter and fact.id not in kept), None)
