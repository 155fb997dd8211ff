"""Typing keys that stayed in a text are undone, and foreign words are left alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vietnamese.normalise import normalise
from vietnamese.syllable import is_syllable
from vietnamese.telex import undo_telex


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("caanf cuowcs coong daan", "cần cước công dân"),
        ("ddooir ther cawn cuwowcs", "đổi thẻ căn cước"),
        ("maats bao nhieeu tieenf", "mất bao nhiêu tiền"),
        ("the3 ca8n cu7o7c1 lam2 o73 d9au6", "thẻ căn cước làm ở đâu"),
        ("lafm lại", "lafm lại"),  # one weak sign beside accents proves nothing
        ("lafm ther owr ddaau", "làm thẻ ở đâu"),
        ("quees quaans nguyeenx", "quế quấn nguyễn"),
        ("dduowcj khoong", "được không"),
        ("giaays tuyf thaan", "giấy tùy thân"),
    ],
)
def test_keys_are_carried_out(typed: str, meant: str) -> None:
    assert undo_telex(typed) == meant


@pytest.mark.parametrize(
    "text",
    [
        "lam the can cuoc o dau",
        "bus tax form",
        "app vneid bi loi wifi",
        "c06 kt3 m2 4g 5656",
        "mở tài khoản facebook và zalo pass otp",
        "thẻ xanh us visa mỹ",
        "what is the fee for a new card",
        "",
    ],
)
def test_what_is_no_typing_key_stays(text: str) -> None:
    assert undo_telex(text) == text


@pytest.mark.parametrize(
    "word", ["cước", "nghiêng", "quyển", "giữ", "thuở", "khuỷu", "yêu", "xoong", "the", "oanh", "ủy"]
)
def test_syllables(word: str) -> None:
    assert is_syllable(word)


@pytest.mark.parametrize(
    "word", ["cuowcs", "khoong", "wifi", "cuoc", "cat", "nge", "kac", "", "a1", "thhe", "đđịnh", "adnh"]
)
def test_no_syllables(word: str) -> None:
    assert not is_syllable(word)


@given(st.text(max_size=80))
def test_any_text_is_taken(text: str) -> None:
    undo_telex(normalise(text))
