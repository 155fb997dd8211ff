"""When the door to the lookup closes, so that guessing does not pay.

An application's code is structured and half public; what keeps a stranger out is the second secret, whose four
digits have 10,000 values. Five tries a code and day leave a guesser 0.05 %.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

HOUR = timedelta(hours=1)
DAY = timedelta(hours=24)
CHAT_PER_HOUR = 5
CHAT_PER_DAY = 20
CODE_PER_DAY = 5
CHAT_PER_HOUR_UNDER_ATTACK = 1
ATTACK_FLOOR = 200
"""Fewer failures than this within the hour are no attack, whatever is usual."""
ATTACK_TIMES = 3
"""So many times the usual failures of an hour are an attack."""
USUAL_OVER_HOURS = 24 * 7


@dataclass(frozen=True, slots=True, kw_only=True)
class FailureRecord:
    """The failures that bear on one lookup. `chat` and `code`: their moments within the last day, oldest first."""

    chat: Sequence[datetime]
    code: Sequence[datetime]
    this_hour: int
    usual_per_hour: float


def is_closed(record: FailureRecord, *, now: datetime) -> bool:
    """Tell whether this lookup must find nothing, however right it is."""
    per_hour = CHAT_PER_HOUR_UNDER_ATTACK if is_attack(record.this_hour, record.usual_per_hour) else CHAT_PER_HOUR
    # Every limit is judged whatever the others say: the work must not depend on which one holds.
    reached = (
        _count_since(record.chat, now - HOUR) >= per_hour,
        _count_since(record.chat, now - DAY) >= CHAT_PER_DAY,
        _count_since(record.code, now - DAY) >= CODE_PER_DAY,
    )
    return sum(reached) > 0


def is_attack(this_hour: int, usual_per_hour: float) -> bool:
    """Tell whether far more lookups fail than usual; then each chat has fewer tries, and staff are alarmed."""
    return this_hour > max(ATTACK_FLOOR, ATTACK_TIMES * usual_per_hour)


def _count_since(moments: Sequence[datetime], since: datetime) -> int:
    return sum(moment > since for moment in moments)
