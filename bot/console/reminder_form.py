"""The forms of a reminder rule: its texts, and a changed rule that is tried; as typed, and what is wrong."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from pydantic import ValidationError

from bot.console.request import Form
from bot.console.unit_form import read_day
from bot.content.figures import render_date
from bot.content.publish import Problem, RecordRefused
from bot.content.reasons import render_place, render_reason
from bot.content.reminder_texts import find_text_problems
from bot.content.schema import ReminderTexts
from bot.reminders.describe import list_placeholders
from bot.reminders.rules import ReminderRule, RuleTexts

MOST_OFFSETS = 6
LONGEST_OFFSET = 365
_TIME = re.compile(r"([01]?\d|2[0-3])(?:[:h]([0-5]\d)?)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class TextFields:
    """The texts of a rule as typed."""

    details: str
    details_past: str

    @classmethod
    def of(cls, texts: ReminderTexts | RuleTexts) -> TextFields:
        """Return the fields of texts as they are."""
        return cls(details=texts.details, details_past=texts.details_past)


def read_texts(form: Form) -> TextFields:
    """Return the texts as they were sent."""
    return TextFields(details=form.get("details"), details_past=form.get("details_past"))


def make_texts(fields: TextFields, rule: ReminderRule) -> ReminderTexts:
    """Return the texts that the fields make.

    Raises:
        RecordRefused: with what to do, beside each field.
    """
    try:
        texts = ReminderTexts(
            id=rule.id, title=rule.title, details=fields.details, details_past=fields.details_past
        )
    except ValidationError as refused:
        raise RecordRefused(
            tuple(
                Problem(place=render_place(error), message=render_reason(error))
                for error in refused.errors(include_url=False)
            )
        ) from refused
    wrong = find_text_problems(texts, list_placeholders(rule))
    if problems := tuple(Problem(place=place, message=message) for place, message in wrong):
        raise RecordRefused(problems)
    return texts


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleFields:
    """A changed rule as typed. `offsets`: days before, with commas between."""

    offsets: str
    sent_at: str
    effective_to: str

    @classmethod
    def of(cls, rule: ReminderRule) -> RuleFields:
        """Return the fields of a rule as it is."""
        return cls(
            offsets=", ".join(str(each.days) for each in rule.offsets),
            sent_at=f"{rule.sent_at:%H:%M}",
            effective_to=render_date(rule.effective_to) if rule.effective_to is not None else "",
        )


def read_fields(form: Form) -> RuleFields:
    """Return the fields as they were sent."""
    return RuleFields(
        offsets=form.get("offsets"), sent_at=form.get("sent_at"), effective_to=form.get("effective_to")
    )


def read_change(fields: RuleFields, rule: ReminderRule) -> tuple[dict[str, Any], dict[str, str]]:
    """Return what is asked for as plain values, and by field what is wrong with it."""
    problems: dict[str, str] = {}
    days = _read_offsets(fields.offsets)
    if days is None:
        problems["offsets"] = f"Ghi số ngày, cách nhau bằng dấu phẩy, ví dụ 30, 7, 1. Tối đa {MOST_OFFSETS} lần."
    at = _TIME.fullmatch(fields.sent_at)
    if at is None:
        problems["sent_at"] = "Ghi giờ như 8:00."
    until: date | None = None
    if fields.effective_to:
        until = read_day(fields.effective_to)
        if until is None or until < rule.effective_from:
            problems["effective_to"] = "Ghi ngày/tháng/năm, sau ngày quy tắc có hiệu lực, hoặc để trống."
    if problems or days is None or at is None:
        return {}, problems
    asked = {
        "rule": rule.id,
        "offsets": days,
        "sent_at": time(int(at[1]), int(at[2] or 0)).isoformat(),
        "effective_to": until.isoformat() if until is not None else None,
    }
    return asked, {}


def _read_offsets(typed: str) -> list[int] | None:
    parts = [part.strip() for part in typed.replace(";", ",").split(",") if part.strip()]
    if not 1 <= len(parts) <= MOST_OFFSETS or not all(part.isascii() and part.isdecimal() for part in parts):
        return None
    days = sorted({int(part[:4]) for part in parts}, reverse=True)
    return days if days[-1] >= 1 and days[0] <= LONGEST_OFFSET else None
