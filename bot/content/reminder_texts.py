"""What may stand between braces in the text of a reminder: checked when kept, so that sending cannot fail."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from string import Formatter

from bot.content.schema import ReminderTexts

PLACEHOLDERS = ("event_on", "age", "grace_years", "title")
"""The day, the age on it, years before it in which exchanging early counts, the name of the benefit or rule."""


def find_placeholder_problem(text: str, allowed: Collection[str] = PLACEHOLDERS) -> str | None:
    """Return what is wrong with the braces of a text, in Vietnamese; None where all of them can be filled in."""
    try:
        parts = list(Formatter().parse(text))
    except ValueError:
        return f"Có dấu {{ hoặc }} bị lẻ. {_list_allowed(allowed)}"
    for literal, name, form, conversion in parts:
        if "{" in literal or "}" in literal:
            return f"Lời nhắc không lấy tham số trong {{{{ }}}}. {_list_allowed(allowed)}"
        if name is not None and (name not in allowed or form or conversion):
            return f"Không điền được {{{name}}}. {_list_allowed(allowed)}"
    return None


def find_text_problems(texts: ReminderTexts, allowed: Collection[str] = PLACEHOLDERS) -> Iterator[tuple[str, str]]:
    """Yield (field, what is wrong with it) for each text that could not be sent as it stands."""
    for name, text in (("details", texts.details), ("details_past", texts.details_past)):
        if (problem := find_placeholder_problem(text, allowed)) is not None:
            yield name, problem


def _list_allowed(allowed: Collection[str]) -> str:
    names = ", ".join(f"{{{name}}}" for name in PLACEHOLDERS if name in allowed)
    return f"Chỉ dùng được {names}."
