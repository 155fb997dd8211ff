"""What the counts of some days say, as the page of figures shows it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.answers import AnswerKind
from bot.domain.handover import HandoverState, Rating
from bot.domain.statistics import Happening, find_percentile_ms
from bot.storage.statistics import (
    DeliveryCount,
    OpenDeliveries,
    Period,
    QueueAge,
    count_held_deliveries,
    find_queue_age,
    list_answer_times,
    list_daily,
    list_delivery_counts,
    list_handover_totals,
    list_open_deliveries,
    list_units,
    list_units_by_province,
)

FEWEST_SHOWN = 5
"""What happened less often in a province is not shown: with so few, somebody could be meant."""
_ANSWERED = (AnswerKind.ANSWER, AnswerKind.FORM)
"""A step of a form, or a personal result, is an answer too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DayFigures:
    """One day. Times are upper bounds in milliseconds, None where nothing was answered."""

    day: date
    conversations: int
    turns: int
    answered: int
    clarified: int
    unknown: int
    refused: int
    safety: int
    liked: int
    disliked: int
    p50_ms: int | None
    p95_ms: int | None
    sent: int
    not_sent: int
    with_staff: int
    """Chats with staff that staff brought to an end."""
    staff_helped: int
    staff_helped_partly: int
    staff_did_not_help: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvinceFigures:
    """What was asked in one province: answers given, and the unit that was given most."""

    code: str
    answers: int
    top_unit: str
    top_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """The figures of a period. `units`, `liked`, `disliked`: by unit, most often first. `outcomes`: messages by
    state and reason. `total`: the whole period as if it were one day.
    """

    period: Period
    days: Sequence[DayFigures]
    total: DayFigures
    units: Mapping[str, int]
    liked: Mapping[str, int]
    disliked: Mapping[str, int]
    provinces: Sequence[ProvinceFigures]
    outcomes: Mapping[tuple[str, str | None], int]
    open: Sequence[OpenDeliveries]
    held: int
    queue: QueueAge

    @property
    def satisfaction(self) -> float | None:
        """The share of thumbs that were up, None where there were none."""
        thumbs = self.total.liked + self.total.disliked
        return self.total.liked / thumbs if thumbs else None

    @property
    def staff_ratings(self) -> int:
        """How many said whether staff had helped them."""
        return self.total.staff_helped + self.total.staff_helped_partly + self.total.staff_did_not_help


async def load_summary(tx: AsyncSession, period: Period, *, now: datetime) -> Summary:
    """Return the figures of a period."""
    happened: dict[date, Counter[str]] = {}
    for each in (*await list_daily(tx, period), *await list_handover_totals(tx, period)):
        happened.setdefault(each.day, Counter())[each.kind] = each.count
    times = await list_answer_times(tx, period)
    settled = await list_delivery_counts(tx, period)
    days = [
        _make_day(day, happened.get(day, Counter()), times.get(day, {}), [x for x in settled if x.day == day])
        for day in _list_days(period)
    ]
    all_happened: Counter[str] = Counter()
    all_times: Counter[int] = Counter()
    for kinds in happened.values():
        all_happened.update(kinds)
    for buckets in times.values():
        all_times.update(buckets)
    outcomes: Counter[tuple[str, str | None]] = Counter()
    for count in settled:
        outcomes[count.state, count.reason or None] += count.count
    return Summary(
        period=period,
        days=days,
        total=_make_day(period.until, all_happened, all_times, settled),
        units=await list_units(tx, period, kind=AnswerKind.ANSWER),
        liked=await list_units(tx, period, kind=Happening.LIKED),
        disliked=await list_units(tx, period, kind=Happening.DISLIKED),
        provinces=_list_provinces(await list_units_by_province(tx, period)),
        outcomes=dict(outcomes.most_common()),
        open=await list_open_deliveries(tx, now=now),
        held=await count_held_deliveries(tx),
        queue=await find_queue_age(tx),
    )


def _list_days(period: Period) -> list[date]:
    return [period.since + timedelta(days=n) for n in range((period.until - period.since).days + 1)]


def _make_day(
    day: date, kinds: Mapping[str, int], times: Mapping[int, int], settled: Sequence[DeliveryCount]
) -> DayFigures:
    return DayFigures(
        day=day,
        conversations=kinds.get(Happening.CONVERSATION, 0),
        turns=sum(kinds.get(kind, 0) for kind in AnswerKind),
        answered=sum(kinds.get(kind, 0) for kind in _ANSWERED),
        clarified=kinds.get(AnswerKind.CLARIFY, 0),
        unknown=kinds.get(AnswerKind.UNKNOWN, 0),
        refused=kinds.get(AnswerKind.REFUSAL, 0),
        safety=kinds.get(AnswerKind.EMERGENCY, 0) + kinds.get(AnswerKind.SCAM, 0),
        liked=kinds.get(Happening.LIKED, 0),
        disliked=kinds.get(Happening.DISLIKED, 0),
        p50_ms=find_percentile_ms(times, 0.5),
        p95_ms=find_percentile_ms(times, 0.95),
        sent=sum(each.count for each in settled if each.state == "sent"),
        not_sent=sum(each.count for each in settled if each.state != "sent"),
        with_staff=kinds.get(HandoverState.CLOSED, 0),
        staff_helped=kinds.get(Rating.GOOD, 0),
        staff_helped_partly=kinds.get(Rating.PARTLY, 0),
        staff_did_not_help=kinds.get(Rating.BAD, 0),
    )


def _list_provinces(units: Mapping[str, Mapping[str, int]]) -> list[ProvinceFigures]:
    found = []
    for code, counts in units.items():
        top_unit, top_count = max(counts.items(), key=lambda each: each[1])
        if top_count >= FEWEST_SHOWN:
            found.append(
                ProvinceFigures(code=code, answers=sum(counts.values()), top_unit=top_unit, top_count=top_count)
            )
    return sorted(found, key=lambda each: -each.answers)
