"""Staff read a word for everything the code has a name for."""

from __future__ import annotations

from bot.console.wording import KINDS, STATES
from bot.content.schema import QuestionKind
from bot.content.validity import UnitState


def test_each_kind_of_question_has_its_own_label() -> None:
    assert set(KINDS) == set(QuestionKind)
    assert len(set(KINDS.values())) == len(KINDS)


def test_each_state_of_a_unit_has_a_label() -> None:
    assert set(STATES) == set(UnitState)
