"""An answer as safe HTML: paragraphs, lists, bold words and https links; everything else is escaped."""

from __future__ import annotations

import re
from html import escape

from bot.domain.markup import Line, Span, read_lines

_LINK = re.compile(r"https://[^\s<>\"'`]+")
_TRAILING = ".,;:!?)]}»”’…"


def render_html(text: str) -> str:
    """Return a text in the small markup as HTML; nothing in it can open a tag of its own."""
    parts: list[str] = []
    in_list = False
    for line in read_lines(text):
        if line.is_item != in_list:
            parts.append("<ul>" if line.is_item else "</ul>")
            in_list = line.is_item
        body = _render_line(line)
        if line.is_item:
            parts.append(f"<li>{body}</li>")
        elif body:
            parts.append(f"<p>{body}</p>")
    if in_list:
        parts.append("</ul>")
    return "".join(parts)


def _render_line(line: Line) -> str:
    return "".join(_render_span(span) for span in line.spans)


def _render_span(span: Span) -> str:
    inner = _link(span.text)
    return f"<strong>{inner}</strong>" if span.bold else inner


def _link(text: str) -> str:
    parts: list[str] = []
    at = 0
    for found in _LINK.finditer(text):
        address = found.group().rstrip(_TRAILING)
        if len(address) == len("https://"):
            continue
        parts.append(escape(text[at : found.start()]))
        safe = escape(address)
        parts.append(f'<a href="{safe}" target="_blank" rel="noopener noreferrer">{safe}</a>')
        at = found.start() + len(address)
    parts.append(escape(text[at:]))
    return "".join(parts)
