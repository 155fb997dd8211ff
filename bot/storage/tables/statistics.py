"""How often what happened, by day, and which processes were heard. Nothing here says who."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, Integer
from sqlalchemy.orm import Mapped, mapped_column

from bot.storage.tables.table import Table


class DailyCountRow(Table):
    """How often something happened in conversations on a day in Hanoi (thống kê lượt)."""

    __tablename__ = "daily_counts"

    day: Mapped[date] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    """An AnswerKind or a Happening."""
    unit_id: Mapped[str] = mapped_column(primary_key=True)
    """Empty where it was about no unit."""
    province_code: Mapped[str] = mapped_column(primary_key=True)
    """Empty where the citizen told us none."""
    count: Mapped[int] = mapped_column(BigInteger)


class DailyAnswerTimeRow(Table):
    """How many answers of a day took no longer than so many milliseconds (and longer than the bucket before)."""

    __tablename__ = "daily_answer_times"

    day: Mapped[date] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(primary_key=True)
    up_to_ms: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    count: Mapped[int] = mapped_column(BigInteger)


class DailyDeliveryCountRow(Table):
    """How many messages that we started were settled on a day, and how."""

    __tablename__ = "daily_delivery_counts"

    day: Mapped[date] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(primary_key=True)
    purpose: Mapped[str] = mapped_column(primary_key=True)
    state: Mapped[str] = mapped_column(primary_key=True)
    reason: Mapped[str] = mapped_column(primary_key=True)
    """Empty where it was sent."""
    count: Mapped[int] = mapped_column(BigInteger)


class CountedUntilRow(Table):
    """Up to which moment something was counted already, so that nothing is counted twice."""

    __tablename__ = "counted_until"

    name: Mapped[str] = mapped_column(primary_key=True)
    moment: Mapped[datetime]


class HeartbeatRow(Table):
    """That a process lives (nhịp báo), and how it says its parts are."""

    __tablename__ = "heartbeats"

    process: Mapped[str] = mapped_column(primary_key=True)
    part: Mapped[str]
    heard_at: Mapped[datetime]
    state: Mapped[dict[str, Any]]
