"""Why, in words: the leaves of a programme's criteria as a person reads them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from bot.benefits.criteria import Age, AgeIs, Choice, EntitledTo, Leaf
from bot.benefits.fact import Fact
from bot.benefits.known import Known
from bot.benefits.rulebook import Rulebook


def render_reasons(leaves: Iterable[Leaf], rulebook: Rulebook, known: Known) -> list[str]:
    """Return each leaf that holds or is needed, once: "từ đủ 75 tuổi", "thuộc hộ nghèo"."""
    return list(dict.fromkeys(_render(leaf, rulebook, known) for leaf in leaves))


def render_missing(missing: Iterable[str], facts: Mapping[str, Fact]) -> str:
    """Return the names of facts that are not known, in the order in which they are asked."""
    wanted = set(missing)
    return ", ".join(fact.name for fact in facts.values() if fact.id in wanted)


def _render(leaf: Leaf, rulebook: Rulebook, known: Known) -> str:
    match leaf:
        case AgeIs():
            return _render_age(leaf.age)
        case EntitledTo():
            return "đang hoặc sẽ hưởng trợ cấp hằng tháng làm căn cứ"
        case Choice():
            return _render_choice(leaf, rulebook.facts[leaf.fact], known)


def _render_age(age: Age) -> str:
    if age.at_least is not None and age.below is not None:
        return f"từ đủ {age.at_least} đến dưới {age.below} tuổi"
    return f"từ đủ {age.at_least} tuổi" if age.at_least is not None else f"dưới {age.below} tuổi"


def _render_choice(leaf: Choice, fact: Fact, known: Known) -> str:
    wanted = set(leaf.choices)
    possible = known.get(fact.id)
    if isinstance(possible, frozenset) and possible <= wanted:
        wanted = set(possible)  # say what the person is, not all that would do
    said = [choice.say or choice.title for choice in fact.choices if choice.id in wanted]
    return " hoặc ".join(said)
