"""How long citizens waited, from what the Telegram stand-in noted."""

from __future__ import annotations

from bench.writing import find_waits


def test_each_waits_for_the_first_answer_or_for_ever() -> None:
    written = [(10.0, "100"), (11.0, "101"), (12.0, "102"), (13.0, "200")]
    rang = [(10.5, "100"), (10.9, "100"), (11.25, "101"), (13.5, "200"), (14.0, "5")]
    assert find_waits(written, rang, first=100, last=200) == [0.5, 0.25, None]
