"""What may be taken of a lane, and for how long it breaks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.delivery.lane import AHEAD, BREAKS_AT, LEAD, LONGEST_BREAK, PROBE_EVERY, Lane, choose_break
from bot.delivery.queue import Priority
from bot.delivery.trouble import DEFAULT_PAUSE_S, read_pause_s
from bot.delivery.worker import choose_longest_retry_s, choose_retry_s
from bot.domain.lanes import Paces
from bot.domain.messages import Channel
from bot.storage.lanes import LaneNow

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


def lane_now(*, taken: float = 0, paused: float | None = None, failures: int = 0) -> LaneNow:
    return LaneNow(
        now=NOW,
        taken_until=NOW + timedelta(seconds=taken),
        paused_until=NOW + timedelta(seconds=paused) if paused is not None else None,
        failures=failures,
    )


LANE = Lane(name="telegram", channel=Channel.TELEGRAM, per_second=30, is_proven=True)
FAST = Lane(name="telegram-paid", channel=Channel.TELEGRAM, per_second=1000, is_proven=True)


def test_an_idle_lane_begins_soon_with_a_quarter_of_a_second() -> None:
    share = LANE.choose_share(lane_now(taken=-60), Priority.BULK)
    assert (share.slots, share.starts_at) == (8, NOW + LEAD)
    assert FAST.choose_share(lane_now(taken=-60), Priority.BULK).slots == 250


def test_before_the_messenger_took_one_only_a_handful_leaves() -> None:
    lane = Lane(name="telegram-paid", channel=Channel.TELEGRAM, per_second=1000)
    assert lane.choose_share(lane_now(taken=-60), Priority.BULK).slots == lane.most_in_flight == 4
    lane.is_proven = True
    assert lane.choose_share(lane_now(taken=-60), Priority.BULK).slots == 250
    lane.pause(1)
    assert lane.most_in_flight == 4


def test_what_is_taken_is_never_taken_again() -> None:
    share = LANE.choose_share(lane_now(taken=0.15), Priority.BULK)
    assert share.starts_at == NOW + timedelta(seconds=0.15)


def test_a_broadcast_at_full_rate_leaves_room_for_what_is_urgent() -> None:
    full = lane_now(taken=0.55)
    assert LANE.choose_share(full, Priority.BULK).wait == timedelta(seconds=0.55) - AHEAD[Priority.BULK]
    assert LANE.choose_share(full, Priority.REMINDER).slots == 8
    many_reminders = lane_now(taken=0.85)
    assert LANE.choose_share(many_reminders, Priority.REMINDER).slots == 0
    assert LANE.choose_share(many_reminders, Priority.REPLY).slots == 8


def test_nothing_leaves_while_it_is_paused_and_one_probe_after_failures() -> None:
    assert LANE.choose_share(lane_now(paused=3), Priority.REPLY).wait == timedelta(seconds=3)
    assert LANE.choose_share(lane_now(paused=-1), Priority.BULK).slots == 8
    probe = LANE.choose_share(lane_now(paused=-1, failures=BREAKS_AT), Priority.BULK)
    assert (probe.slots, probe.is_probe) == (1, True)


def test_a_break_grows_by_chance_and_ends() -> None:
    assert choose_break(BREAKS_AT, chance=lambda: 1.0) == PROBE_EVERY
    assert choose_break(BREAKS_AT + 2, chance=lambda: 1.0) == PROBE_EVERY * 4
    assert choose_break(1_000, chance=lambda: 1.0) == LONGEST_BREAK
    assert choose_break(1_000, chance=lambda: 0.0) == PROBE_EVERY


@pytest.mark.parametrize("asked", [0, -1, "soon", None, True, float("nan"), float("inf"), [3]])
def test_a_pause_that_makes_no_sense_is_five_seconds(asked: object) -> None:
    assert read_pause_s(asked) == DEFAULT_PAUSE_S == 5


def test_a_pause_that_makes_sense_is_kept() -> None:
    assert [read_pause_s(asked) for asked in (1, 30, 3600, 0.5)] == [1, 30, 3600, 0.5]


def test_tries_that_failed_together_come_back_apart() -> None:
    assert choose_longest_retry_s(1) == 5
    assert choose_longest_retry_s(3) == 20
    assert choose_longest_retry_s(30) == 600
    assert choose_retry_s(3, chance=lambda: 0.5) == 10
    assert choose_retry_s(3, chance=lambda: 0.0) == 1


def test_only_broadcasts_that_are_paid_for_have_a_lane_of_their_own() -> None:
    paces = Paces(paid={Channel.TELEGRAM: 1000})
    assert paces.find_lane(Channel.TELEGRAM, is_bulk=True) == "telegram-paid"
    assert paces.find_lane(Channel.TELEGRAM) == "telegram"
    assert Paces().find_lane(Channel.TELEGRAM, is_bulk=True) == "telegram"
    assert (paces.find_rate(Channel.TELEGRAM, is_bulk=True), paces.find_rate(Channel.TELEGRAM)) == (1000, 30)
