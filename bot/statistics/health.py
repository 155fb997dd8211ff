"""How each part of the service is, from what its processes said last."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.statistics.heartbeat import AT_TIMES, PARTS, SILENT_AFTER, WEB
from bot.storage.heartbeats import Heartbeat

_HEARD = "heard."
_WELL = {"ok", "ready"}
_ON_ITS_WAY = {"starting"}


class Health(StrEnum):
    """How a part is."""

    WELL = "well"
    STARTING = "starting"
    TROUBLED = "troubled"
    """It lives, but says that something is wrong."""
    SILENT = "silent"
    """It was heard before, and is not any more."""
    NEVER_HEARD = "never-heard"
    """Not in the last day."""
    OFF = "off"
    """Nobody set it up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PartHealth:
    """One part. `processes`: how many of it live. `heard_at`: when it, or a citizen on this channel, was heard."""

    part: str
    health: Health
    processes: int = 0
    heard_at: datetime | None = None


def judge_processes(beats: Sequence[Heartbeat], now: datetime) -> list[PartHealth]:
    """Return how the kinds of processes are."""
    heard = {beat.part for beat in beats}
    parts = (*PARTS, *(part for part in AT_TIMES if part in heard))
    return [_judge_process(part, [beat for beat in beats if beat.part == part], now) for part in parts]


def judge_parts(beats: Sequence[Heartbeat], now: datetime) -> list[PartHealth]:
    """Return how understanding and the channels are, by what living web processes say."""
    said: dict[str, list[str]] = {}
    heard: dict[str, datetime] = {}
    for beat in beats:
        if beat.part == WEB:
            for name, state in beat.state.items():
                if name.startswith(_HEARD):
                    channel, at = name.removeprefix(_HEARD), datetime.fromisoformat(state)
                    heard[channel] = max(at, heard.get(channel, at))
                elif now - beat.heard_at <= SILENT_AFTER:
                    said.setdefault(name, []).append(state)
    return [
        PartHealth(part=name, health=_judge(states), processes=len(states), heard_at=heard.get(name))
        for name, states in said.items()
    ]


def list_failing(beats: Sequence[Heartbeat], now: datetime) -> list[PartHealth]:
    """Return the parts that somebody must look after: they were well within a day, and are not."""
    every = [*judge_processes(beats, now), *judge_parts(beats, now)]
    return [each for each in every if each.health in (Health.TROUBLED, Health.SILENT)]


def _judge_process(part: str, beats: Sequence[Heartbeat], now: datetime) -> PartHealth:
    if not beats:
        return PartHealth(part=part, health=Health.NEVER_HEARD)
    alive = [beat for beat in beats if now - beat.heard_at <= SILENT_AFTER]
    return PartHealth(
        part=part,
        health=Health.WELL if alive else Health.SILENT,
        processes=len(alive),
        heard_at=max(beat.heard_at for beat in beats),
    )


def _judge(states: Sequence[str]) -> Health:
    """One process for which it is well suffices: the others may just be starting."""
    if any(state in _WELL for state in states):
        return Health.WELL
    if any(state in _ON_ITS_WAY for state in states):
        return Health.STARTING
    return Health.OFF if all(state in ("off", "stopped") for state in states) else Health.TROUBLED
