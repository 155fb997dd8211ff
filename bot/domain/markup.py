"""The small markup that answers are written in, and its plain form.

Paragraphs are divided by an empty line, `**bold**` is bold, a line that starts with `- ` is a list item, and
links stand bare. Nothing else has a meaning, so text typed by a citizen cannot break it beyond a bold word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_BOLD = re.compile(r"\*\*(?=\S)(.+?)(?<=\S)\*\*")


@dataclass(frozen=True, slots=True)
class Span:
    """A run of text within a line."""

    text: str
    bold: bool


@dataclass(frozen=True, slots=True)
class Line:
    """A line of an answer; an empty line divides paragraphs."""

    spans: tuple[Span, ...]
    is_item: bool


def read_lines(text: str) -> Iterator[Line]:
    """Yield the lines of a text in the markup."""
    for raw in text.strip().split("\n"):
        stripped = raw.strip()
        is_item = stripped.startswith("- ")
        yield Line(spans=tuple(_read_spans(stripped[2:] if is_item else stripped)), is_item=is_item)


def render_plain(text: str) -> str:
    """Return the text as a citizen reads it where no markup is shown; list items start with "• "."""
    lines = []
    for line in read_lines(text):
        joined = "".join(span.text for span in line.spans)
        lines.append(f"• {joined}" if line.is_item else joined)
    return "\n".join(lines)


def _read_spans(text: str) -> Iterator[Span]:
    at = 0
    for found in _BOLD.finditer(text):
        if found.start() > at:
            yield Span(text[at : found.start()], bold=False)
        yield Span(found.group(1), bold=True)
        at = found.end()
    if at < len(text):
        yield Span(text[at:], bold=False)
