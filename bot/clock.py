"""The one place that reads the clock. Inside, moments are aware and in UTC; people see Hanoi time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")

Clock = Callable[[], datetime]


def read_clock() -> datetime:
    """Return the present moment, aware, in UTC."""
    return datetime.now(UTC)


def hanoi_date(moment: datetime) -> date:
    """Return the day it is in Hanoi at a moment."""
    return moment.astimezone(HANOI).date()
