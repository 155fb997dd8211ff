"""How times are counted, and how the service is judged by what its processes said."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.statistics import BUCKETS_MS, find_bucket_ms, find_percentile_ms
from bot.statistics.health import Health, judge_parts, judge_processes, list_failing
from bot.storage.heartbeats import Heartbeat

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


@given(st.floats(min_value=0, max_value=10))
def test_a_time_is_within_its_bucket_and_not_within_the_one_before(seconds: float) -> None:
    bucket = find_bucket_ms(seconds)
    assert seconds * 1000 <= bucket
    at = BUCKETS_MS.index(bucket)
    assert at == 0 or seconds * 1000 > BUCKETS_MS[at - 1]


def test_what_takes_very_long_is_in_the_last_bucket() -> None:
    assert find_bucket_ms(60) == BUCKETS_MS[-1]


def test_percentiles() -> None:
    assert find_percentile_ms({}, 0.95) is None
    counts = {10: 90, 50: 9, 1000: 1}
    assert [find_percentile_ms(counts, share) for share in (0.5, 0.95, 0.99, 1)] == [10, 50, 50, 1000]


def beat(part: str, *, ago_s: float = 5, number: int = 1, **state: str) -> Heartbeat:
    return Heartbeat(
        process=f"{part}@a:{number}",
        part=part,
        heard_at=NOW - timedelta(seconds=ago_s),
        state={name.replace("_at_", "."): value for name, value in state.items()},
    )


def test_who_falls_silent_is_seen() -> None:
    beats = [beat("web"), beat("web", number=2), beat("delivery", ago_s=60)]
    health = {each.part: (each.health, each.processes) for each in judge_processes(beats, NOW)}
    assert health == {
        "web": (Health.WELL, 2),
        "delivery": (Health.SILENT, 0),
        "schedule": (Health.NEVER_HEARD, 0),
    }
    assert [each.part for each in list_failing(beats, NOW)] == ["delivery"]


def test_one_process_for_which_a_channel_is_well_suffices() -> None:
    heard = (NOW - timedelta(minutes=3)).isoformat()
    beats = [
        beat("web", telegram="ready", understanding="away", zalo="off", heard_at_telegram=heard),
        beat("web", number=2, telegram="starting", understanding="away", zalo="off"),
        beat("web", number=3, ago_s=600, understanding="ok"),
    ]
    parts = {each.part: each for each in judge_parts(beats, NOW)}
    assert parts["telegram"].health is Health.WELL
    assert parts["telegram"].heard_at == NOW - timedelta(minutes=3)
    assert parts["understanding"].health is Health.TROUBLED
    assert parts["zalo"].health is Health.OFF
    assert [each.part for each in list_failing(beats, NOW)] == ["understanding"]
