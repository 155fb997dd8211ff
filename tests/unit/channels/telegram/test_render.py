"""An answer as Telegram's HTML: whatever the text holds, the markup is whole and short enough."""

from __future__ import annotations

from datetime import date
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.telegram.render import LONGEST_MESSAGE, render_keyboard, render_parts, utf16_length
from bot.domain.answers import Answer, AnswerKind, Button, CitedSource, Link
from bot.domain.markup import render_plain


def answer(text: str, **more: Any) -> Answer:
    return Answer(kind=AnswerKind.ANSWER, text=text, **more)


class Reader(HTMLParser):
    """Reads HTML as strictly as Telegram does: known tags only, each closed in its turn."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.links: list[str | None] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in ("b", "i", "a"), tag
        self.open.append(tag)
        self.links += [value for name, value in attrs if name == "href"]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def read(html: str) -> Reader:
    reader = Reader()
    reader.feed(html)
    reader.close()
    assert reader.open == []
    return reader


LAW = CitedSource(
    document="Luật Căn cước 26/2023/QH15",
    article="Điều 21",
    effective_from=date(2024, 7, 1),
    url='https://vanban.chinhphu.vn/?a=1&b="2"',
)
CIRCULAR = CitedSource(document="Thông tư <17>", effective_from=date(2024, 7, 1), url="javascript:alert(1)")


def test_markup_becomes_telegram_s_html_and_everything_else_is_escaped() -> None:
    (part,) = render_parts(answer("**Có.** Tên <b>A & B</b>\n\n- thẻ **cũ**\n- ảnh"))
    assert part.html == "<b>Có.</b> Tên &lt;b&gt;A &amp; B&lt;/b&gt;\n\n• thẻ <b>cũ</b>\n• ảnh"
    assert part.plain == "Có. Tên <b>A & B</b>\n\n• thẻ cũ\n• ảnh"


def test_sources_are_one_last_line() -> None:
    (part,) = render_parts(answer("Miễn phí.", sources=(LAW, LAW, CIRCULAR), checked_on=date(2026, 11, 23)))
    assert part.plain == (
        "Miễn phí.\n\nCăn cứ: Luật Căn cước 26/2023/QH15, Điều 21; Thông tư <17> · Kiểm tra ngày 23/11/2026"
    )
    reader = read(part.html)
    assert reader.text == part.plain
    assert reader.links == ['https://vanban.chinhphu.vn/?a=1&b="2"']


@given(st.text(max_size=400), st.integers(1, 40))
def test_any_text_gives_whole_markup_that_reads_as_the_plain_text(text: str, times: int) -> None:
    made = answer(text * times, sources=(LAW,), checked_on=date(2026, 11, 23))
    parts = render_parts(made)
    for part in parts:
        assert utf16_length(part.html) <= LONGEST_MESSAGE
        assert part.plain == part.plain.strip() != ""
        reader = read(part.html)
        assert (
            reader.text.replace("\r", "\n") == part.plain.replace("\r\n", "\n").replace("\r", "\n")
            or "\x00" in text
        )
        assert set(reader.links) <= {LAW.url}
    squeezed = "".join("".join(part.plain for part in parts).split())
    assert squeezed.startswith("".join(render_plain(made.text).split()))


@pytest.mark.parametrize(
    "text",
    ["<" * 9_000, "&" * 30_000, "**" + "Câu dài <&>. " * 900 + "**", "😀" * 5_000, "a" * 4096, "từ " * 5_000],
)
def test_long_texts_are_cut_and_nothing_is_lost(text: str) -> None:
    parts = render_parts(answer(text))
    assert all(utf16_length(part.html) <= LONGEST_MESSAGE for part in parts)
    assert all(read(part.html).text == part.plain for part in parts)
    wanted = "".join(render_plain(text).split())
    assert "".join("".join(part.plain for part in parts).split()) == wanted


def test_long_texts_are_cut_between_sentences() -> None:
    parts = render_parts(answer("Đây là một câu nói khá dài về thẻ căn cước. " * 200))
    assert len(parts) == 3
    assert all(part.plain.endswith(".") and part.plain.startswith("Đây") for part in parts)


def test_nothing_to_say_gives_no_message() -> None:
    assert render_parts(answer(" \n ")) == []


def test_short_titles_stand_two_in_a_row() -> None:
    titles = ["Lệ phí", "Thời hạn", "Hồ sơ", "Làm thẻ cho con dưới 14 tuổi", "Ở đâu", "Tôi hỏi được gì"]
    keyboard = render_keyboard(tuple(Button(title=title, payload=f"u:{n}") for n, title in enumerate(titles)))
    assert keyboard is not None
    assert [[key.text for key in row] for row in keyboard.inline_keyboard] == [
        ["Lệ phí", "Thời hạn"],
        ["Hồ sơ"],
        ["Làm thẻ cho con dưới 14 tuổi"],
        ["Ở đâu", "Tôi hỏi được gì"],
    ]
    assert keyboard.inline_keyboard[3][1].callback_data == "u:5"
    assert render_keyboard(()) is None


def test_links_stand_above_the_buttons_and_open_a_page() -> None:
    keyboard = render_keyboard(
        (Button(title="Dừng", payload="s:news:stop"),), (Link(title="Xem lịch", url="https://a.gov.vn/lich"),)
    )
    assert keyboard is not None
    assert [[(key.text, key.url, key.callback_data) for key in row] for row in keyboard.inline_keyboard] == [
        [("Xem lịch", "https://a.gov.vn/lich", None)],
        [("Dừng", None, "s:news:stop")],
    ]
