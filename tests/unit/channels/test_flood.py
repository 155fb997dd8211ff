"""Who writes far too fast is told once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.channels.inbox.flood import PER_MINUTE, Flood, Verdict

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


def test_one_too_many_is_told_once_and_the_rest_ignored() -> None:
    """T21: a flood."""
    flood = Flood()
    verdicts = [flood.judge("an", NOW) for _ in range(PER_MINUTE + 3)]
    assert verdicts == [Verdict.ANSWER] * PER_MINUTE + [Verdict.TELL, Verdict.IGNORE, Verdict.IGNORE]
    assert flood.judge("binh", NOW) is Verdict.ANSWER, "another citizen does not notice"


def test_a_minute_later_they_are_answered_again() -> None:
    flood = Flood()
    for _ in range(PER_MINUTE + 1):
        flood.judge("an", NOW)
    assert flood.judge("an", NOW + timedelta(minutes=1)) is Verdict.ANSWER


def test_who_never_stops_is_told_once_a_minute() -> None:
    flood = Flood()
    verdicts = [flood.judge("an", NOW + timedelta(seconds=second / 10)) for second in range(1800)]
    assert verdicts.count(Verdict.TELL) <= 3
    assert verdicts.count(Verdict.ANSWER) <= 3 * PER_MINUTE
