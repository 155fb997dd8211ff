"""An answer as plain text for messengers without markup, cut into messages between sentences."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from bot.domain.answers import Answer
from bot.domain.citation import render_citation
from bot.domain.markup import render_plain

_BREAKS = (re.compile(r"\n\n+"), re.compile(r"\n"), re.compile(r"(?<=[.?!:;…])\s+"), re.compile(r"\s+"))
"""Where a text may be cut, the best place first: paragraphs, lines, sentences, words."""


def render_plain_parts(answer: Answer, *, longest: int) -> list[str]:
    """Return what a citizen reads, in messages of at most `longest` characters; empty where there is nothing.

    Vietnamese is composed first (NFC): decomposed, the same words are up to a third longer.
    """
    citation = render_citation(answer)
    text = render_plain(answer.text) + (f"\n\n{citation}" if citation else "")
    parts: list[str] = []
    current = ""
    for piece in _pieces(unicodedata.normalize("NFC", text), longest):
        if current and count_characters(current + piece.rstrip()) > longest:
            parts.append(current.strip())
            current = ""
        current += piece
    parts.append(current.strip())
    return [part for part in parts if part]


def count_characters(text: str) -> int:
    """Return the length of a text in UTF-16 units, which is never less than a messenger counts."""
    return len(text) + sum(char > "\uffff" for char in text)


def _pieces(text: str, longest: int, level: int = 0) -> Iterator[str]:
    """Yield the text in pieces that fit, each with the space behind it, broken no finer than is needed."""
    if count_characters(text.rstrip()) <= longest and level > 1:
        yield text
        return
    if level == len(_BREAKS):
        step = longest // 2  # a character is at most two units
        yield from (text[at : at + step] for at in range(0, len(text), step))
        return
    at = 0
    for found in [*_BREAKS[level].finditer(text), None]:
        end = found.end() if found is not None else len(text)
        if at < end:
            yield from _pieces(text[at:end], longest, level + 1)
        at = end
