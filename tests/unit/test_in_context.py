"""What speaks for each name after what was asked before, and how it is weighed."""

from __future__ import annotations

from dataclasses import replace

import pytest
from pydantic import ValidationError

from bot.content.catalogue import Catalogue
from bot.content.schema import AnswerUnit, QuestionKind
from bot.settings import DATA
from bot.understanding.evidence import OUT_OF_SCOPE
from bot.understanding.in_context import IN_CONTEXT, Before, InContext, Readings, Reply, list_features
from tests.integration.content.data_folder import unit

PLACE, OTHER_PLACE = (
    AnswerUnit.model_validate(unit(f"{topic}.noi-lam") | {"kind": "place", "topic": topic})
    for topic in ("quyen-loi.mai-tang", "xuat-nhap-canh.ho-chieu")
)
CATALOGUE = Catalogue(units={each.id: each for each in (PLACE, OTHER_PLACE)})
AFTER = Before(subject="bà mất được tiền ma chay bao nhiêu", topic="quyen-loi.mai-tang", unit=None)
REPLY = Reply(words=4, names_thing=False, kind=QuestionKind.PLACE)
READINGS = Readings(
    alone={OTHER_PLACE.id: 0.4, PLACE.id: 0.4, OUT_OF_SCOPE: 0.2},
    joined={PLACE.id: 0.5, OTHER_PLACE.id: 0.5},
    titled={PLACE.id: 0.5, OTHER_PLACE.id: 0.5},
)


def _rank(before: Before, reply: Reply = REPLY) -> list[str]:
    features = list_features(READINGS, before, reply, CATALOGUE)
    return [each.name for each in InContext.load(DATA / "in-context.json").rank(READINGS.list_names(), features)]


def test_a_side_that_is_asked_for_is_that_of_the_topic_before() -> None:
    assert _rank(AFTER)[0] == PLACE.id
    assert _rank(replace(AFTER, topic=OTHER_PLACE.topic))[0] == OTHER_PLACE.id


def test_each_name_has_a_row_of_numbers() -> None:
    rows = list_features(READINGS, AFTER, REPLY, CATALOGUE)
    assert rows.shape == (len(READINGS.list_names()), len(IN_CONTEXT))
    at = dict(zip(IN_CONTEXT, rows[READINGS.list_names().index(PLACE.id)], strict=True))
    assert at["topic"] == at["field"] == at["kind_of_topic"] == 1
    assert at["topic_bare"] == 1
    assert at["told"] == at["outside"] == 0
    said = list_features(READINGS, replace(AFTER, unit=PLACE.id), replace(REPLY, names_thing=True), CATALOGUE)
    at = dict(zip(IN_CONTEXT, said[READINGS.list_names().index(PLACE.id)], strict=True))
    assert at["told"] == 1
    assert at["topic_bare"] == at["alone_bare"] == 0


def test_who_only_adds_something_still_asks_what_was_asked_before() -> None:
    adds = Reply(words=5, names_thing=False, kind=None, states=True)
    before = replace(AFTER, subject="tiền ma chay nộp đơn ở đâu", unit=PLACE.id)
    for reply, still in ((adds, 1), (replace(adds, kind=QuestionKind.FEE), 0)):
        rows = list_features(READINGS, before, reply, CATALOGUE)
        at = dict(zip(IN_CONTEXT, rows[READINGS.list_names().index(PLACE.id)], strict=True))
        assert at["still_asked_states"] == at["kind_told_states"] == at["still_asked_field"] == still


def test_weights_of_other_columns_are_refused() -> None:
    with pytest.raises(ValidationError, match="learn-in-context"):
        InContext(weights={"alone": 1.0})
