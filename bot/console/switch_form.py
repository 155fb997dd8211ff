"""The fields of the page of switches, as staff fill them in, and what they come to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time
from itertools import pairwise

from bot.clock import HANOI
from bot.console.choice import AnswerUnclear, choose_answer
from bot.console.request import Form
from bot.console.unit_form import read_day
from bot.console.wording import CHANNELS, SKILLS
from bot.domain.duty import HoursUnreadable, read_span
from bot.domain.switches import AWAY_LONGEST, BANNER_LONGEST, WORDS_AT_MOST, Switches
from vietnamese.normalise import fold, normalise, tokens

_SHORTEST_WORD = 3
SPANS_AT_MOST = 4


class SwitchesRefused(ValueError):
    """What was asked for cannot be set. `args[0]`: which sentence says why; `args[1]`, if any: what it says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SwitchFields:
    """What the form holds, as text. `pinned_unit`: an answer by its title."""

    channels_off: frozenset[str]
    skills_off: frozenset[str]
    sending_off: bool
    banner: str
    banner_until: str
    pinned_words: str
    pinned_unit: str
    pinned_until: str
    duty_hours: str
    away: str


def show_fields(switches: Switches, *, titles: Mapping[str, str]) -> SwitchFields:
    """Return how switches are shown."""
    return SwitchFields(
        channels_off=switches.channels_off,
        skills_off=switches.skills_off,
        sending_off=switches.sending_off,
        banner=switches.banner,
        banner_until=_show_day(switches.banner_until),
        pinned_words="\n".join(switches.pinned_words),
        pinned_unit=titles.get(switches.pinned_unit, switches.pinned_unit),
        pinned_until=_show_day(switches.pinned_until),
        duty_hours="\n".join(switches.duty_hours),
        away=switches.away,
    )


def read_fields(form: Form) -> SwitchFields:
    """Return the fields as they were sent."""
    return SwitchFields(
        channels_off=frozenset(form.get_all("channel_off")) & {channel.value for channel in CHANNELS},
        skills_off=frozenset(form.get_all("skill_off")) & SKILLS.keys(),
        sending_off=form.get("sending_off") == "yes",
        banner=form.get("banner"),
        banner_until=form.get("banner_until"),
        pinned_words=form.get("pinned_words"),
        pinned_unit=form.get("pinned_unit"),
        pinned_until=form.get("pinned_until"),
        duty_hours=form.get("duty_hours"),
        away=form.get("away"),
    )


def read_switches(fields: SwitchFields, *, titles: Mapping[str, str]) -> Switches:
    """Return what the fields come to. `titles`: of the answers that may be pinned, by id.

    Raises:
        SwitchesRefused: something cannot be set.
    """
    words = _read_words(fields.pinned_words)
    try:
        unit = choose_answer(fields.pinned_unit, titles) if fields.pinned_unit else ""
    except AnswerUnclear as unclear:
        raise SwitchesRefused("unclear", str(unclear)) from unclear
    is_whole = bool(words) == bool(unit) and all(len(word) >= _SHORTEST_WORD for word in words)
    if not is_whole or len(words) > WORDS_AT_MOST:
        raise SwitchesRefused("pinned")
    if len(fields.banner) > BANNER_LONGEST:
        raise SwitchesRefused("banner")
    if len(fields.away) > AWAY_LONGEST:
        raise SwitchesRefused("away")
    return Switches(
        channels_off=fields.channels_off,
        skills_off=fields.skills_off,
        sending_off=fields.sending_off,
        banner=fields.banner,
        banner_until=_read_until(fields.banner_until),
        pinned_words=words,
        pinned_unit=unit,
        pinned_until=_read_until(fields.pinned_until),
        duty_hours=_read_hours(fields.duty_hours),
        away=fields.away,
    )


def _read_words(typed: str) -> tuple[str, ...]:
    found = (" ".join(tokens(fold(normalise(each)))) for each in typed.replace(",", "\n").split("\n"))
    return tuple(word for word in dict.fromkeys(found) if word)


def _show_day(until: datetime | None) -> str:
    return f"{until.astimezone(HANOI):%d/%m/%Y}" if until is not None else ""


def _read_until(typed: str) -> datetime | None:
    if not typed:
        return None
    day = read_day(typed)
    if day is None:
        raise SwitchesRefused("day")
    return datetime.combine(day, time(23, 59, 59), HANOI)


def _read_hours(typed: str) -> tuple[str, ...]:
    """Return when staff are there, one span to a line; none where the shipped hours are to hold."""
    lines = [line.strip() for line in typed.replace(",", "\n").split("\n") if line.strip()]
    try:
        spans = sorted(read_span(line) for line in lines)
    except HoursUnreadable as error:
        raise SwitchesRefused("hours") from error
    if len(spans) > SPANS_AT_MOST or any(later.start < span.end for span, later in pairwise(spans)):
        raise SwitchesRefused("hours")
    return tuple(str(span) for span in spans)
