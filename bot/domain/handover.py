"""Handover (gặp cán bộ): a citizen's chat that a member of staff answers, and where each stands."""

from __future__ import annotations

from enum import StrEnum

PURPOSE = "replies"
"""The consent on which staff read what a citizen writes and answer in the same chat."""
SKILL = "handover"
LONGEST_REPLY = 2_000
"""Characters of one message of staff."""
MOST_MESSAGES = 200
"""So many messages of a citizen are passed on in one handover; more is no conversation."""


class HandoverState(StrEnum):
    """Where a handover stands."""

    REQUESTED = "requested"
    """The citizen waits, and what they write is kept for whoever takes the chat."""
    TAKEN = "taken"
    """One member of staff has it, and the assistant is silent."""
    CLOSED = "closed"
    """Staff or the citizen ended it; the assistant answers again."""
    GIVEN_UP = "given-up"
    """The citizen went back to the assistant before anybody took it."""
    EXPIRED = "expired"
    """Nobody took it in time, or both sides were silent for long."""


OPEN_STATES = (HandoverState.REQUESTED, HandoverState.TAKEN)


class Author(StrEnum):
    """Who wrote a message of a handover."""

    CITIZEN = "citizen"
    STAFF = "staff"


class Rating(StrEnum):
    """What a citizen says of a handover that ended; kept by day and channel only."""

    GOOD = "good"
    PARTLY = "partly"
    BAD = "bad"


class Notice(StrEnum):
    """What a citizen is told of their handover."""

    TAKEN = "taken"
    CLOSED = "closed"
    EXPIRED = "expired"
