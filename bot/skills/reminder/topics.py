"""Which benefit a reminder is about: its name and the answer that says how to apply."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.benefits.rulebook import Rulebook
from bot.content.catalogue import UNIT_PREFIX
from bot.domain.answers import Button


@dataclass(frozen=True, slots=True)
class Topic:
    """What a reminder names, and the button to how it is done."""

    title: str
    button: Button


def list_topics(rulebook: Rulebook) -> dict[str, Topic]:
    """Return the topics that reminders about benefits may have, by programme."""
    return {
        programme.id: Topic(programme.title, Button(title="Cách làm", payload=f"{UNIT_PREFIX}{programme.unit}"))
        for programme in rulebook.programmes.values()
    }


def find_topic(topics: Mapping[str, Topic], about: str) -> Topic | None:
    """Return the topic of a subscription ("parent:social-pension"), None where it has none."""
    return topics.get(about.rpartition(":")[2])
