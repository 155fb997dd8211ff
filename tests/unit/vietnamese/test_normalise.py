"""One text, one form, however it was typed."""

from __future__ import annotations

import time
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vietnamese.normalise import fold, normalise, tokens

LETTERS = "aăâbcdđeêghiklmnoôơpqrstuưvxyàáảãạằắẳẵặầấẩẫậèéẻẽẹềếểễệìíỉĩịòóỏõọồốổỗộờớởỡợùúủũụừứửữựỳýỷỹỵ"
vietnamese_text = st.text(alphabet=LETTERS + LETTERS.upper() + " .,?!0123456789\n-'", max_size=200)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("Hoà, Thuý, UỶ ban", "hòa, thúy, ủy ban"),
        ("hòan gìa qúy khoá", "hoàn già quý khóa"),
        ("đựơc nứơc ngừơi", "được nước người"),
        ("“Lệ  phí” – bao\tnhiêu\n？", '"lệ phí" - bao nhiêu ?'),
        ("kooooo đượcccc", "ko được"),
        ("khu vực III", "khu vực iii"),
        ("1000000 đồng", "1000000 đồng"),
        ("ｆｕｌｌ 𝗯𝗼𝗹𝗱", "full bold"),
        ("căn\u200b cước\u202e\x00 \ufeffmới❤️", "căn cước mới❤"),
        ("Ðổi thẻ", "đổi thẻ"),
        ("", ""),
        (" \n\t ", ""),
    ],
)
def test_one_form(typed: str, expected: str) -> None:
    assert normalise(typed) == expected


@pytest.mark.parametrize(
    "word", ["quốc", "nghiêng", "giếng", "khuỷu", "ngoài", "thuở", "giặt", "xoong", "quyển", "gì"]
)
def test_good_spelling_stays(word: str) -> None:
    assert normalise(word) == word


def test_decomposed_text_reads_the_same() -> None:
    text = "Thủ tục đổi thẻ căn cước ở Thừa Thiên Huế mất bao nhiêu ngày?"
    assert normalise(unicodedata.normalize("NFD", text)) == normalise(text)


def test_fold_keeps_case_and_needs_no_accents() -> None:
    assert fold("Đổi thẻ CĂN CƯỚC") == "Doi the CAN CUOC"
    assert fold("café über") == "cafe uber"


def test_tokens_keep_figures_whole() -> None:
    assert tokens("Phí 25.000đ, từ 1/7/2024 (đổi thẻ) 30k?") == [
        "phí",
        "25.000đ",
        "từ",
        "1/7/2024",
        "đổi",
        "thẻ",
        "30k",
    ]


@settings(max_examples=500)
@given(st.text(max_size=200))
def test_any_text_is_taken_and_twice_is_once(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once
    fold(text)
    tokens(text)


@settings(max_examples=300)
@given(st.text(alphabet=st.characters(min_codepoint=0x20, max_codepoint=0x36F), max_size=60))
def test_accents_in_any_order_and_twice_is_once(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once


@given(vietnamese_text)
def test_folded_vietnamese_is_ascii(text: str) -> None:
    assert fold(normalise(text)).isascii()


@given(vietnamese_text)
def test_decomposed_is_composed(text: str) -> None:
    assert normalise(unicodedata.normalize("NFD", text)) == normalise(text)


@pytest.mark.parametrize(
    "piece", ["\u0301\u0323", "Đổi thẻ căn cước ", "o", "á", "1.", "\u200b", "ﷺ", " ", "e\u0323\u0302"]
)
def test_a_megabyte_takes_linear_time(piece: str) -> None:
    text = "a" + piece * (1_000_000 // len(piece))
    started = time.perf_counter()
    fold(normalise(text))
    assert time.perf_counter() - started < 10
