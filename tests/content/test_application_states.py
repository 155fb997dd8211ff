"""What citizens are told of the states of an application, and the tables that source systems are read with."""

from __future__ import annotations

import re
import unicodedata
from datetime import timedelta
from pathlib import Path

import pytest

from bot.applications.sources import DEFAULT, INVENTED, SourceSystems
from bot.applications.states import ApplicationWords, load_words
from bot.content.files import Content, read_content
from bot.domain.application import ApplicationState

LONGEST_SENTENCE = 25
"""Words, as Vietnamese writes them: one a syllable."""
LONGEST_BUTTON = 40
MARKS = {"⏳", "⚠️", "✅"}


@pytest.fixture(scope="module")
def content(project_root: Path) -> Content:
    return read_content(project_root / "data")


@pytest.fixture(scope="module")
def words(project_root: Path) -> ApplicationWords:
    return load_words(project_root / "data" / "applications" / "states.yml")


@pytest.fixture(scope="module")
def sources(project_root: Path) -> SourceSystems:
    return SourceSystems.load(project_root / "data" / "applications" / "sources")


def _list_sentences(text: str) -> list[str]:
    return [each for line in text.splitlines() for each in re.split(r"(?<=[.!?])\s+", line.lstrip("- ")) if each]


def _list_texts(words: ApplicationWords) -> list[str]:
    return [words.late.text, *(each.next_step for each in words.states.values())]


def test_every_state_has_words(words: ApplicationWords) -> None:
    assert set(words.states) == set(ApplicationState)


def test_a_name_has_at_most_the_one_state_mark(words: ApplicationWords) -> None:
    for state in words.states.values():
        first, _, rest = state.name.partition(" ")
        assert first in MARKS or first.isalpha(), state.name
        assert not any(unicodedata.category(letter) == "So" for letter in rest), state.name


def test_sentences_are_short_and_quiet(words: ApplicationWords) -> None:
    """T35: a lock screen that tells."""
    for text in _list_texts(words):
        for sentence in _list_sentences(text):
            assert len(sentence.split()) <= LONGEST_SENTENCE, sentence
            assert sentence.endswith((".", ":", ";")), sentence
        assert "!" not in text


def test_every_button_opens_an_answer(words: ApplicationWords, content: Content) -> None:
    for words_of in (words.late, *words.states.values()):
        for related in words_of.related:
            assert related.unit in content.units
            assert len(related.title) <= LONGEST_BUTTON


def test_the_law_on_late_applications_is_one_that_an_answer_cites(
    words: ApplicationWords, content: Content
) -> None:
    """An article may stand here only where it was checked for an answer."""
    documents = {document.name: document for document in content.documents.values()}
    checked = {
        (source.document, source.article)
        for unit in content.units.values()
        for version in unit.versions
        for source in version.sources
    }
    assert words.late.sources
    for source in words.late.sources:
        document = documents[source.document]
        assert source.effective_from == document.effective_from
        assert (document.id, source.article) in checked


def test_nothing_unchecked_is_promised(words: ApplicationWords) -> None:
    """No law in force on letters of apology was found; online submission alone is covered by the decree."""
    assert not any("xin lỗi" in text.lower() for text in _list_texts(words))
    duty = next(each for each in _list_sentences(words.late.text) if "cơ quan phải" in each.lower())
    assert "qua mạng" in duty


def test_every_table_covers_every_state_or_says_that_it_is_invented(sources: SourceSystems) -> None:
    for system in sources.list_all():
        assert system.fresh_for > timedelta(0)
        assert system.is_invented or set(system.states) == set(ApplicationState), system.id


def test_the_three_systems_and_the_default_are_there(sources: SourceSystems) -> None:
    assert {each.id for each in sources.list_all()} == {"mot-cua", "dich-vu-cong-cong-an", INVENTED, DEFAULT}
