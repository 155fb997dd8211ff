"""A unit that is just being begun: its id, and an empty form."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time

from bot.console.shelf import ShelvedUnit
from bot.console.unit_form import VersionFields, Versions
from bot.content.figures import render_date
from bot.content.publish import NEW
from bot.content.schema import AnswerUnit, QuestionKind
from bot.content.validity import UnitState, Validity
from bot.storage.content_records import StoredRecord
from vietnamese.normalise import fold, normalise

TITLE_SHORTEST, TITLE_LONGEST = 3, 60
_NOT_IN_SLUGS = re.compile(r"[^a-z0-9]+")
_WORDS_IN_ID = 8
_LONGEST_ID = 60


def begin_unit(*, title: str, topic: str, kind: str, today: date) -> ShelvedUnit:
    """Return a unit that says nothing yet."""
    unit = AnswerUnit.model_construct(
        id=make_record_id(topic, title),
        title=title,
        kind=QuestionKind(kind),
        topic=topic,
        related=(),
        versions=(),
    )
    stored = StoredRecord(
        id=unit.id,
        body={},
        revision=NEW,
        edited_by=None,
        updated_at=datetime.combine(today, time(), UTC),
    )
    validity = Validity(state=UnitState.NOT_YET, checked_on=today, check_overdue=False, last_shown_on=None)
    return ShelvedUnit(unit=unit, stored=stored, validity=validity)


def begin_versions(today: date) -> Versions:
    """Return the fields of a new unit: from today on, checked today."""
    return (VersionFields(effective_from=render_date(today), checked_on=render_date(today)),)


def make_record_id(topic: str, title: str) -> str:
    """Return the id of a new record: can-cuoc.doi and "Đổi thẻ khi ..." make can-cuoc.doi.doi-the-khi."""
    words = _NOT_IN_SLUGS.split(fold(normalise(title)))
    return f"{topic}.{'-'.join([word for word in words if word][:_WORDS_IN_ID])}"[:_LONGEST_ID].rstrip("-.")
