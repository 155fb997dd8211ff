"""Questions that the assistant could not answer well, kept for staff without saying who asked."""

from __future__ import annotations

from enum import StrEnum

PURPOSE = "question-answered"
"""The consent on which somebody is told that their question has an answer now."""
LONGEST = 300


class QuestionReason(StrEnum):
    """Why a question is in the queue."""

    UNKNOWN = "unknown"
    """Nothing was known."""
    UNCLEAR = "unclear"
    """A choice had to be offered twice in a row."""
    DISLIKED = "disliked"
    """The person said that the answer was not what they had asked."""
    HANDED_OVER = "handed-over"
    """The person asked for a member of staff after it."""


class GroupState(StrEnum):
    """Where a group of questions that ask the same stands."""

    OPEN = "open"
    LINKED = "linked"
    """They are ways of asking for a unit."""
    AWAITING = "awaiting"
    """A unit is being written for them."""
    OUT_OF_SCOPE = "out-of-scope"
