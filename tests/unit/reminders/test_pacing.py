"""Night, one message a day, four a month: when a reminder goes, and what goes with it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.clock import HANOI, hanoi_date
from bot.domain.messages import Channel
from bot.domain.reminder import DueReminder
from bot.reminders.pacing import MONTH, MOST_A_MONTH, choose_moment, sort_out

CITIZEN, CONTACT = uuid4(), uuid4()
EIGHT = datetime(2026, 11, 24, 8, tzinfo=HANOI).astimezone(UTC)
DAY = timedelta(days=1)


def hanoi(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=HANOI)


@pytest.mark.parametrize(
    ("now", "moment"),
    [
        (hanoi(24, 7), hanoi(24, 7)),
        (hanoi(24, 20, 59), hanoi(24, 20, 59)),
        (hanoi(24, 21), hanoi(25, 8)),
        (hanoi(24, 23, 59), hanoi(25, 8)),
        (hanoi(25, 0), hanoi(25, 8)),
        (hanoi(25, 6, 59), hanoi(25, 8)),
    ],
)
def test_nothing_rings_at_night(now: datetime, moment: datetime) -> None:
    assert choose_moment(now, sent=[], urgent=False) == moment
    assert choose_moment(now, sent=[], urgent=True) == now


def test_one_a_day() -> None:
    assert choose_moment(EIGHT, sent=[EIGHT - timedelta(minutes=30)], urgent=False) == EIGHT + DAY
    assert choose_moment(EIGHT, sent=[EIGHT - DAY], urgent=False) == EIGHT
    assert choose_moment(EIGHT, sent=[EIGHT - timedelta(minutes=30)], urgent=True) == EIGHT


def test_four_in_thirty_days() -> None:
    sent = [EIGHT - timedelta(days=days) for days in (29, 20, 10, 5)]
    assert choose_moment(EIGHT, sent=sent, urgent=False) == EIGHT + DAY
    assert choose_moment(EIGHT, sent=sent[1:], urgent=False) == EIGHT


@given(
    st.integers(0, 60 * 24 * 700),
    st.lists(st.integers(0, 60 * 24 * 40), max_size=12),
)
def test_what_is_chosen_keeps_every_limit(later_min: int, ages_min: list[int]) -> None:
    now = EIGHT + timedelta(minutes=later_min)
    sent = [now - timedelta(minutes=age) for age in ages_min]
    moment = choose_moment(now, sent=sent, urgent=False)
    assert moment >= now
    assert 7 <= moment.astimezone(HANOI).hour < 21
    assert all(hanoi_date(each) != hanoi_date(moment) for each in sent)
    assert sum(moment - MONTH < each <= moment for each in sent) < MOST_A_MONTH


def due(
    rule: str = "household-review",
    *,
    contact: UUID = CONTACT,
    until: timedelta = timedelta(days=30),
    superseded: bool = False,
) -> DueReminder:
    return DueReminder(
        id=uuid4(),
        citizen_id=CITIZEN,
        contact_id=contact,
        channel=Channel.TELEGRAM,
        rule_id=rule,
        useful_until=EIGHT + until,
        is_superseded=superseded,
    )


def test_what_falls_together_is_one_message_and_what_is_urgent_another() -> None:
    reminders = [due(), due("tet-support"), due("application-deadline")]
    result = sort_out(reminders, {}, urgent={"application-deadline"}, now=EIGHT)
    assert [(len(bundle.reminders), bundle.urgent) for bundle in result.bundles] == [(2, False), (1, True)]


def test_two_chats_of_one_person_share_the_day() -> None:
    first, second = due(), due(contact=uuid4())
    result = sort_out([first, second], {}, urgent=(), now=EIGHT)
    assert [bundle.reminders for bundle in result.bundles] == [[first]]
    assert result.postponed == {second.id: EIGHT + DAY}


def test_what_would_come_too_late_expires_instead() -> None:
    late = due(until=timedelta(hours=3))
    result = sort_out([late], {CITIZEN: [EIGHT - timedelta(minutes=1)]}, urgent=(), now=EIGHT)
    assert result.expired == [late.id]
    assert not result.bundles


def test_over_and_superseded_are_not_sent() -> None:
    over, older = due(until=timedelta()), due(superseded=True)
    result = sort_out([over, older], {}, urgent=(), now=EIGHT)
    assert (result.expired, result.superseded, result.bundles) == ([over.id], [older.id], [])
