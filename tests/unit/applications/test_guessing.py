"""Guessing does not pay: limits by chat and by code, tried by a thousand guessers a million times."""

from __future__ import annotations

import random
from bisect import bisect_right
from collections import defaultdict
from datetime import UTC, datetime, timedelta

import pytest

from bot.applications.guessing import (
    ATTACK_FLOOR,
    CHAT_PER_DAY,
    CHAT_PER_HOUR,
    CODE_PER_DAY,
    DAY,
    HOUR,
    FailureRecord,
    is_attack,
    is_closed,
)

START = datetime(2026, 11, 23, tzinfo=UTC)
GUESSERS = 1_000
GUESSES = 1_000_000
CODES = 100
SECRETS = 10_000
"""Last four digits."""


def _closed(*, chat: list[datetime] = [], code: list[datetime] = [], this_hour: int = 0, now: datetime) -> bool:  # noqa: B006
    return is_closed(FailureRecord(chat=chat, code=code, this_hour=this_hour, usual_per_hour=0), now=now)


def test_a_chat_has_five_tries_an_hour_and_twenty_a_day() -> None:
    quick = [START + timedelta(minutes=each) for each in range(CHAT_PER_HOUR)]
    assert not _closed(chat=quick[:-1], now=START + timedelta(minutes=10))
    assert _closed(chat=quick, now=START + timedelta(minutes=10))
    assert not _closed(chat=quick, now=START + HOUR + timedelta(minutes=10))
    slow = [START + timedelta(hours=1) * each for each in range(CHAT_PER_DAY)]
    assert _closed(chat=slow, now=START + timedelta(hours=21))
    assert not _closed(chat=slow[:-1], now=START + timedelta(hours=21))


def test_a_code_has_five_wrong_tries_a_day_whoever_makes_them() -> None:
    wrong = [START + timedelta(hours=4) * each for each in range(CODE_PER_DAY)]
    assert _closed(code=wrong, now=START + timedelta(hours=17))
    assert not _closed(code=wrong, now=START + DAY + timedelta(minutes=1))


@pytest.mark.parametrize(
    ("this_hour", "usual", "expected"),
    [(ATTACK_FLOOR, 0, False), (ATTACK_FLOOR + 1, 0, True), (900, 300, False), (901, 300, True)],
)
def test_three_times_the_usual_failures_are_an_attack(this_hour: int, usual: float, expected: bool) -> None:
    assert is_attack(this_hour, usual) is expected


def test_under_attack_a_chat_has_one_try_an_hour() -> None:
    once = [START]
    assert _closed(chat=once, this_hour=ATTACK_FLOOR + 1, now=START + timedelta(minutes=5))
    assert not _closed(chat=[], this_hour=ATTACK_FLOOR + 1, now=START + timedelta(minutes=5))


def test_a_million_guesses_in_a_day_open_next_to_nothing() -> None:
    """T5: 1,000 chats guess at 100 known codes all day, as often as they can: 0.05 % a code is all they get."""
    dice = random.Random(6)
    secrets = [dice.randrange(SECRETS) for _ in range(CODES)]
    by_chat: defaultdict[int, list[datetime]] = defaultdict(list)
    by_code: defaultdict[int, list[datetime]] = defaultdict(list)
    by_hour: defaultdict[int, int] = defaultdict(int)
    heard = opened = alarmed = 0
    for number in range(GUESSES):
        now = START + number * (DAY / GUESSES)
        hour = number * 24 // GUESSES
        chat, code = dice.randrange(GUESSERS), dice.randrange(CODES)
        record = FailureRecord(
            chat=_last_day(by_chat[chat], now),
            code=_last_day(by_code[code], now),
            this_hour=by_hour[hour],
            usual_per_hour=5,
        )
        alarmed += is_attack(by_hour[hour], 5)
        # A try behind the closed door counts in the hour's total, as in bot/applications/lookup.py.
        if is_closed(record, now=now):
            by_hour[hour] += 1
            continue
        heard += 1
        if dice.randrange(SECRETS) == secrets[code]:
            opened += 1
        else:
            by_hour[hour] += 1
            by_chat[chat].append(now)
            by_code[code].append(now)
    assert heard <= CODES * CODE_PER_DAY
    chance_by_code = heard / CODES / SECRETS
    assert chance_by_code <= 0.0005
    assert opened <= 1
    assert alarmed > GUESSES * 0.9, "the alarm must be on within the first minutes"


def _last_day(moments: list[datetime], now: datetime) -> list[datetime]:
    return moments[bisect_right(moments, now - DAY) :]
