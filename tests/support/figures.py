"""Days of a service that is used: counts, settled messages and processes that live."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from bot.clock import hanoi_date
from bot.domain.answers import AnswerKind
from bot.domain.handover import HandoverState, Rating
from bot.domain.messages import Channel
from bot.domain.statistics import Counted, Happening, find_bucket_ms
from bot.storage.heartbeats import Heartbeat, record_heartbeat
from bot.storage.statistics import add_answer_times, add_counts
from bot.storage.tables import DailyDeliveryCountRow, HandoverTotalRow

CAN_THO = "92"


async def fill_days(tx: AsyncSession, units: Sequence[str], *, days: int, now: datetime) -> None:
    """Write what happened on the last days; every day a little more, fewer at weekends."""
    counts, times = [], {}
    for ago in range(days):
        day = hanoi_date(now) - timedelta(days=ago)
        much = (days - ago) * (1 if day.weekday() >= 5 else 3)
        for channel, share in ((Channel.TELEGRAM, 2), (Channel.WEB, 1)):
            for kind, each in (
                (Happening.CONVERSATION, 4),
                (AnswerKind.CLARIFY, 6),
                (AnswerKind.UNKNOWN, 4),
                (AnswerKind.FORM, 3),
                (Happening.LIKED, 2),
                (Happening.DISLIKED, 1),
            ):
                counts.append(Counted(day=day, channel=channel, kind=kind, count=each * share * much))
            for place, unit in enumerate(units):
                count = share * much * (len(units) - place)
                answered = Counted(day=day, channel=channel, kind=AnswerKind.ANSWER, unit_id=unit, count=count)
                counts += [
                    answered,
                    Counted(
                        day=day,
                        channel=channel,
                        kind=AnswerKind.ANSWER,
                        unit_id=unit,
                        province_code=CAN_THO,
                        count=count,
                    ),
                ]
            times[day, channel, find_bucket_ms(0.008)] = 90 * much
            times[day, channel, find_bucket_ms(0.04 + ago % 3 * 0.02)] = 10 * much
        for state, reason, each in (("sent", "", 40), ("failed", "blocked", 2), ("expired", "too-late", 1)):
            tx.add(
                DailyDeliveryCountRow(
                    day=day, channel="telegram", purpose="reminders", state=state, reason=reason, count=each * much
                )
            )
        for what, each in ((HandoverState.CLOSED, 8), (Rating.GOOD, 4), (Rating.PARTLY, 2), (Rating.BAD, 1)):
            tx.add(HandoverTotalRow(day=day, channel="telegram", what=what, count=each * much))
    await add_counts(tx, counts)
    await add_answer_times(tx, times)


async def let_processes_beat(tx: AsyncSession, *, now: datetime, silent: str = "") -> None:
    """Write that the processes live, but for one that fell silent ten minutes ago."""
    state = {
        "understanding": "ok",
        "web_push": "ok",
        "telegram": "ready",
        "heard.telegram": (now - timedelta(minutes=2)).isoformat(),
    }
    for part in ("web", "delivery", "schedule"):
        heard_at = now - (timedelta(minutes=10) if part == silent else timedelta(seconds=4))
        said = state if part == "web" else {}
        await record_heartbeat(tx, Heartbeat(process=f"{part}@may:1", part=part, heard_at=heard_at, state=said))
