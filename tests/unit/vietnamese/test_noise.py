"""Noise is repeatable and of the kind it is named for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vietnamese.noise import NOISES, UnknownNoise, make_noise
from vietnamese.normalise import fold
from vietnamese.tidy import tidy

QUESTION = "Đăng ký tài khoản định danh mức 2 ở đâu, có được không?"


@pytest.mark.parametrize("name", NOISES)
def test_same_seed_same_slips(name: str) -> None:
    assert make_noise(name, 6)(QUESTION) == make_noise(name, 6)(QUESTION) != QUESTION


def test_another_seed_other_slips() -> None:
    assert len({make_noise("typos", seed)(QUESTION) for seed in range(8)}) > 4


def test_stripped_accents() -> None:
    assert make_noise("strip-accents", 1)(QUESTION) == fold(QUESTION)


def test_telex_and_teencode_are_read_back() -> None:
    for seed in range(10):
        assert tidy(make_noise("telex", seed)(QUESTION)) == tidy(QUESTION)
        assert tidy(make_noise("teencode", seed)("Làm căn cước hết bao nhiêu")) == "làm căn cước hết bao nhiêu"


def test_unknown_name() -> None:
    with pytest.raises(UnknownNoise):
        make_noise("dust", 1)


@given(st.text(max_size=60), st.sampled_from(NOISES), st.integers(0, 5))
def test_any_text_is_taken(text: str, name: str, seed: int) -> None:
    make_noise(name, seed)(text)
