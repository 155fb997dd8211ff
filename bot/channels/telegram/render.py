"""An answer in Telegram's HTML: everything escaped, cut into messages that Telegram takes, never inside a tag."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, KeyboardButton, ReplyKeyboardMarkup

from bot.channels.telegram import wording
from bot.domain.answers import Answer, Button, Link
from bot.domain.citation import render_source
from bot.domain.markup import read_lines

LONGEST_MESSAGE = 4096
"""UTF-16 units. Telegram counts after reading the markup; we count before, which is never less."""
SHORT_TITLE = 18
"""Two buttons stand side by side where both titles are at most this long; longer ones would be cut on a phone."""
_SENTENCE_END = re.compile(r"(?<=[.?!:;…])\s+")
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Part:
    """One Telegram message: its HTML, and the same without markup."""

    html: str
    plain: str


@dataclass(frozen=True, slots=True)
class _Piece:
    """A run of text that may stand at the end of a message: with the tags around it."""

    text: str
    opening: str = ""
    closing: str = ""

    @property
    def html(self) -> str:
        return f"{self.opening}{escape(self.text)}{self.closing}"

    @property
    def length(self) -> int:
        return utf16_length(self.html)


def render_parts(answer: Answer) -> list[Part]:
    """Return an answer as one or more messages, cut between sentences."""
    parts: list[Part] = []
    current: list[_Piece] = []
    length = 0
    for piece in _fitting(_pieces(answer)):
        if length + piece.length > LONGEST_MESSAGE:
            parts += _join(current)
            current, length = [], 0
        if current or piece.text.strip():
            current.append(piece)
            length += piece.length
    return parts + _join(current)


def render_keyboard(buttons: tuple[Button, ...], links: tuple[Link, ...] = ()) -> InlineKeyboardMarkup | None:
    """Return what is pressed under an answer, None where there is nothing: links first, each in a row of its own;
    of the buttons short titles two in a row, others alone.
    """
    rows: list[list[InlineKeyboardButton]] = [[InlineKeyboardButton(link.title, url=link.url)] for link in links]
    open_row = False
    for button in buttons:
        key = InlineKeyboardButton(button.title, callback_data=button.payload)
        short = len(button.title) <= SHORT_TITLE
        if short and open_row:
            rows[-1].append(key)
            open_row = False
        else:
            rows.append([key])
            open_row = short
    return InlineKeyboardMarkup(rows) if rows else None


def render_location_request() -> ReplyKeyboardMarkup:
    """Return the button by which a phone sends where it is; it goes away once it was used."""
    button = KeyboardButton(wording.SEND_LOCATION, request_location=True)
    return ReplyKeyboardMarkup([[button]], resize_keyboard=True, one_time_keyboard=True)


def utf16_length(text: str) -> int:
    """Return the length of a text as Telegram counts it."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _pieces(answer: Answer) -> Iterator[_Piece]:
    for number, line in enumerate(read_lines(answer.text)):
        if number:
            yield _Piece("\n")
        if line.is_item:
            yield _Piece("• ")
        for span in line.spans:
            tags = ("<b>", "</b>") if span.bold else ("", "")
            for sentence in _split_keeping(span.text, _SENTENCE_END):
                yield _Piece(sentence, *tags)
    yield from _citation(answer)


def _citation(answer: Answer) -> Iterator[_Piece]:
    if not answer.sources:
        return
    yield _Piece("\n\n")
    yield _Piece("Căn cứ: ", "<i>", "</i>")
    seen: set[str] = set()
    for source in answer.sources:
        name = render_source(source)
        if name in seen:
            continue
        if seen:
            yield _Piece("; ")
        seen.add(name)
        if source.url and source.url.startswith("https://"):
            yield _Piece(name, f'<i><a href="{escape(source.url)}">', "</a></i>")
        else:
            yield _Piece(name, "<i>", "</i>")
    if answer.checked_on:
        yield _Piece(f" · Kiểm tra ngày {answer.checked_on:%d/%m/%Y}", "<i>", "</i>")


def _fitting(pieces: Iterable[_Piece]) -> Iterator[_Piece]:
    """Yield the pieces, those longer than a message cut between words, and a word longer than that anywhere."""
    for piece in pieces:
        if piece.length <= LONGEST_MESSAGE:
            yield piece
            continue
        for word in _split_keeping(piece.text, _SPACE):
            cut = _Piece(word, piece.opening, piece.closing)
            # One character becomes at most six ("&quot;"), so this always fits, tags included.
            step = len(word) if cut.length <= LONGEST_MESSAGE else LONGEST_MESSAGE // 8
            for at in range(0, len(word), step):
                yield _Piece(word[at : at + step], piece.opening, piece.closing)


def _split_keeping(text: str, divider: re.Pattern[str]) -> Iterator[str]:
    """Yield the text cut after each divider, which stays with what stands before it."""
    at = 0
    for found in divider.finditer(text):
        yield text[at : found.end()]
        at = found.end()
    if at < len(text):
        yield text[at:]


def _join(pieces: list[_Piece]) -> list[Part]:
    html = "".join(piece.html for piece in pieces).strip()
    plain = "".join(piece.text for piece in pieces).strip()
    return [Part(html, plain)] if plain else []
