"""Invented applications in the form in which source systems report, to try and to measure with.

Nobody's: their ID numbers are of the place 000, which does not exist, and their source is that of invented data.
Offices and procedures are real names, and so are the days that a procedure may take where they are published.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from bot.clock import HANOI
from bot.content.files import Content
from bot.content.schema import PLACEHOLDER, Unit
from bot.domain.application import ApplicationState
from bot.domain.working_days import WorkingCalendar

TERMS = (3, 3, 5, 7, 7, 10, 15)
"""Working days to a result, for procedures that publish none; invented."""
LONGEST_TERM = 30
OLDEST = 90
"""Days since the oldest was received."""
_LATE_SHARE = 0.08
_LONGEST_DELAY = 20
_SUPPLEMENT_SHARE = 0.12
_PAYMENT_SHARE = 0.06
_RESPONSE_DAYS = 10
_STEP_SHARE = 0.3
_ENDS = (
    *(ApplicationState.RETURNED,) * 16,
    *(ApplicationState.RESULT_READY,) * 2,
    ApplicationState.REJECTED,
    ApplicationState.WITHDRAWN,
)
_STEPS = (
    "Gửi lại ảnh chụp rõ nét của giấy tờ đã nộp.",
    "Bổ sung chữ ký trong tờ khai.",
    "Điền đủ nơi ở hiện tại trong tờ khai.",
)
_BORN_FROM, _BORN_DAYS = date(1945, 1, 1), 65 * 365
_PLACE_OF_NOBODY = "000"


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """A one-stop office of today's commune (xã, phường, đặc khu)."""

    name: str
    code: str
    """The groups of an application's code that name it; not the office's real identifier."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferedProcedure:
    """A procedure (thủ tục) that applications are made for."""

    name: str
    working_days: int | None = None
    """How long it may take, where that is published in working days."""


def list_offices() -> list[Office]:
    """List an office for every commune since 1/7/2025. The list is large, so it is loaded only here."""
    from vietnam_provinces import Province, Ward

    provinces = {each.code: _name_province(each.name) for each in Province.iter_all()}
    return [
        Office(
            name=f"Trung tâm Phục vụ hành chính công {_lower(ward.name)}, {provinces[ward.province_code]}",
            code=f"H{ward.province_code.value:02d}.{int(ward.code) // 100:03d}.{int(ward.code) % 100:02d}",
        )
        for ward in Ward.iter_all()
    ]


def list_procedures(content: Content, today: date) -> list[OfferedProcedure]:
    """List the procedures that are in force on a day, with the days they publish."""
    offered = []
    for procedure in content.procedures.values():
        version = next((each for each in procedure.versions if each.holds_on(today)), None)
        if version is None:
            continue
        names = PLACEHOLDER.findall(version.time.say) if version.time is not None else []
        terms = [
            int(value.value)
            for parameter in (content.parameters[name] for name in names)
            if parameter.unit is Unit.WORKING_DAYS
            for value in parameter.values
            if value.holds_on(today)
        ]
        offered.append(OfferedProcedure(name=procedure.name, working_days=terms[0] if terms else None))
    return offered


def invent_applications(
    count: int,
    *,
    seed: int,
    calendar: WorkingCalendar,
    today: date,
    offices: Sequence[Office],
    procedures: Sequence[OfferedProcedure],
) -> Iterator[dict[str, Any]]:
    """Give invented applications as rows of a sync. The same seed and day give the same rows.

    All that they tell happened before `today` began, so that it is past at whatever hour they are taken in.
    Raises:
        YearUnknown: a promised day would be in a year whose days off nobody knows yet.
    """
    dice = random.Random(seed)
    days = _WorkingDays(calendar, today)
    as_of = datetime.combine(today, time(), tzinfo=HANOI).isoformat()
    serials: defaultdict[tuple[str, int], int] = defaultdict(int)
    for number in range(count):
        office, procedure = _pick(dice, offices), _pick(dice, procedures)
        term = min(procedure.working_days or _pick(dice, TERMS), LONGEST_TERM)
        received = int(dice.random() * days.past)
        state, since = _choose_state(dice, received=received, term=term, last=days.past - 1)
        waits = state in (ApplicationState.SUPPLEMENT_REQUESTED, ApplicationState.AWAITING_PAYMENT)
        asks_more = state is ApplicationState.SUPPLEMENT_REQUESTED and dice.random() < _STEP_SHARE
        serial = serials[office.code, received]
        serials[office.code, received] = serial + 1
        birth_date, id_number = _invent_person(dice, number)
        yield {
            "code": f"{office.code}-{days.short[received]}-{serial + 1:04d}",
            "procedure_name": procedure.name,
            "office": office.name,
            "state": state.value,
            "state_since": f"{days.iso[since]}T{_invent_hour(dice)}+07:00",
            "promised_on": days.iso[received + term],
            "respond_by": days.iso[since + _RESPONSE_DAYS] if waits else None,
            "as_of": as_of,
            "sequence": 1,
            "next_step": _pick(dice, _STEPS) if asks_more else None,
            "id_number": id_number,
            "birth_date": birth_date,
        }


class _WorkingDays:
    """The working days around today, oldest first, as they are written. `past`: how many came before today."""

    def __init__(self, calendar: WorkingCalendar, today: date) -> None:
        before = (today - timedelta(days=each) for each in range(OLDEST, 0, -1))
        days = [day for day in before if calendar.is_working_day(day)]
        self.past = len(days)
        for _ in range(LONGEST_TERM):
            days.append(calendar.add_working_days(days[-1], 1))
        self.iso = [day.isoformat() for day in days]
        self.short = [f"{day:%y%m%d}" for day in days]


def _choose_state(dice: random.Random, *, received: int, term: int, last: int) -> tuple[ApplicationState, int]:
    """Choose a state that fits the application's age, and since when it is in it; days are places in a list.

    `last`: the day before today. Most are done in time, often on the promised day; a few take longer than that.
    """
    if dice.random() < _LATE_SHARE:
        done = received + term + 1 + int(dice.random() * _LONGEST_DELAY)
    else:
        done = received + 1 + max(int(dice.random() * term), int(dice.random() * term))
    if done <= last:
        return _pick(dice, _ENDS), done
    waited = last - received
    if waited == 0 or (waited == 1 and dice.random() < 0.5):
        return ApplicationState.RECEIVED, received
    since = received + 1 + int(dice.random() * waited)
    chance = dice.random()
    if chance < _SUPPLEMENT_SHARE:
        return ApplicationState.SUPPLEMENT_REQUESTED, since
    if chance < _SUPPLEMENT_SHARE + _PAYMENT_SHARE:
        return ApplicationState.AWAITING_PAYMENT, since
    return ApplicationState.PROCESSING, since


def _invent_person(dice: random.Random, number: int) -> tuple[str, str]:
    """Return a date of birth and an ID number that fits it, of the place that does not exist."""
    born = _BORN_FROM + timedelta(days=int(dice.random() * _BORN_DAYS))
    century_and_sex = (born.year // 100 - 19) * 2 + (dice.random() < 0.5)
    return born.isoformat(), f"{_PLACE_OF_NOBODY}{century_and_sex}{born.year % 100:02d}{number % 1_000_000:06d}"


def _invent_hour(dice: random.Random) -> str:
    """Return a time within office hours."""
    minutes = int(dice.random() * 8 * 60)
    hour, minute = divmod(7 * 60 + 30 + minutes + (90 if minutes >= 4 * 60 else 0), 60)
    return f"{hour:02d}:{minute:02d}:00"


def _pick(dice: random.Random, what: Sequence[Any]) -> Any:
    # Three times as fast as Random.choice, which also guards against a bias that does not matter here.
    return what[int(dice.random() * len(what))]


def _name_province(name: str) -> str:
    return _lower(name) if name.startswith("Thành phố ") else f"tỉnh {name.removeprefix('Tỉnh ')}"


def _lower(name: str) -> str:
    return f"{name[:1].lower()}{name[1:]}"
