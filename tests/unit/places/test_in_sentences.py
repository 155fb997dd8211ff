"""The place that a sentence names, however it is typed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.places.in_sentences import find_place_name
from bot.wiring import load_communes

COMMUNES = load_communes()


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("tôi ở xã Hòa An Cần Thơ làm căn cước ở đâu", "Xã Hòa An, Thành phố Cần Thơ"),
        ("xa hoa an tinh can tho lam ho chieu o dau", "Xã Hòa An, Thành phố Cần Thơ"),
        ("Hòa An Cần Thơ", "Xã Hòa An, Thành phố Cần Thơ"),
        ("công an phường Ba Đình Hà Nội ở đâu?", "Phường Ba Đình, Thành phố Hà Nội"),
        ("phường 1 quận 3 TP HCM", "Phường Bàn Cờ, Thành phố Hồ Chí Minh"),
        ("p1 q3 tphcm", "Phường Bàn Cờ, Thành phố Hồ Chí Minh"),
        ("Phường 1, quận 3, TP Hồ Chí Minh", "Phường Bàn Cờ, Thành phố Hồ Chí Minh"),
        ("phường Phú Thọ tỉnh Phú Thọ", "Phường Phú Thọ, Phú Thọ"),
        ("nhà em ở đặc khu Phú Quốc thì ra đâu", "Đặc khu Phú Quốc, An Giang"),
        ("công an xã nào làm thẻ ở Cần Thơ", "Thành phố Cần Thơ"),
        ("bảo hiểm xã hội An Giang ở đâu", "An Giang"),
    ],
)
def test_a_sentence_names_one_place(text: str, place: str) -> None:
    name = find_place_name(text, COMMUNES)
    assert name is not None
    assert [each.name for each in COMMUNES.find_places(name)] == [place]


@pytest.mark.parametrize("text", ["quận 3 cũ giờ thuộc phường nào", "huyen binh chanh gio la xa nao"])
def test_a_district_of_before_is_found(text: str) -> None:
    name = find_place_name(text, COMMUNES)
    assert name is not None
    assert COMMUNES.find_places(name) == []
    assert COMMUNES.find_old(name)


@pytest.mark.parametrize(
    "text", ["xã mình làm căn cước ở đâu", "phường nào gần nhất", "xã", "cơ quan bảo hiểm xã hội ở đâu", ""]
)
def test_no_place_is_made_up(text: str) -> None:
    assert find_place_name(text, COMMUNES) is None


@given(st.text(max_size=60))
def test_any_text_is_taken(text: str) -> None:
    name = find_place_name(text, COMMUNES)
    assert name is None or COMMUNES.find_places(name) or COMMUNES.find_old(name)
