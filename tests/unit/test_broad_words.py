"""Words that only name a thing get a summary or a choice of two to four, however they are typed."""

from __future__ import annotations

from collections import Counter

import pytest

from bot.content.files import read_content
from bot.settings import DATA
from bot.understanding.broad_words import BroadWords
from vietnamese.normalise import fold, tokens
from vietnamese.tidy import tidy

BROAD = BroadWords.load(DATA / "broad-words.yml")


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("vneid", "vneid.la-gi"),
        ("VNeID ạ", "vneid.la-gi"),
        ("hộ chiếu", "xuat-nhap-canh.ho-chieu-lan-dau.tom-tat"),
        ("lam can cuoc", "can-cuoc.cap-lan-dau.tom-tat"),
        ("cho em hỏi về căn cước công dân với ạ", "can-cuoc.cap-lan-dau.tom-tat"),
        ("cccd", "can-cuoc.cap-lan-dau.tom-tat"),
        ("doithecancuoc", "can-cuoc.cap-doi.tom-tat"),
        ("thế còn thường trú?", "cu-tru.thuong-tru.tom-tat"),
        ("thủ tục tạm trú", "cu-tru.tam-tru.tom-tat"),
        ("hk", "cu-tru.so-ho-khau.con-dung"),
        ("bao lâu z", "can-cuoc.cap-doi.thoi-gian"),
        ("bao lau v", "can-cuoc.cap-doi.thoi-gian"),
        ("ở đâu vậy ạ?", "cu-tru.tam-tru.noi-lam"),
        ("cần giấy tờ gì", "vneid.muc-2.giay-to"),
    ],
)
def test_a_thing_is_named(text: str, unit: str) -> None:
    found = BROAD.find(tidy(text))
    assert found is not None
    assert unit in found.units


@pytest.mark.parametrize(
    "text",
    [
        "",
        "xin chào",
        "em ơi",
        "làm căn cước cho ông tôi ở đâu",
        "hộ chiếu hết hạn",
        "thẻ thư viện",
        "con",
        "hk biết",
    ],
)
def test_whatever_says_more_is_left_to_understanding(text: str) -> None:
    assert BROAD.find(tidy(text)) is None


@pytest.mark.parametrize(
    "text", ["phí?", "tiền", "chờ mấy ngày", "ra đâu", "cần những giấy tờ gì", "cho con", "con nhỏ"]
)
def test_what_names_no_thing_leans_on_what_was_asked_before(text: str) -> None:
    found = BROAD.find(tidy(text))
    assert found is not None
    assert found.leans


@pytest.mark.parametrize("text", ["hộ chiếu", "vneid", "thường trú", "hk"])
def test_a_thing_stands_by_itself(text: str) -> None:
    found = BROAD.find(tidy(text))
    assert found is not None
    assert not found.leans


def test_each_unit_is_there_and_no_word_leads_two_ways() -> None:
    units = read_content(DATA).units
    assert {unit for each in BROAD.known for unit in each.units} <= set(units)
    counts = Counter("".join(tokens(fold(word))) for each in BROAD.known for word in set(each.words))
    assert [word for word, count in counts.items() if count > 1] == []
