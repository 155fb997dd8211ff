"""T13, T14, T15, T17, T24: the known attempts by name, through the renderers and readers that are in use.

A corpus is a file of tests/corpora, one attempt a line; generated inputs are in tests/fuzz.
"""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace

import pytest
from openpyxl import load_workbook

from bot.channels.telegram.render import render_parts
from bot.channels.web.render import render_html
from bot.console.assets import Assets
from bot.console.export import ExportedTable, render_csv, render_xlsx
from bot.console.views import Views
from bot.domain.answers import Answer, AnswerKind
from bot.domain.handover import HandoverState
from vietnamese.normalise import normalise

CORPORA = Path(__file__).resolve().parents[1] / "corpora"


def read_corpus(name: str) -> list[str]:
    """Return the attempts of a file, without what tells about them."""
    return [line for line in (CORPORA / name).read_text().splitlines() if line and not line.startswith("# ")]


XSS = read_corpus("xss.txt")
MARKUP = [*read_corpus("telegram-html.txt"), *XSS]
FORMULAS = [
    each.replace("\\t", "\t").replace("\\r", "\r").replace("\\n", "\n") for each in read_corpus("csv-formulas.txt")
]
SAME = [
    (said.replace("\\t", "\t").encode("raw_unicode_escape").decode("raw_unicode_escape"), meant)
    for said, _, meant in (line.rpartition("\\t") for line in read_corpus("unicode.txt"))
]
VIEWS = Views(Assets())
NOW = datetime(2026, 11, 23, tzinfo=UTC)
OURS = {"p", "ul", "li", "strong", "a"}


class Tags(HTMLParser):
    """Notes every tag with its attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def test_the_corpora_are_there() -> None:
    assert len(XSS) >= 90
    assert len(MARKUP) - len(XSS) >= 30
    assert len(FORMULAS) >= 30
    assert len(SAME) >= 25


@pytest.mark.parametrize("attempt", MARKUP)
def test_the_web_chat_shows_it_as_text(attempt: str) -> None:
    """T14: scripts in the web chat."""
    tags = Tags(render_html(attempt))
    for tag, attributes in tags.found:
        assert tag in OURS
        assert attributes.keys() <= {"href", "target", "rel"}
        assert (attributes.get("href") or "https://").startswith("https://")


@pytest.mark.parametrize("attempt", MARKUP)
def test_telegram_gets_it_as_text(attempt: str) -> None:
    """T15: broken or planted markup on Telegram."""
    for part in render_parts(Answer(kind=AnswerKind.ANSWER, text=attempt)):
        tags = Tags(part.html)
        assert {(tag, *attributes) for tag, attributes in tags.found} <= {("b",)}
        assert tags.text == part.plain


def show_talk(text: str) -> str:
    """Return a chat with staff as the console shows it, a file of that name with it."""
    said = SimpleNamespace(author="citizen", staff_email=None, said_at=NOW, text=text, file_name=text)
    return VIEWS.render(
        "_chat_messages.html",
        held=SimpleNamespace(
            id="1", state=HandoverState.TAKEN, requested_at=NOW, taken_at=NOW, taken_by="lan@a.vn"
        ),
        mark="1",
        may_read=True,
        messages=[(said, text)],
        visit=SimpleNamespace(staff=SimpleNamespace(email="lan@a.vn")),
    )


@pytest.mark.parametrize("attempt", MARKUP)
def test_the_console_shows_it_as_text(attempt: str) -> None:
    """T13: scripts in the console."""
    usual, tried = Tags(show_talk("x")), Tags(show_talk(attempt))
    assert tried.found == usual.found, "no new tag, no new attribute"
    assert tried.text.count(attempt.strip()) >= 3


@pytest.mark.parametrize("attempt", FORMULAS)
def test_no_spreadsheet_computes_it(attempt: str) -> None:
    """T17: formulas in exports."""
    table = ExportedTable(title="Bảng", columns=(attempt,), rows=[(attempt,)])
    for row in csv.reader(io.StringIO(render_csv(table).decode("utf-8-sig"), newline="")):
        for cell in row:
            assert not cell.lstrip().startswith(tuple("=+-@＝＋－＠"))
    for cells in load_workbook(io.BytesIO(render_xlsx([table]))).worksheets[0].iter_rows():
        assert [cell.data_type for cell in cells] == ["s"]


@pytest.mark.parametrize(("said", "meant"), SAME)
def test_it_is_read_as_what_it_looks_like(said: str, meant: str) -> None:
    """T24: look-alike text around the rules."""
    assert normalise(said) == meant
