"""Invented applications in the form in which source systems report, to try and to measure with.

Nobody's: their ID numbers are of the place 000, which does not exist, and their source is that of invented data.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from bot.clock import HANOI
from bot.domain.application import ApplicationState
from bot.domain.working_days import WorkingCalendar

TERMS = (3, 3, 5, 7, 7, 10, 15)
"""Working days to a result; invented, the law's stand in data/procedures."""
OLDEST = 90
"""Days since the oldest was received."""
_LATE_SHARE = 0.06
_SUPPLEMENT_SHARE = 0.08
_PAYMENT_SHARE = 0.05
_RESPONSE_DAYS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """A one-stop office of today's commune (xã, phường, đặc khu)."""

    name: str
    code: str
    """The groups of an application's code that name it."""


def list_offices() -> list[Office]:
    """List an office for every commune since 1/7/2025. The list is large, so it is loaded only here."""
    from vietnam_provinces import Province, Ward

    provinces = {each.code: each.name for each in Province.iter_all()}
    return [
        Office(
            name=f"Trung tâm Phục vụ hành chính công {_lower(ward.name)}, {_lower(provinces[ward.province_code])}",
            code=f"H{ward.province_code.value:02d}.{int(ward.code) // 100:03d}.{int(ward.code) % 100:02d}",
        )
        for ward in Ward.iter_all()
    ]


def invent_applications(
    count: int,
    *,
    seed: int,
    calendar: WorkingCalendar,
    today: date,
    offices: Sequence[Office],
    procedures: Sequence[str],
) -> Iterator[dict[str, Any]]:
    """Give invented applications as rows of a sync. The same seed and day give the same rows."""
    dice = random.Random(seed)
    for number in range(count):
        office = dice.choice(offices)
        received = today - timedelta(days=dice.randrange(OLDEST))
        while not calendar.is_working_day(received):
            received -= timedelta(days=1)
        promised = calendar.add_working_days(received, dice.choice(TERMS))
        state, since = _choose_state(dice, received, promised, today)
        born = date(1945, 1, 1) + timedelta(days=dice.randrange(65 * 365))
        century_and_sex = (born.year // 100 - 19) * 2 + dice.randrange(2)
        waits = state in (ApplicationState.SUPPLEMENT_REQUESTED, ApplicationState.AWAITING_PAYMENT)
        yield {
            "code": f"{office.code}-{received:%y%m%d}-{number:06d}",
            "procedure_name": dice.choice(procedures),
            "office": office.name,
            "state": state.value,
            "state_since": _at(since, dice.randrange(60)).isoformat(),
            "promised_on": promised.isoformat(),
            "respond_by": (since + timedelta(days=_RESPONSE_DAYS)).isoformat() if waits else None,
            "as_of": _at(today, 0).isoformat(),
            "next_step": None,
            "id_number": f"000{century_and_sex}{born.year % 100:02d}{number % 1_000_000:06d}",
            "birth_date": born.isoformat(),
        }


def _choose_state(
    dice: random.Random, received: date, promised: date, today: date
) -> tuple[ApplicationState, date]:
    """Choose a state that fits the application's age, and since when it is in it; a few are late."""
    chance = dice.random()
    if promised < today and chance > _LATE_SHARE:
        ended = dice.choices(
            (
                ApplicationState.RETURNED,
                ApplicationState.RESULT_READY,
                ApplicationState.REJECTED,
                ApplicationState.WITHDRAWN,
            ),
            weights=(80, 12, 5, 3),
        )[0]
        return ended, promised
    if received == today:
        return ApplicationState.RECEIVED, received
    middle = received + (min(today, promised) - received) // 2
    if chance < _SUPPLEMENT_SHARE:
        return ApplicationState.SUPPLEMENT_REQUESTED, middle
    if chance < _SUPPLEMENT_SHARE + _PAYMENT_SHARE:
        return ApplicationState.AWAITING_PAYMENT, middle
    return ApplicationState.PROCESSING, middle


def _at(day: date, minute: int) -> datetime:
    return datetime.combine(day, time(7, 30), tzinfo=HANOI) + timedelta(minutes=minute)


def _lower(name: str) -> str:
    return f"{name[:1].lower()}{name[1:]}"
