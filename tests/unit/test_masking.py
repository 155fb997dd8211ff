"""Nothing that identifies a person leaves the process in a text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.understanding.masking import mask


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("số cccd 079203012345 của tôi", "079203012345"),
        ("cccd 079 203 012 345", "012 345"),
        ("cmnd cũ 023456789", "023456789"),
        ("gọi tôi 0912 345 678 nhé", "0912 345 678"),
        ("sđt +84912345678", "912345678"),
        ("hồ sơ H12.34.56-260921-0001 tới đâu", "260921"),
        ("sinh ngày 05/03/1985", "1985"),
        ("thư an.nguyen@example.com", "example"),
        ("tài khoản 19031234567890", "19031234567890"),
    ],
)
def test_what_identifies_is_hidden(text: str, hidden: str) -> None:
    assert hidden not in mask(text)


@pytest.mark.parametrize(
    "text",
    ["lệ phí 50.000 đồng", "thông tư 59/2019", "trẻ 10 tuổi", "mức 540.000", "luật 26/2023", "từ tháng 7/2025"],
)
def test_what_a_question_is_about_stays(text: str) -> None:
    assert mask(text) == text


@given(st.from_regex(r"[0-9]{9}|[0-9]{12}", fullmatch=True), st.text(max_size=20), st.text(max_size=20))
def test_no_id_number_survives_whatever_stands_around_it(number: str, before: str, after: str) -> None:
    assert number not in mask(f"{before} {number} {after}")
