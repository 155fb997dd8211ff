"""What values of columns are called, for the citizen who reads everything that is held."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bot.applications.states import load_words
from bot.benefits.rulebook import load_rulebook
from bot.broadcasts.wishes import load_choices
from bot.domain.person import read_about
from bot.reminders.rules import ReminderRule, load_rules
from bot.settings import DATA
from bot.skills.reminder.topics import find_topic, list_topics
from bot.wiring.shipped import load_checklists, load_communes


def list_held_names() -> Mapping[str, Callable[[str], str | None]]:
    """Return, by "table.column", what gives a value its name."""
    rules = load_rules(DATA / "reminders")
    topics = list_topics(load_rulebook(DATA / "benefits"))
    news = load_choices(DATA / "news.yml")
    states = load_words(DATA / "applications" / "states.yml").states
    communes = load_communes()

    def name_about(about: str) -> str | None:
        person, topic = read_about(about), find_topic(topics, about)
        said = [
            (person.named or "bạn") if person is not None else "",
            topic.title if topic is not None else "",
        ]
        return ", ".join(each for each in said if each) or None

    def name_occasion(occasion: str) -> str | None:
        rule = rules.get(occasion.partition(":")[0])
        return rule.title if rule is not None else None

    def name_commune(code: str) -> str | None:
        commune = communes.get(code)
        return commune.name if commune is not None else None

    return {
        "reminder_subscriptions.rule_id": lambda each: rules[each].title if each in rules else None,
        "reminder_subscriptions.about": name_about,
        "reminder_subscriptions.facts_encrypted": _list_fact_names(rules).get,
        "reminders.occasion": name_occasion,
        "news_subscriptions.province_code": communes.provinces.get,
        "news_subscriptions.commune_code": name_commune,
        "news_subscriptions.groups": news.groups.get,
        "news_subscriptions.topics": news.topics.get,
        "checklists.procedure_id": load_checklists().name_of,
        "application_follows.told_state": {state.value: words.name for state, words in states.items()}.get,
    }


def _list_fact_names(rules: Mapping[str, ReminderRule]) -> dict[str, str]:
    return {fact: name for rule in rules.values() for fact, name in rule.fact_names.items()}
