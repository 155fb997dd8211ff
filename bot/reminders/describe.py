"""A reminder rule in words, as staff read it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import assert_never

from bot.content.figures import render_date
from bot.content.reminder_texts import PLACEHOLDERS
from bot.reminders.events import BIRTH, CardExchange, GivenDay, Tet, Yearly
from bot.reminders.rules import ReminderRule

SAMPLE_DAY = date(2027, 3, 15)
"""The invented day of an event where staff look at a text."""
_SAMPLE_TITLE = "Tên chế độ"


def describe_rule(rule: ReminderRule) -> list[str]:
    """Return what a rule does, a sentence each."""
    said = [
        f"Nhắc về {_describe_event(rule)}.",
        f"Nhắc trước {_list_spans(rule.offsets)}, lúc {rule.sent_at:%H:%M}.",
        f"Người dân bấm nhắc lại thì nhắc sau {_span(rule.snooze)}.",
        f"Ngày tháng người dân cho được xóa {_span(rule.kept_after)} sau ngày đó.",
    ]
    if rule.urgent:
        said.append("Việc gấp: gửi cả ban đêm, không tính vào giới hạn mỗi ngày một tin.")
    until = f" đến hết {render_date(rule.effective_to)}" if rule.effective_to is not None else ""
    said.append(f"Có hiệu lực từ {render_date(rule.effective_from)}{until}.")
    return said


def _describe_event(rule: ReminderRule) -> str:
    match rule.event:
        case CardExchange():
            ages = ", ".join(str(age) for age in rule.event.ages)
            early = f", làm sớm trong {rule.event.grace_years} năm trước thì dùng đến tuổi sau"
            return f"ngày phải đổi thẻ theo tuổi: {ages} tuổi{early if rule.event.grace_years else ''}"
        case GivenDay():
            name = rule.fact_names.get(rule.event.fact, "ngày người dân cho biết")
            return f"{name}, cộng {_span(rule.event.after)}" if rule.event.after else name
        case Yearly():
            return f"ngày {rule.event.day:02d}/{rule.event.month:02d} hằng năm"
        case Tet():
            return "mùng một Tết"
        case _:
            assert_never(rule.event)


def _list_spans(spans: tuple[timedelta, ...]) -> str:
    *first, last = [_span(span) for span in spans]
    return f"{', '.join(first)} và {last}" if first else last


def _span(span: timedelta) -> str:
    hours = span.seconds // 3600
    if not span.days:
        return f"{hours} giờ"
    return f"{span.days} ngày {hours} giờ" if hours else f"{span.days} ngày"


def list_placeholders(rule: ReminderRule) -> list[str]:
    """Return what the texts of a rule may have filled in."""
    present = {
        "age": BIRTH in rule.fact_names,
        "grace_years": isinstance(rule.event, CardExchange),
    }
    return [name for name in PLACEHOLDERS if present.get(name, True)]


def fill_sample(rule: ReminderRule, text: str) -> str:
    """Return a text of a rule as a citizen might get it, with an invented day.

    The text has no placeholder that `find_placeholder_problem` refuses.
    """
    grace = rule.event.grace_years if isinstance(rule.event, CardExchange) else 0
    age = rule.event.ages[-1] if isinstance(rule.event, CardExchange) else 0
    return text.format(event_on=render_date(SAMPLE_DAY), age=age, grace_years=grace, title=_SAMPLE_TITLE)
