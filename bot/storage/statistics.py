"""Queries on the daily counts. Rows of one statement come in the order of their key, so writers never deadlock."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, Table, delete, func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.answers import AnswerKind
from bot.domain.messages import Channel, ChatAddress
from bot.domain.question import GroupState
from bot.domain.statistics import Counted
from bot.storage.tables import (
    CountedUntilRow,
    DailyAnswerTimeRow,
    DailyCountRow,
    DailyDeliveryCountRow,
    DeliveryRow,
    HandoverTotalRow,
    QuestionGroupRow,
)

_CountRow = DailyCountRow | DailyAnswerTimeRow | DailyDeliveryCountRow | HandoverTotalRow
_ROWS_AT_ONCE = 1_000
_PROVINCES = text(
    """
    SELECT contacts.channel, contacts.chat, news.province_code
    FROM unnest(CAST(:channels AS text[]), CAST(:chats AS text[])) AS asked (channel, chat)
    JOIN contacts ON contacts.channel = asked.channel AND contacts.chat = asked.chat
    JOIN news_subscriptions AS news ON news.contact_id = contacts.id
    WHERE news.province_code IS NOT NULL
    """
)
_SETTLED = text(
    """
    SELECT CAST(settled_at AT TIME ZONE 'Asia/Ho_Chi_Minh' AS date) AS day, channel, purpose, state,
        COALESCE(reason, '') AS reason, count(*) AS count
    FROM deliveries WHERE settled_at > :after AND settled_at <= :until
    GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5
    """
)
_OPEN = text(
    """
    SELECT channel, count(*) AS waiting, min(COALESCE(not_before, created_at)) AS since
    FROM deliveries
    WHERE state IN ('waiting', 'claimed') AND (not_before IS NULL OR not_before <= :now)
    GROUP BY channel
    """
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """Days in Hanoi, both included; one channel, or all where it is None."""

    since: date
    until: date
    channel: Channel | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DailyCount:
    """How often something happened on a day."""

    day: date
    kind: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryCount:
    """How many messages that we started were settled on a day, and how."""

    day: date
    purpose: str
    state: str
    reason: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenDeliveries:
    """Messages that could go now, and since when the first of them waits."""

    channel: Channel
    waiting: int
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueAge:
    """How many groups of questions wait, and when the first was asked; None where none waits."""

    groups: int
    oldest_at: datetime | None


async def find_provinces(tx: AsyncSession, addresses: Sequence[ChatAddress]) -> Mapping[ChatAddress, str]:
    """Return the province that the citizens of these chats told us, for those who told one."""
    given = {"channels": [each.channel.value for each in addresses], "chats": [each.chat for each in addresses]}
    rows = (await tx.execute(_PROVINCES, given)).all()
    return {ChatAddress(channel=Channel(row.channel), chat=row.chat): row.province_code for row in rows}


async def add_counts(tx: AsyncSession, counts: Sequence[Counted]) -> None:
    """Add to the counts of days. No two may have the same key."""
    await _add(
        tx,
        DailyCountRow,
        [
            {
                "day": each.day,
                "channel": each.channel.value,
                "kind": each.kind,
                "unit_id": each.unit_id,
                "province_code": each.province_code,
                "count": each.count,
            }
            for each in counts
        ],
    )


async def add_answer_times(tx: AsyncSession, counts: Mapping[tuple[date, Channel, int], int]) -> None:
    """Add how many answers took how long: by day, channel and bucket in milliseconds."""
    await _add(
        tx,
        DailyAnswerTimeRow,
        [
            {"day": day, "channel": channel.value, "up_to_ms": up_to_ms, "count": count}
            for (day, channel, up_to_ms), count in counts.items()
        ],
    )


async def claim_counted_until(tx: AsyncSession, name: str, *, begin: datetime) -> datetime:
    """Return up to which moment something was counted, and lock it; `begin` where it never was."""
    await tx.execute(insert(CountedUntilRow).values(name=name, moment=begin).on_conflict_do_nothing())
    found = await tx.scalar(select(CountedUntilRow.moment).where(CountedUntilRow.name == name).with_for_update())
    assert found is not None
    return found


async def record_counted_until(tx: AsyncSession, name: str, moment: datetime) -> None:
    """Write up to which moment something was counted."""
    await tx.execute(update(CountedUntilRow).where(CountedUntilRow.name == name).values(moment=moment))


async def add_settled_deliveries(tx: AsyncSession, *, after: datetime, until: datetime) -> int:
    """Add the messages that were settled in a span of time to the counts of their days, and return how many."""
    rows = [dict(row) for row in (await tx.execute(_SETTLED, {"after": after, "until": until})).mappings()]
    await _add(tx, DailyDeliveryCountRow, rows)
    return sum(row["count"] for row in rows)


async def list_daily(tx: AsyncSession, period: Period) -> list[DailyCount]:
    """List how often what happened, by day."""
    total = func.sum(DailyCountRow.count)
    rows = await tx.execute(
        select(DailyCountRow.day, DailyCountRow.kind, total)
        .where(*_within(DailyCountRow, period))
        .group_by(DailyCountRow.day, DailyCountRow.kind)
        .order_by(DailyCountRow.day, DailyCountRow.kind)
    )
    return [DailyCount(day=day, kind=kind, count=int(count)) for day, kind, count in rows]


async def list_handover_totals(tx: AsyncSession, period: Period) -> list[DailyCount]:
    """List how chats with staff ended (HandoverState) and what citizens said of them (Rating), by day."""
    total = func.sum(HandoverTotalRow.count)
    rows = await tx.execute(
        select(HandoverTotalRow.day, HandoverTotalRow.what, total)
        .where(*_within(HandoverTotalRow, period))
        .group_by(HandoverTotalRow.day, HandoverTotalRow.what)
        .order_by(HandoverTotalRow.day, HandoverTotalRow.what)
    )
    return [DailyCount(day=day, kind=what, count=int(count)) for day, what, count in rows]


async def list_units(tx: AsyncSession, period: Period, *, kind: str) -> dict[str, int]:
    """Return how often each unit was given, liked or disliked, most often first."""
    total = func.sum(DailyCountRow.count)
    rows = await tx.execute(
        select(DailyCountRow.unit_id, total)
        .where(*_within(DailyCountRow, period), DailyCountRow.kind == kind, DailyCountRow.unit_id != "")
        .group_by(DailyCountRow.unit_id)
        .order_by(total.desc(), DailyCountRow.unit_id)
    )
    return {unit_id: int(count) for unit_id, count in rows}


async def list_units_by_province(tx: AsyncSession, period: Period) -> dict[str, dict[str, int]]:
    """Return by province how often each unit was given there, most often first."""
    total = func.sum(DailyCountRow.count)
    rows = await tx.execute(
        select(DailyCountRow.province_code, DailyCountRow.unit_id, total)
        .where(
            *_within(DailyCountRow, period),
            DailyCountRow.kind == AnswerKind.ANSWER.value,
            DailyCountRow.unit_id != "",
            DailyCountRow.province_code != "",
        )
        .group_by(DailyCountRow.province_code, DailyCountRow.unit_id)
        .order_by(total.desc(), DailyCountRow.unit_id)
    )
    found: dict[str, dict[str, int]] = {}
    for province, unit_id, count in rows:
        found.setdefault(province, {})[unit_id] = int(count)
    return found


async def list_answer_times(tx: AsyncSession, period: Period) -> dict[date, dict[int, int]]:
    """Return by day how many answers took how long: by bucket in milliseconds."""
    total = func.sum(DailyAnswerTimeRow.count)
    rows = await tx.execute(
        select(DailyAnswerTimeRow.day, DailyAnswerTimeRow.up_to_ms, total)
        .where(*_within(DailyAnswerTimeRow, period))
        .group_by(DailyAnswerTimeRow.day, DailyAnswerTimeRow.up_to_ms)
        .order_by(DailyAnswerTimeRow.day)
    )
    found: dict[date, dict[int, int]] = {}
    for day, up_to_ms, count in rows:
        found.setdefault(day, {})[up_to_ms] = int(count)
    return found


async def list_delivery_counts(tx: AsyncSession, period: Period) -> list[DeliveryCount]:
    """List how messages that we started were settled."""
    row = DailyDeliveryCountRow
    total = func.sum(row.count)
    rows = await tx.execute(
        select(row.day, row.purpose, row.state, row.reason, total)
        .where(*_within(row, period))
        .group_by(row.day, row.purpose, row.state, row.reason)
        .order_by(row.day)
    )
    return [
        DeliveryCount(day=day, purpose=purpose, state=state, reason=reason, count=int(count))
        for day, purpose, state, reason, count in rows
    ]


async def list_open_deliveries(tx: AsyncSession, *, now: datetime) -> list[OpenDeliveries]:
    """List by channel what waits to be sent and could go now."""
    return [
        OpenDeliveries(channel=Channel(row.channel), waiting=row.waiting, since=row.since)
        for row in await tx.execute(_OPEN, {"now": now})
    ]


async def count_held_deliveries(tx: AsyncSession) -> int:
    """Return how many messages of broadcasts wait for their turn."""
    held = await tx.scalar(select(func.count()).select_from(DeliveryRow).where(DeliveryRow.state == "held"))
    return held or 0


async def find_queue_age(tx: AsyncSession) -> QueueAge:
    """Return how many groups of questions wait for staff, and for how long the first of them."""
    row = (
        await tx.execute(
            select(func.count(), func.min(QuestionGroupRow.first_asked_at)).where(
                QuestionGroupRow.state == GroupState.OPEN
            )
        )
    ).one()
    return QueueAge(groups=row[0], oldest_at=row[1])


async def delete_old_counts(tx: AsyncSession, *, before: date) -> None:
    """Forget the counts of days before one."""
    for table in (DailyCountRow, DailyAnswerTimeRow, DailyDeliveryCountRow):
        await tx.execute(delete(table).where(table.day < before))


def _within(row: type[_CountRow], period: Period) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [row.day.between(period.since, period.until)]
    if period.channel is not None:
        conditions.append(row.channel == period.channel.value)
    return conditions


async def _add(tx: AsyncSession, row: type[_CountRow], values: list[dict[str, Any]]) -> None:
    key = [column.name for column in cast(Table, row.__table__).primary_key]
    values.sort(key=lambda each: [each[name] for name in key])
    for start in range(0, len(values), _ROWS_AT_ONCE):
        statement = insert(row).values(values[start : start + _ROWS_AT_ONCE])
        added = {"count": row.count + statement.excluded.count}
        await tx.execute(statement.on_conflict_do_update(index_elements=key, set_=added))
