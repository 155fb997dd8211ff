"""What is counted of the service: never who, only how often, on which day, where and about what."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from bot.domain.messages import Channel


class Happening(StrEnum):
    """What is counted beside the kinds of answers (bot.domain.answers.AnswerKind)."""

    CONVERSATION = "conversation"
    """A chat's first message of a day."""
    LIKED = "liked"
    """Somebody said that an answer helped."""
    DISLIKED = "disliked"
    """Somebody said that an answer was not what they had asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """Something that happened so and so often.

    `kind`: an AnswerKind or a Happening. `unit_id`: what it was about, empty where nothing. `province_code`: where
    the citizen told us they live, empty where they did not.
    """

    day: date
    channel: Channel
    kind: str
    unit_id: str = ""
    province_code: str = ""
    count: int


BUCKETS_MS = (
    1,
    2,
    3,
    5,
    7,
    10,
    15,
    20,
    30,
    50,
    70,
    100,
    150,
    200,
    300,
    500,
    700,
    1000,
    1500,
    2000,
    3000,
    5000,
    10000,
)
"""A time to answer is counted by the first of these that it does not exceed; what is longer, by the last."""


def find_bucket_ms(seconds: float) -> int:
    """Return the bucket of a time to answer."""
    return BUCKETS_MS[min(bisect_left(BUCKETS_MS, seconds * 1000), len(BUCKETS_MS) - 1)]


def find_percentile_ms(counts: Mapping[int, int], share: float) -> int | None:
    """Return the bucket within which a share (0 to 1) of all answers were given; None where there was none."""
    wanted = sum(counts.values()) * share
    seen = 0
    for bucket in sorted(counts):
        seen += counts[bucket]
        if seen >= wanted and seen > 0:
            return bucket
    return None
