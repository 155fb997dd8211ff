"""Which reminders go, and when: not at night, one message a day, four a month for each person.

What is urgent goes at once. Several that fall together are one message, so they count as one. Nothing here
reads or writes, so that what is coming can be simulated.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from uuid import UUID

from bot.clock import HANOI, hanoi_date
from bot.domain.reminder import DueReminder

DAY_STARTS = time(7, 0)
DAY_ENDS = time(21, 0)
NEXT_DAY_AT = time(8, 0)
MOST_A_DAY = 1
MOST_A_MONTH = 4
MONTH = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Bundle:
    """Reminders that go to one chat in one message."""

    reminders: Sequence[DueReminder]
    urgent: bool


@dataclass(slots=True)
class SortedOut:
    """What becomes of reminders that are due. `postponed`: to which moment, by id."""

    bundles: list[Bundle] = field(default_factory=list)
    postponed: dict[UUID, datetime] = field(default_factory=dict)
    expired: list[UUID] = field(default_factory=list)
    superseded: list[UUID] = field(default_factory=list)


def sort_out(
    due: Iterable[DueReminder],
    sent: Mapping[UUID, Sequence[datetime]],
    *,
    urgent: Collection[str],
    now: datetime,
) -> SortedOut:
    """Sort out what is due to some people.

    `sent`: by citizen, when messages that are not urgent went. `urgent`: the ids of urgent rules.
    """
    result = SortedOut()
    groups: dict[tuple[UUID, UUID, bool], list[DueReminder]] = {}
    for each in due:
        if each.useful_until <= now:
            result.expired.append(each.id)
        elif each.is_superseded:
            result.superseded.append(each.id)
        else:
            groups.setdefault((each.citizen_id, each.contact_id, each.rule_id in urgent), []).append(each)
    went = {citizen: list(moments) for citizen, moments in sent.items()}
    for (citizen, _, is_urgent), reminders in groups.items():
        before = went.setdefault(citizen, [])
        moment = choose_moment(now, sent=before, urgent=is_urgent)
        if moment > now:
            for each in reminders:
                _put_off(each, moment, result)
            continue
        result.bundles.append(Bundle(reminders, urgent=is_urgent))
        if not is_urgent:
            before.append(now)
    return result


def _put_off(reminder: DueReminder, moment: datetime, result: SortedOut) -> None:
    if moment < reminder.useful_until:
        result.postponed[reminder.id] = moment
    else:
        result.expired.append(reminder.id)


def choose_moment(now: datetime, *, sent: Sequence[datetime], urgent: bool) -> datetime:
    """Return when a message may go to a person: now, or the first moment that is allowed.

    `sent`: when this person's other messages that are not urgent went, within the last month at least.
    """
    moment = now
    while not urgent:
        later = _after_night(moment)
        if sum(hanoi_date(each) == hanoi_date(later) for each in sent) >= MOST_A_DAY:
            later = _next_day(later)
        recent = sorted(each for each in sent if later - MONTH < each <= later)
        if len(recent) >= MOST_A_MONTH:
            later = recent[-MOST_A_MONTH] + MONTH
        if later == moment:
            break
        moment = later
    return moment


def _after_night(moment: datetime) -> datetime:
    local = moment.astimezone(HANOI)
    if local.time() < DAY_STARTS:
        return _at(local, NEXT_DAY_AT)
    return _next_day(moment) if local.time() >= DAY_ENDS else moment


def _next_day(moment: datetime) -> datetime:
    return _at(moment.astimezone(HANOI) + timedelta(days=1), NEXT_DAY_AT)


def _at(local: datetime, at: time) -> datetime:
    return datetime.combine(local.date(), at, tzinfo=HANOI).astimezone(UTC)
