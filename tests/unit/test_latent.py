"""Likeness by meaning: words that stand among the same others are near each other."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bot.understanding.retrieval import Retrieval

PHRASINGS = {
    "lost-card": [
        *("đánh rơi ví mất căn cước làm lại", "đánh rơi bóp mất căn cước làm lại", "rớt bóp mất căn cước"),
        *("rớt ví mất căn cước", "đánh rơi ví giờ xin cấp lại căn cước", "rớt bóp giờ xin cấp lại căn cước"),
    ],
    "pension": ["bà tám mươi tuổi lãnh trợ cấp", "ông bảy lăm tuổi lãnh trợ cấp", "cụ già lãnh trợ cấp ở đâu"],
    "marriage": ["đăng ký kết hôn ở đâu", "cưới vợ xa đăng ký kết hôn", "kết hôn cần giấy gì"],
}


@pytest.fixture(scope="module")
def retrieval() -> Retrieval:
    return Retrieval(PHRASINGS)


def _nearest(retrieval: Retrieval, question: str) -> dict[str, float]:
    asked = retrieval.read(question)
    return {name: float(retrieval.compare_meaning(asked, at).max()) for at, name in enumerate(retrieval.names)}


def test_a_phrasing_stands_where_it_stands(retrieval: Retrieval) -> None:
    assert _nearest(retrieval, "kết hôn cần giấy gì")["marriage"] == pytest.approx(1, abs=1e-2)


def test_what_means_the_same_is_nearer_than_what_only_sounds_alike(retrieval: Retrieval) -> None:
    near = _nearest(retrieval, "rớt bóp rồi xin lại ở đâu")
    assert max(near, key=near.__getitem__) == "lost-card"


def test_a_text_of_unknown_words_is_near_nothing(retrieval: Retrieval) -> None:
    assert not retrieval.read("").place.any()
    assert set(_nearest(retrieval, "").values()) == {0.0}


def test_places_are_the_same_each_time_and_after_they_were_kept(retrieval: Retrieval, tmp_path: Path) -> None:
    first, again = Retrieval(PHRASINGS, kept_in=tmp_path), Retrieval(PHRASINGS, kept_in=tmp_path)
    for other in (first, again):
        assert np.allclose(retrieval.read("rớt ví ở đâu").place, other.read("rớt ví ở đâu").place, atol=1e-2)
