"""T15, T23, T24: whatever is typed, reading and rendering it never fails, is soon done, lets no markup through."""

from __future__ import annotations

import gc
import re
import time
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.telegram.render import LONGEST_MESSAGE, render_parts, utf16_length
from bot.channels.web.render import render_html
from bot.domain.answers import Answer, AnswerKind
from bot.domain.application_code import find_codes, is_printed_code, make_code_key
from bot.domain.markup import render_plain
from bot.settings import DATA
from bot.skills.dates import read_date
from bot.understanding.halves import list_cuts
from bot.understanding.masking import mask
from bot.understanding.question_kind import find_question_kind, names_no_topic
from bot.understanding.safety import SafetyRules
from tests.fuzz.texts import much, texts
from vietnamese.features import list_word_features, read_words
from vietnamese.normalise import fold, normalise, strip_invisible, tokens
from vietnamese.shorthand import expand_shorthand
from vietnamese.telex import undo_telex

SAFETY = SafetyRules.load(DATA / "safety")
BUDGET_S = 1.0
"""Of this process's own time, for an input of 2,000 characters: what is not linear takes minutes."""
READERS: dict[str, Callable[[str], object]] = {
    "strip_invisible": strip_invisible,
    "normalise": normalise,
    "fold": fold,
    "tokens": tokens,
    "undo_telex": undo_telex,
    "expand_shorthand": expand_shorthand,
    "features": lambda text: list_word_features(read_words(text)),
    "mask": mask,
    "codes": find_codes,
    "code_key": make_code_key,
    "printed_code": is_printed_code,
    "date": read_date,
    "safety": SAFETY.find_rule,
    "kind": find_question_kind,
    "topic": names_no_topic,
    "split": lambda text: list(list_cuts(normalise(mask(text)), is_plain=text.isascii())),
    "plain": render_plain,
}


@contextmanager
def soon() -> Iterator[None]:
    gc.disable()  # a collection of all that the generator holds takes a second of its own
    try:
        started = time.process_time()
        yield
        assert time.process_time() - started < BUDGET_S
    finally:
        gc.enable()


@pytest.mark.parametrize("name", READERS)
@much
@given(text=texts)
def test_reading_never_fails_and_is_soon_done(name: str, text: str) -> None:
    with soon():
        READERS[name](text)


@much
@given(text=texts)
def test_tidying_twice_is_tidying_once(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)
    assert fold(fold(text)) == fold(text)
    assert strip_invisible(strip_invisible(text)) == strip_invisible(text)


@much
@given(text=texts)
def test_how_accents_are_encoded_makes_no_difference(text: str) -> None:
    assert normalise(unicodedata.normalize("NFD", text)) == normalise(unicodedata.normalize("NFC", text))


@much
@given(before=texts, after=texts, number=st.from_regex(r"0[0-9]{2}[0-3][0-9]{8}", fullmatch=True))
def test_an_id_number_never_gets_through(before: str, after: str, number: str) -> None:
    said = f"{strip_invisible(before)} x {number} x {strip_invisible(after)}"
    assert number not in mask(said)


@much
@given(text=texts)
def test_telegram_gets_whole_markup_of_its_own_tags_only(text: str) -> None:
    with soon():
        parts = render_parts(Answer(kind=AnswerKind.ANSWER, text=text))
    for part in parts:
        assert utf16_length(part.html) <= LONGEST_MESSAGE
        _Strict({"b", "i"}).read(part.html)


@much
@given(text=texts)
def test_the_page_gets_no_tag_and_no_link_that_is_not_ours(text: str) -> None:
    """T14: scripts in the web chat."""
    with soon():
        html = render_html(text)
    reader = _Strict({"p", "ul", "li", "strong", "a"})
    reader.read(html)
    assert all(re.match(r"https://[^\s<>\"'`]+$", link) for link in reader.links)


class _Strict(HTMLParser):
    """Takes known tags, each closed in its turn, and no attribute that runs anything."""

    def __init__(self, known: set[str]) -> None:
        super().__init__()
        self._known = known
        self._open: list[str] = []
        self.links: list[str] = []

    def read(self, html: str) -> None:
        self.feed(html)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in self._known
        assert {name for name, _ in attrs} <= {"href", "target", "rel"}
        self.links += [value or "" for name, value in attrs if name == "href"]
        self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag
