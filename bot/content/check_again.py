"""Says that a record was compared with its law again today, and nothing had to change."""

from __future__ import annotations

from datetime import date
from typing import TypeVar

from bot.content.schema import AnswerUnit, AnswerVersion, LegalDocument, Parameter, ParameterValue

Checked = TypeVar("Checked", AnswerUnit, Parameter, LegalDocument)
_Span = TypeVar("_Span", AnswerVersion, ParameterValue)


def mark_checked(record: Checked, *, today: date) -> Checked:
    """Return the record as checked today: what holds today or later; what is over was not looked at."""
    match record:
        case AnswerUnit():
            return record.model_copy(update={"versions": _mark(record.versions, today)})
        case Parameter():
            return record.model_copy(update={"values": _mark(record.values, today)})
        case LegalDocument():
            return record.model_copy(update={"checked_on": today})


def _mark(spans: tuple[_Span, ...], today: date) -> tuple[_Span, ...]:
    return tuple(
        span.model_copy(update={"checked_on": today})
        if span.effective_to is None or span.effective_to >= today
        else span
        for span in spans
    )
