"""Whatever a message may mean can be offered where it is not certain."""

from __future__ import annotations

from bot.conversation.choices import SKILL_BUTTONS
from bot.settings import DATA
from phrasings.load import load_phrasings


def test_every_intent_that_starts_a_skill_has_a_button() -> None:
    intents = {name for name in load_phrasings(DATA) if name.startswith(("skill.", "handover."))}
    assert intents == SKILL_BUTTONS.keys()
